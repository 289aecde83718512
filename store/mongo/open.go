// Package mongo keeps entries and blobs in a MongoDB database, or in a service
// that speaks its wire protocol: one record for many nodes.
//
//	entries                    {_id: seq, at, kind, subject, command, packed, salt, digest, words, released}
//	blobs.files, blobs.chunks  GridFS; the file name is the SHA-256 of the content
//	meta                       {_id: "schema", version: 1}, and notes: {_id: "note/…", text}
//
// It relies on one thing alone: that _id is unique. A batch is one ordered
// insertMany beginning at the head; of two writers at the same head one inserts
// the first document and the other gets a duplicate key, which is the
// compare-and-swap. Inserts being ordered, whoever sees a document sees all before
// it. It needs no transactions, no other unique index, no server-side code.
//
// Writes are acknowledged by a majority and reads are of what a majority has, from
// the primary, whatever the URI says: a read never returns what a fail-over could
// take back. Waiting follows a change stream where the server has them and polls
// where it hasn't.
//
// # Erasure
//
// Erase overwrites an entry's document. What the server keeps of older bytes (the
// oplog until it wraps, freed pages of its files, backups) is its operator's to
// deal with.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/internal/tail"
)

// DefaultDatabase is the database used where the URI names none.
const DefaultDatabase = "entente"

// schemaVersion is the version of the documents this code reads and writes.
const schemaVersion = 1

// selectionTimeout is how long to look for a server, unless the URI says.
const selectionTimeout = 10 * time.Second

// ErrVersion says that the database was written by a newer version of the program.
var ErrVersion = errors.New("the ledger was written by a newer version of this program")

// A Store is a connection to the database. It is safe for concurrent use.
type Store struct {
	client  *mongo.Client
	db      *mongo.Database
	entries *mongo.Collection // majority reads and writes, primary

	// tail knows the highest head seen, which is a lower bound of the true one:
	// what was read at majority isn't taken back.
	tail tail.Tail

	closed chan struct{}
	once   sync.Once
	stop   context.CancelFunc // ends what runs in the background
	bg     sync.WaitGroup
}

var _ store.Store = (*Store)(nil)

// Open connects to a database by its URI, "mongodb://…" or "mongodb+srv://…". The
// URI's path names the database (DefaultDatabase where it is empty). Its options
// are respected, but for read preference, read concern and write concern: see the
// package comment. It fails with ErrVersion where a newer version wrote the ledger.
// Errors don't hold the URI, which may hold a password.
func Open(ctx context.Context, uri string) (*Store, error) { return openDatabase(ctx, uri, false) }

// OpenExisting connects to a database that has a ledger; where it has none it
// fails with store.ErrNoLedger and makes nothing.
func OpenExisting(ctx context.Context, uri string) (*Store, error) {
	return openDatabase(ctx, uri, true)
}

func openDatabase(ctx context.Context, uri string, existing bool) (*Store, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the MongoDB URI: %w", err)
	}
	database := parsed.Database
	if database == "" {
		database = DefaultDatabase
	}
	opts := options.Client().ApplyURI(uri)
	if opts.ServerSelectionTimeout == nil {
		opts.SetServerSelectionTimeout(selectionTimeout)
	}
	if opts.AppName == nil {
		opts.SetAppName("entente")
	}
	client, err := mongo.Connect(opts)
	if err != nil {
		return nil, fmt.Errorf("couldn't connect to MongoDB: %w", err)
	}
	s := newStore(client, database)
	if err := s.checkSchema(ctx, existing); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't open the ledger in MongoDB database %s: %w", database, err), s.Close())
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.bg.Go(func() { s.watch(ctx) })
	s.bg.Go(func() { s.sweepBlobs(ctx) })
	return s, nil
}

func newStore(client *mongo.Client, database string) *Store {
	db := client.Database(database, options.Database().
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(writeconcern.Majority()))
	return &Store{
		client:  client,
		db:      db,
		entries: db.Collection("entries"),
		closed:  make(chan struct{}),
		stop:    func() {},
	}
}

// checkSchema notes the version in a new database, unless it must exist, and refuses a
// newer one.
func (s *Store) checkSchema(ctx context.Context, existing bool) error {
	meta := s.db.Collection("meta")
	filter := bson.D{{Key: "_id", Value: "schema"}}
	var doc struct {
		Version int `bson:"version"`
	}
	err := meta.FindOne(ctx, filter).Decode(&doc)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments) && existing:
		return store.ErrNoLedger
	case errors.Is(err, mongo.ErrNoDocuments):
		_, err = meta.InsertOne(ctx, append(filter, bson.E{Key: "version", Value: schemaVersion}))
		if mongo.IsDuplicateKeyError(err) { // another node was faster
			err = meta.FindOne(ctx, filter).Decode(&doc)
		}
	}
	switch {
	case err != nil:
		return s.failure(ctx, err)
	case doc.Version > schemaVersion:
		return fmt.Errorf("%w: its version is %d, and %d is known here", ErrVersion, doc.Version, schemaVersion)
	}
	return nil
}

// Close implements store.Entries.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closed)
		s.stop()
		s.bg.Wait()
		const patience = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err = s.client.Disconnect(ctx); err != nil {
			err = fmt.Errorf("couldn't disconnect from MongoDB: %w", err)
		}
	})
	return err
}

// check fails when ctx is done or the store is closed.
func (s *Store) check(ctx context.Context) error {
	return store.Alive(ctx, s.closed)
}

// failure says why a call that changes nothing, or may safely be made again, failed.
func (s *Store) failure(ctx context.Context, err error) error {
	if stopped := s.check(ctx); stopped != nil {
		return stopped
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// Now is the time by the server's clock.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	var hello struct {
		LocalTime time.Time `bson:"localTime"`
	}
	ask := func(command string) error {
		return s.entries.Database().RunCommand(ctx, bson.D{{Key: command, Value: 1}}).Decode(&hello)
	}
	err := ask("hello")
	const notFound = 59 // CommandNotFound
	var refused mongo.CommandError
	if errors.As(err, &refused) && refused.Code == notFound { // its older name, which compatible engines know
		err = ask("isMaster")
	}
	if err == nil && hello.LocalTime.IsZero() {
		err = errors.New("it says none")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("couldn't ask the server for its time: %w", s.failure(ctx, err))
	}
	return hello.LocalTime, nil
}
