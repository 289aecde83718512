package graph

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// audienceKey names those who are told the same in the same words: they are the same to the rights
// and ask the same.
type audienceKey struct {
	viewer policies.Actor
	asked  [sha256.Size]byte
}

// An audience is those who listen to one event stream, each for itself: what they are told is
// written once and kept for a while, for all of them.
type audience struct {
	key     audienceKey
	members int // guarded by audiences.mu

	lock chan struct{} // has an element while the text grows: the others want the same; guards what follows
	era  int64
	from int64  // the first entry that text tells of
	ends []int  // where in text each entry's part ends
	text []byte // never changed in place: streams are sending parts of it
}

// audiences are all audiences that somebody belongs to.
type audiences struct {
	mu    sync.Mutex
	known map[audienceKey]*audience
}

const (
	// textKept is how many bytes of text are kept by all audiences together, and leastText by
	// each. What is gone is written anew for whoever is so far behind.
	textKept  = 32 << 20
	leastText = 64 << 10
)

// join makes one more stream part of an audience.
func (a *audiences) join(key audienceKey) (joined *audience) {
	a.mu.Lock()
	defer a.mu.Unlock()
	joined = a.known[key]
	if joined == nil {
		joined = &audience{key: key, lock: make(chan struct{}, 1)}
		a.known[key] = joined
	}
	joined.members++
	return joined
}

// leave undoes a join.
func (a *audiences) leave(left *audience) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if left.members--; left.members == 0 {
		delete(a.known, left.key)
	}
}

// share is how much text an audience may keep: none where it is one stream.
func (a *audiences) share(of *audience) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if of.members < 2 {
		return 0
	}
	return max(textKept/len(a.known), leastText)
}

// told returns the text from an entry on and the entry after the last that it tells of. What the
// audience hasn't yet, one of them fetches and writes for all, so that none else reads even the
// entries. Without any text, fetched has what there is to wait for. keep is how much text may be kept.
func (a *audience) told(w waiting, at, era int64, keep int, fetch func() (registry.News, error),
	write func(registry.News) (text []byte, ends []int, err error)) (text []byte, next int64, fetched registry.News, err error) {
	if err := w.take(a.lock); err != nil {
		return nil, at, fetched, err
	}
	unlock := sync.OnceFunc(func() { <-a.lock })
	defer unlock()
	if era > a.era || at > a.end() {
		a.forget(at)
		a.era = max(era, a.era)
	}
	if at >= a.from && at < a.end() {
		return a.since(at), a.end(), fetched, nil
	}
	alone := at < a.from // far behind the others, whom it mustn't hold up
	if alone {
		unlock()
	}
	if fetched, err = fetch(); err != nil || len(fetched.Entries) == 0 {
		return nil, at, fetched, err
	}
	text, ends, err := write(fetched)
	if err != nil {
		return nil, at, fetched, err
	}
	if !alone && fetched.Era <= a.era { // else an era has begun meanwhile
		a.add(text, ends, keep)
	}
	return text, at + int64(len(fetched.Entries)), fetched, nil
}

// add keeps more text, and drops the oldest where it is too much.
func (a *audience) add(text []byte, ends []int, keep int) {
	for _, e := range ends {
		a.ends = append(a.ends, len(a.text)+e)
	}
	a.text = append(a.text, text...)
	if len(a.text) > keep {
		a.shorten(keep / 2)
	}
}

// since is the text from an entry on that it tells of.
func (a *audience) since(at int64) []byte {
	start := 0
	if at > a.from {
		start = a.ends[at-a.from-1]
	}
	return a.text[start:len(a.text):len(a.text)]
}

// end is the first entry that the text doesn't tell of.
func (a *audience) end() int64 { return a.from + int64(len(a.ends)) }

// forget begins anew with an entry.
func (a *audience) forget(at int64) { a.from, a.ends, a.text = at, nil, nil }

// shorten drops the oldest text but for so many bytes.
func (a *audience) shorten(to int) {
	drop, gone := 0, 0
	for drop < len(a.ends) && len(a.text)-gone > to {
		gone = a.ends[drop]
		drop++
	}
	ends := make([]int, 0, len(a.ends)-drop)
	for _, e := range a.ends[drop:] {
		ends = append(ends, e-gone)
	}
	a.from, a.ends, a.text = a.from+int64(drop), ends, bytes.Clone(a.text[gone:])
}

// askedBy is a digest of what an operation asks for each event. Where its stream begins isn't part of
// that: variables that say no more than that are left out.
func askedBy(op *graphql.OperationContext, l *listener) [sha256.Size]byte {
	variables := map[string]any{}
	for name, value := range op.Variables {
		if !onlyStarts(op, name) {
			variables[name] = value
		}
	}
	text, err := json.Marshal([]any{op.RawQuery, op.OperationName, variables, l.documentID, l.kinds})
	if err != nil { // variables came as JSON
		panic(err)
	}
	return sha256.Sum256(text)
}

// onlyStarts says whether a variable is the argument after of a subscription, and nothing else.
func onlyStarts(op *graphql.OperationContext, name string) bool {
	for _, s := range op.Operation.SelectionSet {
		f, ok := s.(*ast.Field)
		if !ok {
			return false
		}
		after := f.Arguments.ForName("after")
		if after == nil || after.Value.Kind != ast.Variable || after.Value.Raw != name {
			return false
		}
	}
	return bytes.Count([]byte(op.RawQuery), []byte("$"+name)) == 2 // where it is declared, and there
}
