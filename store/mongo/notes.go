package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/ewtp/entente/store"
)

// byNote finds the document of a note.
func byNote(name string) bson.D { return bson.D{{Key: "_id", Value: "note/" + name}} }

// Note implements store.Notes.
func (s *Store) Note(ctx context.Context, name string) (string, error) {
	if err := s.check(ctx); err != nil {
		return "", err
	}
	var note struct {
		Text string `bson:"text"`
	}
	err := s.db.Collection("meta").FindOne(ctx, byNote(name)).Decode(&note)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return "", fmt.Errorf("couldn't read the note %s: %w", name, s.failure(ctx, err))
	}
	return note.Text, nil
}

// SetNote implements store.Notes. A driver that sent it twice may say that it conflicts with
// itself: then the note is what it was to be.
func (s *Store) SetNote(ctx context.Context, name, was, text string) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	meta, written := s.db.Collection("meta"), false
	var err error
	if was == "" {
		_, err = meta.InsertOne(ctx, append(byNote(name), bson.E{Key: "text", Value: text}))
		written = !mongo.IsDuplicateKeyError(err)
		if !written {
			err = nil
		}
	} else {
		var res *mongo.UpdateResult
		res, err = meta.UpdateOne(ctx, append(byNote(name), bson.E{Key: "text", Value: was}),
			bson.D{{Key: "$set", Value: bson.D{{Key: "text", Value: text}}}})
		written = err == nil && res.MatchedCount == 1
	}
	switch {
	case err != nil:
		return fmt.Errorf("couldn't write the note %s: %w", name, s.failure(ctx, err))
	case !written:
		return fmt.Errorf("couldn't write the note %s: %w", name, store.ErrConflict)
	}
	return nil
}
