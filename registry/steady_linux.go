package registry

import (
	"time"

	"golang.org/x/sys/unix"
)

// Steady is how long the machine has been running, asleep or awake: no change of its clock
// changes that (clock_gettime(2), CLOCK_BOOTTIME).
func Steady() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil { // kernels before 2.6.39
		return sinceStart()
	}
	return time.Duration(t.Nano())
}
