package table

import (
	"os"
	"strings"
	"sync"
)

// bootID names the time since the machine was started (random(4)); "" where it doesn't say.
var bootID = sync.OnceValue(func() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
})
