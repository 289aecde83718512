// Package mongotest gives tests a MongoDB database of their own.
//
// The server is the one that the environment variable MONGODB_URI names. Where
// ENTENTE_REQUIRE_MONGODB is 1, as in CI, a missing server fails the test;
// otherwise the test is skipped.
package mongotest

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// URI returns the URI of a fresh, empty database, which is dropped when the test
// ends.
func URI(t testing.TB) string {
	t.Helper()
	server := os.Getenv("MONGODB_URI")
	if server == "" {
		if os.Getenv("ENTENTE_REQUIRE_MONGODB") == "1" {
			t.Fatal("ENTENTE_REQUIRE_MONGODB is 1 but MONGODB_URI is not set")
		}
		t.Skip("MONGODB_URI is not set")
	}
	database := "entente_test_" + bson.NewObjectID().Hex()
	t.Cleanup(func() { drop(t, server, database) })
	return withDatabase(server, database)
}

// drop removes a database.
func drop(t testing.TB, server, database string) {
	client, err := mongo.Connect(options.Client().ApplyURI(server).SetServerSelectionTimeout(5 * time.Second))
	if err != nil {
		t.Errorf("couldn't connect to drop database %s: %v", database, err)
		return
	}
	ctx := context.Background() // the test's own is done by now
	if err := client.Database(database).Drop(ctx); err != nil {
		t.Errorf("couldn't drop database %s: %v", database, err)
	}
	if err := client.Disconnect(ctx); err != nil {
		t.Errorf("couldn't disconnect: %v", err)
	}
}

// withDatabase puts a database's name in a URI, in place of the one there. (It
// isn't a URL that net/url would take: it may name several hosts.)
func withDatabase(uri, database string) string {
	scheme, rest, _ := strings.Cut(uri, "://")
	rest, query, hasQuery := strings.Cut(rest, "?")
	hosts, _, _ := strings.Cut(rest, "/")
	uri = scheme + "://" + hosts + "/" + database
	if hasQuery {
		uri += "?" + query
	}
	return uri
}
