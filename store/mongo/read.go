package mongo

import (
	"context"
	"errors"
	"fmt"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
)

// There are engines that look through all that a filter finds before they sort it. Numbers
// are dense, so whatever is asked here is bounded from both sides, or is one document.

// byID finds the document of an entry.
func byID(seq int64) bson.D { return bson.D{{Key: "_id", Value: seq}} }

// between finds the documents of n entries from one on.
func between(from, n int64) bson.D {
	until := from + n
	if until < from {
		until = math.MaxInt64
	}
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: until}}}}
}

// Read implements store.Entries.
func (s *Store) Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error) {
	if err := s.check(ctx); err != nil || limit <= 0 {
		return nil, err
	}
	from = max(from, 0)
	cursor, err := s.entries.Find(ctx, between(from, int64(limit)),
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)).
			SetBatchSize(int32(min(limit, math.MaxInt32)))) // else the first batch is of 101
	if err != nil {
		return nil, fmt.Errorf("couldn't read entries from %d: %w", from, s.failure(ctx, err))
	}
	// The server forgets a cursor by itself if this can't tell it to.
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	var entries []ledger.Entry
	for next := from; cursor.Next(ctx); next++ {
		var doc document
		if err := cursor.Decode(&doc); err != nil {
			return nil, fmt.Errorf("couldn't read the ledger: %w", store.DamagedEntry(next, err))
		}
		if doc.Seq != next {
			break // what is beyond a gap isn't to be seen yet
		}
		e, err := doc.entry()
		if err != nil {
			return nil, fmt.Errorf("couldn't read the ledger: %w", store.DamagedEntry(next, err))
		}
		entries = append(entries, e)
	}
	if err := cursor.Err(); err != nil {
		return nil, fmt.Errorf("couldn't read entries from %d: %w", from, s.failure(ctx, err))
	}
	if n := len(entries); n > 0 {
		s.tail.Advance(entries[n-1].Seq + 1)
	}
	return entries, nil
}

// lookAhead is how many entries past the head that is known are looked for at once.
const lookAhead = 1000

// Head implements store.Entries.
func (s *Store) Head(ctx context.Context) (int64, error) {
	if err := s.check(ctx); err != nil {
		return 0, err
	}
	head, err := s.findHead(ctx, s.tail.Head())
	if err != nil {
		return 0, fmt.Errorf("couldn't read the head: %w", s.failure(ctx, err))
	}
	s.tail.Advance(head)
	// A new primary may for a moment know less than what was seen.
	return s.tail.Head(), nil
}

// findHead returns the head, which was known to be at a number or past it.
func (s *Store) findHead(ctx context.Context, known int64) (int64, error) {
	for {
		head, err := s.headBefore(ctx, known, known+lookAhead)
		if err != nil || head < known+lookAhead {
			return head, err
		}
		last, err := s.leap(ctx, head-1)
		if err != nil {
			return 0, err
		}
		known = last + 1 // others may have written meanwhile
	}
}

// leap returns the last entry where one is known to be there and many may follow, as at the
// start: it goes there by steps that double, each a look at one document, and then by
// halves of the last.
func (s *Store) leap(ctx context.Context, there int64) (int64, error) {
	step, doubling := int64(lookAhead), true
	for step > 0 {
		found, err := s.has(ctx, there+step)
		if err != nil {
			return 0, err
		}
		if found {
			there += step
		}
		if doubling = doubling && found; doubling {
			step *= 2
		} else {
			step /= 2
		}
	}
	return there, nil
}

// headBefore returns what is past the last entry from a number to before another; the
// former where there is none.
func (s *Store) headBefore(ctx context.Context, known, until int64) (int64, error) {
	var last struct {
		Seq int64 `bson:"_id"`
	}
	from := max(known-1, 0)
	err := s.entries.FindOne(ctx, between(from, until-from), options.FindOne().
		SetSort(bson.D{{Key: "_id", Value: -1}}).SetProjection(idAlone)).Decode(&last)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return known, nil
	}
	return last.Seq + 1, err
}

// has says whether an entry is there.
func (s *Store) has(ctx context.Context, seq int64) (bool, error) {
	err := s.entries.FindOne(ctx, byID(seq), options.FindOne().SetProjection(idAlone)).Err()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	return err == nil, err
}

// idAlone leaves everything else of a document where it is.
var idAlone = bson.D{{Key: "_id", Value: 1}}
