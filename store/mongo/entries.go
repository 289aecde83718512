package mongo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/pack"
)

// A document is an entry as it is kept.
type document struct {
	Seq      int64     `bson:"_id"`
	At       time.Time `bson:"at"`
	Kind     string    `bson:"kind"`
	Subject  string    `bson:"subject"`
	Command  string    `bson:"command"`
	Packed   []byte    `bson:"packed"` // as package pack writes it
	Salt     []byte    `bson:"salt,omitempty"`
	Digest   []byte    `bson:"digest"`
	Words    []byte    `bson:"words,omitempty"`
	Released []byte    `bson:"released,omitempty"`
}

func newDocument(e *ledger.Entry) *document {
	return &document{
		Seq:      e.Seq,
		At:       e.At,
		Kind:     e.Kind,
		Subject:  e.Subject,
		Command:  e.Command,
		Packed:   pack.Ahead(e.Packed, e.Payload),
		Salt:     e.Salt,
		Digest:   e.Digest[:],
		Words:    e.Words,
		Released: e.Released,
	}
}

// entry fails only where the document isn't one that was written.
func (d *document) entry() (e ledger.Entry, err error) {
	e = ledger.Entry{
		Seq:      d.Seq,
		At:       d.At.UTC(),
		Kind:     d.Kind,
		Subject:  d.Subject,
		Command:  d.Command,
		Salt:     d.Salt,
		Words:    d.Words,
		Released: d.Released,
	}
	if copy(e.Digest[:], d.Digest) != len(d.Digest) || len(d.Digest) != len(e.Digest) {
		return e, fmt.Errorf("its digest is %d bytes", len(d.Digest))
	}
	if e.Payload, err = pack.Decode(d.Packed); err != nil {
		return e, err
	}
	if e.Erased() && e.Salt != nil {
		return e, errors.New("it says that it was erased, and its salt is there")
	}
	return e, nil
}

// Append implements store.Entries. A failure may leave a prefix of the entries.
func (s *Store) Append(ctx context.Context, entries []ledger.Entry) error {
	if err := store.Check(entries); err != nil {
		return err
	}
	if err := s.check(ctx); err != nil || len(entries) == 0 {
		return err
	}
	first := entries[0].Seq
	if err := s.atHead(ctx, first); err != nil {
		return fmt.Errorf("couldn't append entry %d: %w", first, err)
	}
	docs := make([]*document, len(entries))
	size := 0
	for i := range entries {
		docs[i] = newDocument(&entries[i])
		size += len(docs[i].Packed)
	}
	_, err := s.entries.InsertMany(ctx, docs, options.InsertMany().SetOrdered(true))
	if err != nil {
		return fmt.Errorf("couldn't append entry %d: %w", first, s.outcome(ctx, docs, size, err))
	}
	s.tail.Advance(first + int64(len(entries)))
	return nil
}

// atHead fails with ErrConflict unless seq is the head. That nobody is there yet
// is what the insert finds out; that there is no gap before it, this does. It asks
// the server only where more is claimed than was seen.
func (s *Store) atHead(ctx context.Context, seq int64) error {
	head := s.tail.Head()
	if seq > head {
		var err error
		if head, err = s.Head(ctx); err != nil {
			return err
		}
	}
	if seq != head {
		return fmt.Errorf("%w: it is at %d", store.ErrConflict, head)
	}
	return nil
}

// outcome says what came of an insert that returned an error. Only a duplicate
// key at the first document, a server that was never found, or one that answered that it
// doesn't do that means that nothing was written.
func (s *Store) outcome(ctx context.Context, docs []*document, size int, err error) error {
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) && len(bulk.WriteErrors) > 0 {
		e := bulk.WriteErrors[0]
		if e.Index == 0 && mongo.IsDuplicateKeyError(err) && !s.isOurs(ctx, docs[0]) {
			return fmt.Errorf("%w: %w", store.ErrConflict, err)
		}
	}
	// The driver cuts what is too much for one message, and may have lost the
	// server after the first of several.
	const surelyOneMessage, surelyOneBatch = 8 << 20, 1000
	var unfound topology.ServerSelectionError
	one := size <= surelyOneMessage && len(docs) <= surelyOneBatch
	if one && errors.As(err, &unfound) || refused(err, one) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	return fmt.Errorf("%w: %w", store.ErrAmbiguous, err)
}

// refused says whether a server answered that it doesn't insert the first of the documents, and
// so none: it is read-only, the user lacks the role, the disk is full. one says that they were one
// message. An answer that the driver would try again after (the primary steps down, the
// server is ending) decides nothing; nor does one that came after a try that broke off.
func refused(err error, one bool) bool {
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) {
		return bulk.WriteConcernError == nil && len(bulk.WriteErrors) > 0 && bulk.WriteErrors[0].Index == 0 && !mongo.IsDuplicateKeyError(err)
	}
	var command mongo.CommandError
	return one && errors.As(err, &command) && len(command.Labels) == 0 && !slices.Contains(undecided, command.Code) &&
		!mongo.IsNetworkError(err) && !mongo.IsTimeout(err)
}

// undecided are the codes after which a write is to be tried again, whether or not the server
// labels them so: those of the specification of retryable writes, and of time that ran out.
var undecided = []int32{6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}

// isOurs says whether the document in our place may be ours: a driver or a proxy
// that sent the insert twice makes our own document the duplicate. A digest is
// salted, so nobody else's is the same.
func (s *Store) isOurs(ctx context.Context, doc *document) bool {
	// Local, for the winner's document need not have reached a majority yet.
	local := s.entries.Clone(options.Collection().SetReadConcern(readconcern.Local()))
	var there document
	if err := local.FindOne(ctx, byID(doc.Seq)).Decode(&there); err != nil {
		return true // can't tell
	}
	return there.Command == doc.Command && bytes.Equal(there.Digest, doc.Digest)
}

// Erase implements store.Entries.
func (s *Store) Erase(ctx context.Context, seq int64) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	res, err := s.entries.UpdateOne(ctx, byID(seq), bson.D{
		{Key: "$set", Value: bson.D{{Key: "packed", Value: pack.Encode(nil)}}},
		{Key: "$unset", Value: bson.D{{Key: "salt", Value: ""}}},
	})
	if err != nil {
		return fmt.Errorf("couldn't erase entry %d: %w", seq, s.failure(ctx, err))
	}
	if res.MatchedCount == 0 {
		return fmt.Errorf("couldn't erase entry %d: %w", seq, store.ErrNotFound)
	}
	return nil
}
