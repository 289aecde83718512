//go:build !linux

package registry

import "time"

// Steady is how long the program has been running: no change of the machine's clock changes
// that.
func Steady() time.Duration { return sinceStart() }
