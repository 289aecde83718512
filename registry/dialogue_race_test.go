//go:build race

package registry

// The race detector makes SQLite in Go some twenty times slower.
func init() { shorten = 4 }
