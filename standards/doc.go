// Package standards is what was adopted: instruments with their dates, rule
// sets, releases, and the canonical bytes of a release.
//
// Nothing here decides; package policies does, and what it decides ends here.
// The room is pure: no I/O, no clock, no randomness.
package standards
