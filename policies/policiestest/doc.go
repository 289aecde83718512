// Package policiestest keeps a record of the dialogue in memory, for tests: package
// policies decides and folds against it, and what the views answer must be what it
// answers. Nothing but tests imports it.
package policiestest
