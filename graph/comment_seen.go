package graph

import "sync"

// seenComments remembers the comments of a response: what is asked of one of them will
// be asked of the others.
type seenComments struct {
	mu   sync.Mutex
	ids  []string
	told map[announcer]int // how many of ids a loader was told of
}

// An announcer is a loader of something by comment.
type announcer interface{ announce(ids ...string) }

func (s *seenComments) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
}

// announceTo announces to a loader the comments that it wasn't told of before.
func (s *seenComments) announceTo(l announcer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told == nil {
		s.told = map[announcer]int{}
	}
	l.announce(s.ids[s.told[l]:]...)
	s.told[l] = len(s.ids)
}

// forget implements source.
func (s *seenComments) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids, s.told = nil, nil
}

// listedPlaces remembers which documents or clauses were listed on one page: if the
// comments of one of them are asked for, those of the others will be.
type listedPlaces struct {
	mu    sync.Mutex
	pages map[place][]place // by each of its places
}

func (l *listedPlaces) add(page []place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pages == nil {
		l.pages = map[place][]place{}
	}
	for _, p := range page {
		l.pages[p] = page
	}
}

// beside returns the page that a place was listed on.
func (l *listedPlaces) beside(at place) []place {
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
