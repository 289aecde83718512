package mongo

import (
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mongo/mongotest"
	"github.com/ewtp/entente/store/storetest"
)

// A server that answers that it doesn't insert has inserted nothing, and that is said in its
// own words; a probe finds out when it does again.
func TestRefused(t *testing.T) {
	plain, uri := mongotest.NewPlain(t, mongotest.URI(t))
	s := openURI(t, uri)
	if err := s.Append(t.Context(), storetest.Entries(0, 2)); err != nil {
		t.Fatal(err)
	}
	for _, refusal := range []mongotest.Refusal{{Code: 13, Message: "not authorized on entente"}, {Code: 14031, Message: "out of disk space"},
		{Code: 1, Message: "cannot execute INSERT in a read-only transaction"}} {
		plain.Refuse(func(command string) *mongotest.Refusal {
			if command == "insert" {
				return &refusal
			}
			return nil
		})
		err := s.Append(t.Context(), storetest.Entries(2, 1))
		if !errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrAmbiguous) || !strings.Contains(err.Error(), refusal.Message) {
			t.Errorf("refused as %q: %v", refusal.Message, err)
		}
		if err := s.Probe(t.Context()); err == nil || !strings.Contains(err.Error(), refusal.Message) {
			t.Errorf("refused as %q, the probe says %v", refusal.Message, err)
		}
	}
	plain.Refuse(nil)
	if err := s.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Append(t.Context(), storetest.Entries(2, 1)); err != nil {
		t.Error(err)
	}
}

// What a server would be asked again after decides nothing.
func TestRefusedForNow(t *testing.T) {
	plain, uri := mongotest.NewPlain(t, mongotest.URI(t))
	s := openURI(t, uri)
	for code, message := range map[int32]string{189: "primary stepped down", 11600: "interrupted at shutdown", 91: "shutdown in progress"} {
		plain.Refuse(func(command string) *mongotest.Refusal {
			if command == "insert" {
				return &mongotest.Refusal{Code: code, Message: message}
			}
			return nil
		})
		if err := s.Append(t.Context(), storetest.Entries(0, 1)); !errors.Is(err, store.ErrAmbiguous) {
			t.Errorf("%s: %v", message, err)
		}
	}
	plain.Refuse(nil)
}

// The tail of a database that was rolled back isn't there, whatever head was seen; nor does a
// probe put anything there.
func TestRolledBack(t *testing.T) {
	s := openURI(t, mongotest.URI(t))
	entries := storetest.Entries(0, 5)
	if err := s.Append(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	if _, err := s.entries.DeleteMany(t.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: 3}}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Digest(t.Context(), 4); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the last entry: %v", err)
	}
	if digest, err := s.Digest(t.Context(), 2); err != nil || digest != entries[2].Digest {
		t.Errorf("the last one that is left: %x, %v", digest, err)
	}
	if err := s.Probe(t.Context()); err == nil {
		t.Error("the probe found what is gone")
	}
	if n, err := s.entries.CountDocuments(t.Context(), bson.D{}); err != nil || n != 3 {
		t.Errorf("%d documents, %v", n, err)
	}
}
