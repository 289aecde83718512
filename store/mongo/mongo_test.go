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

func openURI(t testing.TB, uri string) *Store {
	t.Helper()
	s, err := Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	uris := make(map[store.Store]string)
	open := func(t *testing.T) store.Store {
		uri := mongotest.URI(t)
		s := openURI(t, uri)
		uris[s] = uri
		return s
	}
	again := func(t *testing.T, first store.Store) store.Store { return openURI(t, uris[first]) }
	storetest.Run(t, open)
	storetest.RunConcurrent(t, open, again)
	storetest.RunDurable(t, open, again)
}

func TestNewerVersionIsRefused(t *testing.T) {
	uri := mongotest.URI(t)
	s := openURI(t, uri)
	_, err := s.db.Collection("meta").UpdateOne(t.Context(), bson.D{{Key: "_id", Value: "schema"}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: schemaVersion + 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), uri); !errors.Is(err, ErrVersion) {
		t.Errorf("Open of a newer ledger: %v, want ErrVersion", err)
	}
}

// Opening what must exist makes nothing where there is nothing.
func TestOpenExisting(t *testing.T) {
	uri := mongotest.URI(t)
	for range 2 {
		if _, err := OpenExisting(t.Context(), uri); !errors.Is(err, store.ErrNoLedger) {
			t.Fatalf("OpenExisting of nothing: %v, want ErrNoLedger", err)
		}
	}
	openURI(t, uri)
	s, err := OpenExisting(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestReadStopsAtGap takes a document away, which nothing but a damaged database
// or a server that shows inserts out of order can do.
func TestReadStopsAtGap(t *testing.T) {
	s := openURI(t, mongotest.URI(t))
	if err := s.Append(t.Context(), storetest.Entries(0, 10)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.entries.DeleteOne(t.Context(), byID(4)); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[int64]int{0: 4, 2: 2, 4: 0, 5: 5} {
		got, err := s.Read(t.Context(), from, 100)
		if err != nil || len(got) != want {
			t.Errorf("Read from %d: %d entries, %v, want %d", from, len(got), err, want)
		}
	}
}

// TestPrefixIsAmbiguous lets another writer stand in the middle of a batch.
func TestPrefixIsAmbiguous(t *testing.T) {
	uri := mongotest.URI(t)
	s := openURI(t, uri)
	if err := s.Append(t.Context(), storetest.Entries(0, 2)); err != nil {
		t.Fatal(err)
	}
	other := newDocument(&storetest.Entries(4, 1)[0])
	if _, err := s.entries.InsertOne(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	err := s.Append(t.Context(), storetest.Entries(2, 5))
	if !errors.Is(err, store.ErrAmbiguous) {
		t.Errorf("Append that stops after two entries: %v, want ErrAmbiguous", err)
	}
	if head, err := s.Head(t.Context()); head != 5 || err != nil {
		t.Errorf("Head() = %d, %v, want 5: the prefix and what stood in the way", head, err)
	}
}

// TestOwnDuplicateIsAmbiguous sends an insert twice, as a driver does that lost
// the first answer: the duplicate is no conflict.
func TestOwnDuplicateIsAmbiguous(t *testing.T) {
	uri := mongotest.URI(t)
	first, second := openURI(t, uri), openURI(t, uri)
	e := storetest.Entries(0, 1)
	if err := first.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := second.Append(t.Context(), e); !errors.Is(err, store.ErrAmbiguous) {
		t.Errorf("Append of what is there: %v, want ErrAmbiguous", err)
	}
	e[0] = storetest.Entry(0, "another command", []byte("{}"))
	if err := openURI(t, uri).Append(t.Context(), e); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Append where another's entry is: %v, want ErrConflict", err)
	}
}

// TestUnreachable needs no server.
func TestUnreachable(t *testing.T) {
	_, err := Open(t.Context(), "mongodb://user:hunter2@127.0.0.1:1/?serverSelectionTimeoutMS=50")
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Open where nobody listens: %v, want ErrUnavailable", err)
	}
	if err != nil && strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error holds the password: %v", err)
	}
	for _, uri := range []string{"", "http://x", "mongodb://", "mongodb://u:hunter2@h/?tls=perhaps", "mongodb://u:hunt/er2@h"} {
		_, err := Open(t.Context(), uri)
		if err == nil {
			t.Errorf("Open(%q) succeeded", uri)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error holds the password: %v", err)
		}
	}
}
