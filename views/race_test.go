//go:build race

package views

import "flag"

// The race detector makes SQLite in Go some twenty times slower: it is shown a few of
// the random stories.
func init() {
	if err := flag.Set("rapid.checks", "5"); err != nil {
		panic(err)
	}
}
