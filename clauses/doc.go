// Package clauses takes the text of a document apart into clauses that can be cited, compared and merged.
package clauses
