package auth

import (
	"errors"
	"time"
)

// A Reason says, in a stable code, why a token was refused.
type Reason string

// The reasons. All but Unavailable mean that this token will not do.
const (
	Missing       Reason = "missing"        // no token where one was announced
	Malformed     Reason = "malformed"      // not a token, or one without what it must have
	UnknownIssuer Reason = "unknown_issuer" // its issuer isn't configured
	BadSignature  Reason = "bad_signature"  // no accepted algorithm, no such key, or the signature is wrong
	Expired       Reason = "expired"
	NotYetValid   Reason = "not_yet_valid"
	WrongAudience Reason = "wrong_audience" // meant for somebody else
	WrongNonce    Reason = "wrong_nonce"    // an ID token of another sign-in
	Unavailable   Reason = "provider_unavailable"
)

// An Error is a refused token. It never holds any part of the token.
type Error struct {
	// Reason is for programs.
	Reason Reason

	// Public is for people: a sentence without capital and full stop that may be
	// shown to anybody.
	Public string

	// Issuer is the one that the token names, which nobody has verified, or "": for the log.
	// At most 200 bytes of it are kept.
	Issuer string

	// RetryAfter is, for Unavailable, when it may be worth trying again.
	RetryAfter time.Duration

	cause error
}

func refuse(reason Reason, public string, cause error) *Error {
	return &Error{Reason: reason, Public: public, cause: cause}
}

// Error is for logs: it adds the cause to the public sentence.
func (e *Error) Error() string {
	if e.cause == nil {
		return "couldn't verify the token: " + e.Public
	}
	return "couldn't verify the token: " + e.Public + ": " + e.cause.Error()
}

// Unwrap returns the cause, which is not for the public.
func (e *Error) Unwrap() error { return e.cause }

// Retryable says whether the same token may be accepted later, nothing being wrong with it.
func (e *Error) Retryable() bool { return e.Reason == Unavailable }

// ReasonOf returns the reason in err, or "" where err is no refused token.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}
