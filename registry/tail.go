package registry

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

const (
	// tailSize is how many of the newest entries are kept for those who follow; while
	// they grow there are up to twice as many.
	tailSize = 4096
	// newsSize is how many entries a follower gets at a time.
	newsSize = 256
	// farBehind is how many followers read at a time what the tail no longer has.
	farBehind = 2
)

// News is what a follower gets at a time.
type News struct {
	// Entries belong to all who follow: nobody changes them. Empty where there is
	// nothing new.
	Entries []views.Entry
	// Era is a higher one once something was committed that may change what anybody is shown
	// of entries before it, or who anybody is. What was found out within an era holds
	// for all of it.
	Era int64
	// Changed is closed when there is more than there was.
	Changed <-chan struct{}
}

// A tail keeps the newest entries, so that whoever follows the ledger reads them but
// once, however many follow. Nothing is read while nobody does.
type tail struct {
	mu      sync.Mutex    // held while new entries are read: the others want the same
	from    int64         // number of the first entry
	entries []views.Entry // never changed in place: followers hold parts of them
	era     int64

	behind chan struct{} // has an element for each follower that reads by itself
}

// additive are the kinds of entries that change nothing about what is shown of those
// before them, and come by the thousand.
var additive = map[string]bool{(*policies.CommentSubmitted)(nil).Kind(): true}

// NewsFrom returns what was committed from a position on, whichever node wrote it: no
// entries where there are none yet.
func (r *Registry) NewsFrom(ctx context.Context, at int64) (News, error) {
	size, changed := r.state()
	at = max(at, 0)
	news, covered, err := r.newsOfTail(ctx, at, size)
	news.Changed = changed
	if err != nil || covered {
		return news, err
	}
	select {
	case r.tail.behind <- struct{}{}:
		defer func() { <-r.tail.behind }()
	case <-ctx.Done():
		return news, ctx.Err()
	}
	if news.Entries, err = r.views.EntriesFrom(ctx, at, newsSize); err != nil {
		return news, fmt.Errorf("couldn't read the entries from %d: %w", at, err)
	}
	return news, nil
}

// Era returns the present era, see News: for who has kept what it found out, and may need no entries.
func (r *Registry) Era(ctx context.Context) (int64, error) {
	size, _ := r.state()
	news, _, err := r.newsOfTail(ctx, size, size)
	return news.Era, err
}

// newsOfTail is tail.newsFrom, with what is new read from the views.
func (r *Registry) newsOfTail(ctx context.Context, at, size int64) (news News, covered bool, err error) {
	news, covered, err = r.tail.newsFrom(at, size, func(from int64, limit int) ([]views.Entry, error) {
		return r.views.EntriesFrom(ctx, from, limit)
	})
	if err != nil {
		err = fmt.Errorf("couldn't read the new entries: %w", err)
	}
	return news, covered, err
}

// newsFrom brings the tail up to size, and returns what it has from a position on;
// covered says that it reaches back so far.
func (t *tail) newsFrom(at, size int64, read func(from int64, limit int) ([]views.Entry, error)) (news News, covered bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if size-t.end() > tailSize { // nobody has followed for long
		t.from, t.entries = size-tailSize, nil
		t.era++
	}
	for t.end() < size {
		more, err := read(t.end(), int(size-t.end()))
		if err != nil {
			return news, false, err
		}
		if len(more) == 0 { // the views are made anew
			break
		}
		t.add(more)
	}
	news.Era = t.era
	if at < t.from {
		return news, false, nil
	}
	if at < t.end() {
		rest := t.entries[at-t.from:]
		n := min(len(rest), newsSize)
		news.Entries = rest[:n:n]
	}
	return news, true, nil
}

// end is the number of the entry that the tail will have next.
func (t *tail) end() int64 { return t.from + int64(len(t.entries)) }

func (t *tail) add(more []views.Entry) {
	if slices.ContainsFunc(more, func(e views.Entry) bool { return !additive[e.Kind] }) {
		t.era++
	}
	t.entries = append(t.entries, more...)
	if surplus := len(t.entries) - tailSize; surplus > tailSize {
		t.from += int64(surplus)
		t.entries = append(make([]views.Entry, 0, 2*tailSize), t.entries[surplus:]...)
	}
}

// forget drops the entries, because the views were made anew: some may have been erased.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.from, t.entries = t.end(), nil
	t.era++
}

// Follow yields the entries from a position on as they are committed, whichever node
// wrote them. A slow reader holds nothing up: entries are read as it takes them. The
// channel is closed when ctx is done, or when the views can't be read.
func (r *Registry) Follow(ctx context.Context, from int64) <-chan views.Entry {
	out := make(chan views.Entry)
	go func() {
		defer close(out)
		for at := max(from, 0); ; {
			news, err := r.NewsFrom(ctx, at)
			if err != nil {
				return
			}
			for _, e := range news.Entries {
				select {
				case out <- e:
					at = e.Seq + 1
				case <-ctx.Done():
					return
				}
			}
			if len(news.Entries) > 0 {
				continue
			}
			select {
			case <-news.Changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// LastCommit is when the views last advanced, by this machine's clock, for those who
// make way for whoever writes.
func (r *Registry) LastCommit() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.advanced
}
