// Package standards holds what was adopted: instruments with their dates, rule
// sets, releases, and the canonical bytes of a release.
//
// Package policies decides; what it decides for good ends here.
// The room is pure: no I/O, no clock, no randomness.
package standards
