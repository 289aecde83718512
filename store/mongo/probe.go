package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
)

// Digest implements store.Entries. A new primary may for a moment know less than what was
// seen, so an entry that isn't there is looked for again.
func (s *Store) Digest(ctx context.Context, seq int64) (digest ledger.Hash, err error) {
	const looks, pause = 10, 100 * time.Millisecond
	var doc struct {
		Digest []byte `bson:"digest"`
	}
	for look := 1; ; look++ {
		if err := s.check(ctx); err != nil {
			return digest, err
		}
		err = s.entries.FindOne(ctx, byID(seq), options.FindOne().SetProjection(bson.D{{Key: "digest", Value: 1}})).Decode(&doc)
		if !errors.Is(err, mongo.ErrNoDocuments) || look == looks || seq >= s.tail.Head() {
			break
		}
		pauseFor(ctx, pause)
	}
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return digest, fmt.Errorf("couldn't read the digest of entry %d: %w", seq, store.ErrNotFound)
	case err != nil:
		return digest, fmt.Errorf("couldn't read the digest of entry %d: %w", seq, s.failure(ctx, err))
	case len(doc.Digest) != len(digest):
		return digest, fmt.Errorf("couldn't read the ledger: %w", store.DamagedEntry(seq, fmt.Errorf("its digest is %d bytes", len(doc.Digest))))
	}
	return ledger.Hash(doc.Digest), nil
}

// Probe implements store.Entries. It inserts what is there already: a server that finds that
// out takes inserts.
func (s *Store) Probe(ctx context.Context) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	there, collection := bson.D{{Key: "_id", Value: "schema"}}, s.db.Collection("meta")
	if head := s.tail.Head(); head > 0 {
		there, collection = byID(head-1), s.entries
	}
	last, err := collection.FindOne(ctx, there).Raw() // whole, lest half of it come to stand there
	if err != nil {
		return fmt.Errorf("couldn't find what was written last: %w", s.failure(ctx, err))
	}
	if _, err := collection.InsertOne(ctx, last); err != nil && !mongo.IsDuplicateKeyError(err) {
		return fmt.Errorf("couldn't insert: %w", s.failure(ctx, err))
	}
	return nil
}
