package registry

import (
	"context"
	"fmt"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// Receipt makes the receipt of an entry; policies.ErrNotFound where there is none, or
// its words were erased. It holds what the entry says: whoever asks has been judged by
// policies.May before.
func (r *Registry) Receipt(ctx context.Context, seq int64) (ledger.Receipt, error) {
	text, c, err := r.ReadCheckpoint(ctx)
	if err != nil {
		return ledger.Receipt{}, err
	}
	if seq < 0 || seq >= c.Size {
		return ledger.Receipt{}, policies.ErrNotFound
	}
	switch e, err := r.views.Entry(ctx, seq); {
	case err != nil:
		return ledger.Receipt{}, err
	case e.Erased: // the store may hold its words a moment longer
		return ledger.Receipt{}, policies.ErrNotFound
	}
	entries, err := r.o.Store.Read(ctx, seq, 1)
	if err != nil {
		return ledger.Receipt{}, fmt.Errorf("couldn't read entry %d: %w", seq, err)
	}
	if len(entries) == 0 || entries[0].Seq != seq || entries[0].Erased() {
		return ledger.Receipt{}, policies.ErrNotFound
	}
	return ledger.NewReceipt(&entries[0], r.views.Tiles(), text, c.Size)
}
