package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// receipt makes the receipt of a comment, which proves that it is in the record; nil for those
// who may not have it.
func (r *resolver) receipt(ctx context.Context, c *policies.Comment) (*gen.Receipt, error) {
	l := loadersFrom(ctx)
	d, err := l.documents.maybe(ctx, c.DocumentID)
	if d == nil || err != nil {
		return nil, err
	}
	if c.Masked || !policies.Allowed(l.viewer, policies.ReadingReceipt, policies.OnComment(d, c)) {
		return nil, nil
	}
	receipt, err := r.registry.Receipt(ctx, c.Seq)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	file, err := json.MarshalIndent(receipt, "", "  ")
	return &gen.Receipt{Seq: receipt.Seq, Statement: receipt.Statement, Salt: base64.StdEncoding.EncodeToString(receipt.Salt),
		Cause: base64.StdEncoding.EncodeToString(receipt.Cause), Payload: receipt.Payload, Proof: receipt.Proof, Checkpoint: receipt.Checkpoint, File: string(file) + "\n",
		TlogProof: receipt.TlogProof(), Path: "/receipts/" + c.ID}, err
}
