// Package table is the engine under package views: a file of SQLite with one writer
// and several readers, and what every query and every fold need of it. It knows
// neither a schema nor what is in the tables.
//
// # A file
//
// [Open] makes a [File] by a schema, or takes one up where it was left; one of another
// version, or a damaged one, is deleted and made anew, since nothing in it can be lost.
// For the same reason nothing is synced to disk (synchronous=OFF), and a file that
// wasn't closed in order is checked page by page.
//
// Readers have connections of their own (WAL) and see committed state only. Whoever
// has the writer's turn ([File.Take]) may use the writer: [File.Write] and [File.Exec],
// and the rows of [File.Insert], [File.Upsert], [File.Add] and [File.Update].
//
// # Queries
//
// A [Run] runs queries on the writer, on a reader or on a snapshot. A query's columns
// and where they are scanned to are one list of [Fields]; [PageOf] makes pages of a
// [Selection], which a caller walks by the cursors of its [Order]. Lists are passed as
// one JSON argument, so that the texts of queries are few and stay prepared.
//
// # Values
//
// A time is a column of milliseconds since 1970, UTC, NULL for the zero time: see
// [Millis], [MillisOrNull] and [Time].
package table
