package hub

import (
	"errors"
	"fmt"

	"github.com/ewtp/entente/policies"
)

// ErrNotFound is what a [Source] answers for what does not exist or was never released.
var ErrNotFound = errors.New("not found among the releases")

// A Code says why a client didn't take a release.
type Code string

// The codes. Those of the first group are refusals: what the registry sent, or what
// is on disk, must not be applied. Those of the second may pass by themselves.
const (
	BadSignature   Code = "BAD_SIGNATURE"   // missing, malformed, of another algorithm, or not made by the key it names
	UnknownKey     Code = "UNKNOWN_KEY"     // made by a key that isn't pinned, or no key is pinned at all
	DigestMismatch Code = "DIGEST_MISMATCH" // bytes that aren't the ones the manifest names, or a file it doesn't name
	Malformed      Code = "MALFORMED"       // an answer or a manifest that makes no sense
	WrongRuleSet   Code = "WRONG_RULE_SET"  // genuine, but of another rule set
	Rollback       Code = "ROLLBACK"        // older than what is held, or another release of the same number
	BrokenChain    Code = "BROKEN_CHAIN"    // the next release, but not made from the one that is held
	Expired        Code = "EXPIRED"         // past its validUntil
	TooLarge       Code = "TOO_LARGE"       // past the client's limits

	Unavailable      = Code(policies.Unavailable) // the registry can't be reached, failed, or broke off
	NotFound         = Code(policies.NotFound)    // there is no such rule set, or no release of it yet; on disk: nothing is held
	Busy        Code = "BUSY"                     // another pull is at work in the same folder
)

// An Error is why a client didn't take a release. What it held before, it still holds.
type Error struct {
	Code    Code
	Message string // lower case, without a full stop
	Err     error  // the cause, if there is one
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ExitStatus is the exit status a command gives for an error of this package:
//
//	0  no error
//	1  anything else, such as a disk that is full
//	3  refused: the release must not be applied
//	4  unavailable: the same pull may succeed later
func ExitStatus(err error) int {
	var e *Error
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &e):
		return 1
	case e.Code == Unavailable || e.Code == NotFound || e.Code == Busy:
		return 4
	}
	return 3
}

func refuseRelease(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func refuseBecause(code Code, err error, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}
