// Package reports makes of the record what people take away, and brings home what they
// filled in.
//
// The response matrix lists the comments on a document clause by clause with their
// dispositions, as CSV or as a spreadsheet whose first columns are those of the commenting
// template of ISO and IEC. Dispositions written into it offline are imported again: first on
// trial, row by row, and then all together or not at all.
//
// A comment form lists the clauses of a consultation for members to comment on offline, and
// becomes drafts of their organisation in the same way.
//
// "What we heard" tells the public who answered a consultation, what was changed for
// whom, and why not where it wasn't.
//
// Nothing is decided here: rows are those that the viewer may read as package views has
// it, dispositions and drafts are commands of package policies that package registry carries out.
package reports
