package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/signin"
)

// Nobody is believed about e-mail addresses but whom the setting names.
func TestBelieve(t *testing.T) {
	const one, two, three = "https://one.example", "https://two.example", "https://three.example"
	for _, test := range []struct {
		name      string
		given     []string
		want      map[string][]string
		complaint string
	}{
		{"nobody", nil, map[string][]string{}, ""},
		{"any domain", []string{one}, map[string][]string{"issuer " + one: {auth.AnyDomain}}, ""},
		{"two domains, and both an issuer and a provider", []string{two + "=a.example", two + "=b.example"},
			map[string][]string{"issuer " + two: {"a.example", "b.example"}, "provider " + two: {"a.example", "b.example"}}, ""},
		{"a provider", []string{three + "=c.example"}, map[string][]string{"provider " + three: {"c.example"}}, ""},
		{"one that isn't there", []string{"https://four.example"}, nil, "names no"},
		{"an empty domain", []string{one + "="}, nil, "URL=DOMAIN"},
		{"an address", []string{one + "=mina@one.example"}, nil, "URL=DOMAIN"},
		{"a pattern", []string{one + "=*.example"}, nil, "URL=DOMAIN"},
	} {
		t.Run(test.name, func(t *testing.T) {
			issuers := []auth.Issuer{{URL: one}, {URL: two}}
			providers := []signin.Provider{{URL: two}, {URL: three}}
			err := believeEmails(test.given, issuers, providers)
			if test.complaint != "" {
				var usage *usageError
				if !errors.As(err, &usage) || !strings.Contains(err.Error(), test.complaint) {
					t.Errorf("%v, want %q", err, test.complaint)
				}
				return
			}
			got := map[string][]string{}
			for _, i := range issuers {
				if i.EmailDomains != nil {
					got["issuer "+i.URL] = i.EmailDomains
				}
			}
			for _, p := range providers {
				if p.EmailDomains != nil {
					got["provider "+p.URL] = p.EmailDomains
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}
