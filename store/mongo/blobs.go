package mongo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/ewtp/entente/store"
)

// Blobs implements store.Store.
func (s *Store) Blobs() store.Blobs { return (*blobs)(s) }

// blobs keeps a blob as a GridFS file under an ID of its own, which gets its name
// when it is whole. Names aren't unique: two callers who put the same content at
// the same moment make two files, of which either serves; nothing races for one
// document. The driver holds 16 MiB for each upload under way.
type blobs Store

// pending is the name of a file while it is being written. What a crash leaves
// under it is removed after pendingFor.
const (
	pending    = "pending"
	pendingFor = 24 * time.Hour
)

// bucket returns a bucket of its own for a caller: the driver's aren't safe for
// concurrent use.
func (b *blobs) bucket() *mongo.GridFSBucket {
	return b.db.GridFSBucket(options.GridFSBucket().SetName("blobs").
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(writeconcern.Majority()))
}

// byName finds the files of a name.
func byName(name string) bson.D { return bson.D{{Key: "filename", Value: name}} }

// Put implements store.Blobs.
func (b *blobs) Put(ctx context.Context, r io.Reader, limit int64) (digest string, size int64, err error) {
	if err := (*Store)(b).check(ctx); err != nil {
		return "", 0, err
	}
	bucket, id := b.bucket(), bson.NewObjectID()
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, b.remove(ctx, bucket, id))
		}
	}()
	digest, size, err = b.upload(ctx, bucket, id, r, limit)
	if err != nil {
		return "", 0, fmt.Errorf("couldn't put the blob: %w", err)
	}
	there, err := bucket.GetFilesCollection().CountDocuments(ctx, byName(digest), options.Count().SetLimit(1))
	if err == nil && there == 0 {
		kept = true // even if the answer to the next call is lost
		err = bucket.Rename(ctx, id, digest)
	}
	if err != nil {
		return "", 0, fmt.Errorf("couldn't keep blob %s: %w", digest, (*Store)(b).failure(ctx, err))
	}
	return digest, size, nil
}

// upload writes a file under its provisional name.
func (b *blobs) upload(ctx context.Context, bucket *mongo.GridFSBucket, id bson.ObjectID, r io.Reader, limit int64) (string, int64, error) {
	up, err := bucket.OpenUploadStreamWithID(ctx, id, pending)
	if err != nil {
		return "", 0, (*Store)(b).failure(ctx, err)
	}
	digest, size, err := store.CopyBlob(uploadWriter{b, ctx, up}, r, limit)
	if err != nil {
		_ = up.Abort() // frees what the stream holds; Put removes the chunks
		return "", 0, err
	}
	if err := up.Close(); err != nil {
		return "", 0, (*Store)(b).failure(ctx, err)
	}
	return digest, size, nil
}

// An uploadWriter tells failures of the store from those of the reader it is fed by.
type uploadWriter struct {
	b   *blobs
	ctx context.Context
	up  *mongo.GridFSUploadStream
}

func (w uploadWriter) Write(p []byte) (int, error) {
	n, err := w.up.Write(p)
	if err != nil {
		err = (*Store)(w.b).failure(w.ctx, err)
	}
	return n, err
}

// remove removes a file and its chunks, also when ctx is done.
func (b *blobs) remove(ctx context.Context, bucket *mongo.GridFSBucket, id any) error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err := bucket.Delete(ctx, id)
	if errors.Is(err, mongo.ErrFileNotFound) {
		return nil // not made yet, or gone; its chunks are gone in any case
	}
	return err
}

// Open implements store.Blobs. ctx must last until the content was read.
func (b *blobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if err := (*Store)(b).check(ctx); err != nil {
		return nil, err
	}
	if !store.IsBlobName(digest) {
		return nil, fmt.Errorf("couldn't open blob %.80q: %w", digest, store.ErrNotFound)
	}
	content, err := b.bucket().OpenDownloadStreamByName(ctx, digest)
	switch {
	case errors.Is(err, mongo.ErrFileNotFound):
		return nil, fmt.Errorf("couldn't open blob %s: %w", digest, store.ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("couldn't open blob %s: %w", digest, (*Store)(b).failure(ctx, err))
	}
	return store.VerifyBlob(content, digest), nil
}

// Delete implements store.Blobs.
func (b *blobs) Delete(ctx context.Context, digest string) error {
	if err := (*Store)(b).check(ctx); err != nil {
		return err
	}
	if !store.IsBlobName(digest) {
		return nil
	}
	if err := b.removeAll(ctx, byName(digest)); err != nil {
		return fmt.Errorf("couldn't delete blob %s: %w", digest, (*Store)(b).failure(ctx, err))
	}
	return nil
}

// removeAll removes the files that a filter finds.
func (b *blobs) removeAll(ctx context.Context, filter bson.D) error {
	bucket := b.bucket()
	cursor, err := bucket.Find(ctx, filter)
	if err != nil {
		return err
	}
	var files []struct {
		ID any `bson:"_id"`
	}
	if err := cursor.All(ctx, &files); err != nil {
		return err
	}
	for _, f := range files {
		if err := b.remove(ctx, bucket, f.ID); err != nil {
			return err
		}
	}
	return nil
}

// sweepBlobs removes files that a crash left half put. Failing, it leaves them to
// the next start.
func (s *Store) sweepBlobs(ctx context.Context) {
	old := time.Now().Add(-pendingFor)
	_ = (*blobs)(s).removeAll(ctx, append(byName(pending),
		bson.E{Key: "uploadDate", Value: bson.D{{Key: "$lt", Value: old}}}))
}
