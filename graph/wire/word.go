package wire

import (
	"errors"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/ewtp/entente/policies"
)

// The scalars below are words of the domain that are written as strings and checked as the domain
// checks them: what is no such word is refused where it is read, whatever it was for.

// MarshalString writes a text, null for none: "" never leaves the server. A field that may have no text is
// nullable, and needs no resolver to say so.
func MarshalString(s string) graphql.Marshaler { return marshalWord(s) }

// UnmarshalString reads a text; null is none.
func UnmarshalString(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	}
	return "", errors.New("is no string")
}

// marshalWord writes a word, null for none.
func marshalWord(s string) graphql.Marshaler {
	if s == "" {
		return graphql.Null
	}
	return graphql.MarshalString(s)
}

// unmarshalWord reads a word; what says with an example what is wanted.
func unmarshalWord(v any, what string, check func(string) error) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", errors.New(what)
	}
	return s, check(s)
}

// MarshalTimeZone writes the name of a time zone, null for none.
func MarshalTimeZone(zone string) graphql.Marshaler { return marshalWord(zone) }

// UnmarshalTimeZone reads the name of a time zone that there is.
func UnmarshalTimeZone(v any) (string, error) {
	return unmarshalWord(v, "a time zone is a string such as Europe/Tallinn", policies.CheckZone)
}

// MarshalLocalDate writes a day, null for none.
func MarshalLocalDate(day string) graphql.Marshaler { return marshalWord(day) }

// UnmarshalLocalDate reads a day that there is.
func UnmarshalLocalDate(v any) (string, error) {
	return unmarshalWord(v, "a local date is a string such as 2026-03-01", func(s string) error {
		if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1 {
			return fmt.Errorf("%q is no local date such as 2026-03-01", clip(s))
		}
		return nil
	})
}

// MarshalLocalDateTime writes a local time to the second, null for none.
func MarshalLocalDateTime(local string) graphql.Marshaler {
	if len(local) == len("2026-03-01T17:00") {
		local += ":00"
	}
	return marshalWord(local)
}

// UnmarshalLocalDateTime reads a local time that some zone has.
func UnmarshalLocalDateTime(v any) (string, error) {
	return unmarshalWord(v, "a local time is a string such as 2026-03-01T17:00", policies.CheckLocalTime)
}

// MarshalCountryCode writes the code of a jurisdiction, null for none.
func MarshalCountryCode(code string) graphql.Marshaler { return marshalWord(code) }

// UnmarshalCountryCode reads the code of a jurisdiction that may be.
func UnmarshalCountryCode(v any) (string, error) {
	return unmarshalWord(v, "a country code is a string such as NZ", policies.CheckJurisdiction)
}

// MarshalDecimal writes an amount, null for none.
func MarshalDecimal(amount string) graphql.Marshaler { return marshalWord(amount) }

// UnmarshalDecimal reads an amount.
func UnmarshalDecimal(v any) (string, error) {
	return unmarshalWord(v, `a decimal is a string such as "12500.50"`, policies.CheckAmount)
}

// MarshalEmailAddress writes an e-mail address, null for none.
func MarshalEmailAddress(address string) graphql.Marshaler { return marshalWord(address) }

// UnmarshalEmailAddress reads an e-mail address.
func UnmarshalEmailAddress(v any) (string, error) {
	return unmarshalWord(v, "an e-mail address is a string such as name@example.org", policies.CheckEmail)
}
