package mongo

import (
	"testing"
	"time"

	"github.com/ewtp/entente/store/mongo/mongotest"
)

// The server's clock is asked for by either name of the command: its tests run on this
// machine, so it is near ours.
func TestNow(t *testing.T) {
	s := openURI(t, mongotest.URI(t))
	now, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if ours := time.Now(); now.Before(ours.Add(-time.Hour)) || now.After(ours.Add(time.Hour)) {
		t.Errorf("the server's clock is at %s, ours at %s", now, ours)
	}
}
