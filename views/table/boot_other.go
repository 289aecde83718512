//go:build !linux

package table

// bootID names the time since the machine was started; "" where it doesn't say.
func bootID() string { return "" }
