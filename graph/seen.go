package graph

import (
	"sync"

	"github.com/ewtp/entente/views"
)

// seenIDs remembers what a response has read of one kind: comments, or instruments. What a query asks
// of one of them, it asks of the others too.
type seenIDs struct {
	mu   sync.Mutex
	ids  []string
	told map[announcer]int // how many of ids were announced to a loader
}

// An announcer is a loader whose keys are such IDs.
type announcer interface{ announce(ids ...string) }

func (s *seenIDs) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
}

// announceTo announces to a loader those that weren't announced to it before.
func (s *seenIDs) announceTo(l announcer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told == nil {
		s.told = map[announcer]int{}
	}
	l.announce(s.ids[s.told[l]:]...)
	s.told[l] = len(s.ids)
}

// forget implements source.
func (s *seenIDs) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids, s.told = nil, nil
}

// listedPlaces remembers which documents or clauses were listed on one page. A query that asks for
// the comments on one of them, asks for those on the others too.
type listedPlaces struct {
	mu    sync.Mutex
	pages map[views.CommentPlace][]views.CommentPlace // by each place on it
}

func (l *listedPlaces) add(page []views.CommentPlace) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pages == nil {
		l.pages = map[views.CommentPlace][]views.CommentPlace{}
	}
	for _, p := range page {
		l.pages[p] = page
	}
}

// beside returns all that was listed on one page with a place, itself among them.
func (l *listedPlaces) beside(at views.CommentPlace) []views.CommentPlace {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pages[at]
}

// forget implements source.
func (l *listedPlaces) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pages = nil
}
