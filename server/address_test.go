package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestClientAddress(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ff::/48")}
	xff, xfp, forwarded := "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"
	for name, test := range map[string]struct {
		header, remote string
		fields         []string
		want           string
		tls            bool
	}{
		"no proxy":                      {xff, "192.0.2.1:80", nil, "192.0.2.1", false},
		"a stranger's claim":            {xff, "192.0.2.1:80", []string{xff, "198.51.100.7", xfp, "https"}, "192.0.2.1", false},
		"a stranger's claim, Forwarded": {forwarded, "192.0.2.1:80", []string{forwarded, "for=198.51.100.7;proto=https"}, "192.0.2.1", false},
		"one proxy":                     {xff, "10.0.0.1:80", []string{xff, "198.51.100.7", xfp, "https"}, "198.51.100.7", true},
		"a proxy in an IPv6 socket":     {xff, "[::ffff:10.0.0.1]:80", []string{xff, "198.51.100.7"}, "198.51.100.7", false},
		"two proxies":                   {xff, "10.0.0.1:80", []string{xff, "198.51.100.7, 10.0.0.2"}, "198.51.100.7", false},
		"two proxies, two lines":        {xff, "10.0.0.1:80", []string{xff, "198.51.100.7", xff, "10.0.0.2"}, "198.51.100.7", false},
		"a client that claims another":  {xff, "10.0.0.1:80", []string{xff, "203.0.113.9, 198.51.100.7"}, "198.51.100.7", false},
		"a client that claims to be us": {xff, "10.0.0.1:80", []string{xff, "203.0.113.9, 10.0.0.3, 198.51.100.7"}, "198.51.100.7", false},
		"rubbish in front":              {xff, "10.0.0.1:80", []string{xff, "rubbish, 198.51.100.7"}, "198.51.100.7", false},
		"rubbish at the end":            {xff, "10.0.0.1:80", []string{xff, "198.51.100.7, rubbish"}, "10.0.0.1", false},
		"an empty list":                 {xff, "10.0.0.1:80", []string{xff, ""}, "10.0.0.1", false},
		"the wrong header":              {xff, "10.0.0.1:80", []string{forwarded, "for=198.51.100.7"}, "10.0.0.1", false},
		"the wrong header, Forwarded":   {forwarded, "10.0.0.1:80", []string{xff, "198.51.100.7", xfp, "https"}, "10.0.0.1", false},
		"with a port":                   {xff, "10.0.0.1:80", []string{xff, "198.51.100.7:4711"}, "198.51.100.7", false},
		"IPv6":                          {xff, "[2001:db8:ff::1]:80", []string{xff, "2001:db8::7"}, "2001:db8::7", false},
		"IPv6 with a port":              {xff, "10.0.0.1:80", []string{xff, "[2001:db8::7]:4711"}, "2001:db8::7", false},
		"IPv6 with a zone":              {xff, "10.0.0.1:80", []string{xff, "fe80::7%a"}, "fe80::7", false},
		"http to the nearest proxy":     {xff, "10.0.0.1:80", []string{xff, "198.51.100.7", xfp, "https, http"}, "198.51.100.7", false},
		"Forwarded":                     {forwarded, "10.0.0.1:80", []string{forwarded, `for=198.51.100.7;proto=https`}, "198.51.100.7", true},
		"Forwarded, IPv6": {forwarded, "10.0.0.1:80",
			[]string{forwarded, `For="[2001:db8::7]:4711" ; By=10.0.0.1;PROTO=HTTPS`}, "2001:db8::7", true},
		"Forwarded, two": {forwarded, "10.0.0.1:80",
			[]string{forwarded, `for=203.0.113.9, for=198.51.100.7;proto=http, for=10.0.0.2;proto=https`}, "198.51.100.7", true},
		"Forwarded, separators in quotes": {forwarded, "10.0.0.1:80",
			[]string{forwarded, `for=203.0.113.9;x="a\",;for=10.0.0.5,", for=198.51.100.7`}, "198.51.100.7", false},
		"Forwarded, obfuscated": {forwarded, "10.0.0.1:80", []string{forwarded, `for=198.51.100.7, for=_hidden`}, "10.0.0.1", false},
		"Forwarded, open quote": {forwarded, "10.0.0.1:80", []string{forwarded, `for="198.51.100.7, for=203.0.113.9`}, "10.0.0.1", false},
		"no address":            {xff, "@", []string{xff, "198.51.100.7"}, "invalid IP", false},
		"too many proxies":      {xff, "10.0.0.1:80", []string{xff, "198.51.100.7" + strings.Repeat(", 10.0.0.2", maxHops)}, "10.0.0.2", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = test.remote
			for i := 0; i+1 < len(test.fields); i += 2 {
				r.Header.Add(test.fields[i], test.fields[i+1])
			}
			address, tls := Proxies{Trusted: trusted, Header: test.header}.client(r)
			if address.String() != test.want || tls != test.tls {
				t.Errorf("%s, TLS %t; want %s, %t", address, tls, test.want, test.tls)
			}
		})
	}
}

// Whatever stands in the header, what a trusted proxy adds at its end decides, and a
// stranger's header decides nothing.
func FuzzClientAddress(f *testing.F) {
	for _, text := range []string{"", "203.0.113.9", `for="[2001:db8::7]:47";proto=https`, `for=1.2.3.4, for="a,\"b;c"`, `for="`, ",,;=", "for=\"\\", "[::1", "::1]:80", "fe80::1%\n"} {
		f.Add(text, "198.51.100.7")
	}
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, written, real string) {
		address, err := netip.ParseAddr(real)
		if err != nil || trusted[0].Contains(plainAddress(address)) {
			address = netip.MustParseAddr("198.51.100.7")
		}
		address = plainAddress(address)
		for header, added := range map[string]string{"X-Forwarded-For": address.String(), "Forwarded": `for="[` + address.String() + `]"`} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = "10.0.0.1:80"
			r.Header[header] = []string{written, added}
			p := Proxies{Trusted: trusted, Header: header}
			got, _ := p.client(r)
			if got != address {
				t.Errorf("%s: %q, then %q: %s", header, written, added, got)
			}
			r.RemoteAddr = "192.0.2.1:80"
			if got, tls := p.client(r); got.String() != "192.0.2.1" || tls {
				t.Errorf("%s of a stranger: %s, TLS %t", header, got, tls)
			}
			r.Header[header] = []string{written}
			r.RemoteAddr = "10.0.0.1:80"
			p.client(r) // never panics
		}
	})
}
