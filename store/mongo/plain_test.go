package mongo

import (
	"errors"
	"strings"
	"testing"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mongo/mongotest"
	"github.com/ewtp/entente/store/storetest"
)

// An engine that has a unique _id and nothing else is enough, and goes through no ledger.
func TestPlainEngine(t *testing.T) {
	uris := make(map[store.Store]string)
	open := func(t *testing.T) store.Store {
		_, uri := mongotest.NewPlain(t, mongotest.URI(t))
		s := openURI(t, uri)
		uris[s] = uri
		return s
	}
	again := func(t *testing.T, first store.Store) store.Store { return openURI(t, uris[first]) }
	storetest.Run(t, open)
	storetest.RunConcurrent(t, open, again)
	storetest.RunDurable(t, open, again)
}

// The head is found wherever it is, from wherever it was known to be, by few looks.
func TestFindHead(t *testing.T) {
	plain, uri := mongotest.NewPlain(t, mongotest.URI(t))
	writer := openURI(t, uri)
	at := int64(0)
	for _, head := range []int64{0, 1, lookAhead - 1, lookAhead, lookAhead + 1, 2*lookAhead + 7, 5*lookAhead - 1, 9 * lookAhead} {
		for ; at < head; at += min(lookAhead, head-at) {
			if err := writer.Append(t.Context(), storetest.Entries(at, int(min(lookAhead, head-at)))); err != nil {
				t.Fatal(err)
			}
		}
		for _, known := range []int64{0, 1, head / 2, head - lookAhead, head - 1, head} {
			if known < 0 || known > head {
				continue
			}
			before := plain.Count("find")
			if got, err := writer.findHead(t.Context(), known); got != head || err != nil {
				t.Errorf("the head, known past %d, is at %d, %v, want %d", known, got, err, head)
			}
			if looks := plain.Count("find") - before; looks > 2+2*14 {
				t.Errorf("the head at %d, known past %d, took %d looks", head, known, looks)
			}
		}
	}
}

// A server without change streams is asked for one once.
func TestStreamsAreAskedForOnce(t *testing.T) {
	plain, uri := mongotest.NewPlain(t, mongotest.URI(t))
	s := openURI(t, uri)
	asked := plain.Count("aggregate")
	s.watch(t.Context())                                       // ends by itself
	if n := plain.Count("aggregate") - asked; n < 1 || n > 2 { // the store's own watch may ask now, too
		t.Errorf("it was asked %d times", n)
	}
}

// A refusal is told in the server's own words, whatever was asked for, and goes when its
// reason does.
func TestRefusals(t *testing.T) {
	plain, uri := mongotest.NewPlain(t, mongotest.URI(t))
	s := openURI(t, uri)
	for command, try := range map[string]func() error{
		"insert": func() error { return s.Append(t.Context(), storetest.Entries(s.tail.Head(), 1)) },
		"find":   func() error { _, err := s.Head(t.Context()); return err },
		"update": func() error { return s.Erase(t.Context(), 0) },
	} {
		if err := s.Append(t.Context(), storetest.Entries(s.tail.Head(), 1)); err != nil {
			t.Fatal(err)
		}
		plain.Refuse(func(asked string) *mongotest.Refusal {
			if asked == command {
				return &mongotest.Refusal{Code: 13, Message: "not allowed by whom we know"}
			}
			return nil
		})
		err := try()
		if !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrAmbiguous) || !strings.Contains(err.Error(), "not allowed by whom we know") {
			t.Errorf("%s, refused: %v", command, err)
		}
		plain.Refuse(nil)
		if err := try(); err != nil {
			t.Errorf("%s, once more: %v", command, err)
		}
	}
}
