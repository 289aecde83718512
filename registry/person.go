package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// A PersonEntry is an entry that holds something of a person.
type PersonEntry struct {
	Seq     int64
	At      time.Time
	Kind    string
	Subject string
	Holds   policies.Holding
	Goes    bool // when the person is forgotten
}

// A PersonRecord is what the ledger holds of a person, in its order.
type PersonRecord struct {
	Members []string // IDs, those of past memberships too
	Names   []string
	Emails  []string // to which they were invited
	Entries []PersonEntry
}

// Person looks through the whole ledger for what it holds of a person as an identity
// provider names them; words says whether what they wrote for their organisations is to go as
// well. progress may be nil.
func (r *Registry) Person(ctx context.Context, issuer, subject string, words bool, progress func(done, total int64)) (PersonRecord, error) {
	t := policies.NewTrace(issuer, subject)
	head, err := r.o.Store.Head(ctx)
	if err != nil {
		return PersonRecord{}, fmt.Errorf("couldn't ask the store for its head: %w", err)
	}
	tell := func(done int64) {
		if progress != nil {
			progress(done, 2*head)
		}
	}
	err = r.eachEntry(ctx, head, tell, func(e *ledger.Entry) error { return t.Learn(e.Kind, e.Payload) })
	if err != nil {
		return PersonRecord{}, err
	}
	t.Settle()
	var found PersonRecord
	err = r.eachEntry(ctx, head, func(done int64) { tell(head + done) }, func(e *ledger.Entry) error {
		h, err := t.Judge(e.Seq, e.Kind, e.Subject, e.Payload)
		if h != "" {
			found.Entries = append(found.Entries, PersonEntry{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Holds: h})
		}
		return err
	})
	for i := range found.Entries {
		found.Entries[i].Goes = t.Goes(found.Entries[i].Seq, words)
	}
	found.Members, found.Names, found.Emails = t.Known()
	return found, err
}

// eachEntry calls f with the entries below head, in order.
func (r *Registry) eachEntry(ctx context.Context, head int64, tell func(done int64), f func(*ledger.Entry) error) error {
	for from := int64(0); from < head; {
		entries, err := r.o.Store.Read(ctx, from, foldBatch)
		if err != nil {
			return fmt.Errorf("couldn't read the ledger from entry %d: %w", from, err)
		}
		if len(entries) == 0 {
			return nil
		}
		for i := range entries {
			if err := f(&entries[i]); err != nil {
				return fmt.Errorf("couldn't read entry %d: %w", entries[i].Seq, err)
			}
		}
		from += int64(len(entries))
		tell(min(from, head))
	}
	return nil
}
