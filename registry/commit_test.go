package registry

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/views"
)

// A breaking store calls what it was given, once, after the next append.
type breaking struct {
	store.Store
	after func() error
}

func (b *breaking) Append(ctx context.Context, entries []ledger.Entry) error {
	err := b.Store.Append(ctx, entries)
	if f := b.after; f != nil {
		b.after = nil
		err = errors.Join(err, f())
	}
	return err
}

// spying is a comment that hands over the transaction it is decided in.
type spying struct {
	policies.SubmitComment
	decided func(*views.Tx)
}

func (s spying) Decide(env policies.Env, f policies.Facts) (policies.Event, error) {
	if tx, ok := f.(deciding); ok { // else it is only prepared
		s.decided(tx.Tx)
	}
	return s.SubmitComment.Decide(env, f)
}

// TestViewsDontCommit: what the ledger holds is acknowledged once, and is in the
// views, though their own transaction came to nothing.
func TestViewsDontCommit(t *testing.T) {
	s := &breaking{Store: mem.Open()}
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	first, spied := len(entriesOf(t, s)), 0
	var all outcomes
	inOneBatch(t, r, 16, func(i int) {
		command := policies.Command(c.says(i, "Words."))
		if i == 0 {
			command = spying{c.says(i, "Words."), func(tx *views.Tx) {
				spied++
				s.after = tx.Rollback
			}}
		}
		key := fmt.Sprint(i)
		out, err := r.Do(t.Context(), c.carrier, key, command)
		if out.Repeated {
			err = errors.Join(err, errors.New("a command was told that it is a repetition"))
		}
		all.add(memberKey(c.carrier.MemberID, key), out, err)
	})
	if len(all.errs) > 0 || spied != 1 {
		t.Fatalf("decided %d times; errors: %v", spied, all.errs)
	}
	wantOnce(t, s, first, all.told)
	wantSame(t, c, s, r)
}
