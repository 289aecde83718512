package registry

import "time"

var started = time.Now()

// sinceStart is by the runtime's monotonic clock, which on some systems stands while the
// machine sleeps.
func sinceStart() time.Duration { return time.Since(started) }
