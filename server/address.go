package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// Proxies says which peers are believed when they say for whom they forward a
// request. The zero value believes nobody: the peer is the client.
type Proxies struct {
	// Trusted are the addresses of the proxies in front of this server.
	Trusted []netip.Prefix

	// Header is the one that all of them set: "X-Forwarded-For", the default, with
	// X-Forwarded-Proto; or "Forwarded" (RFC 7239). The other isn't looked at: a
	// proxy that knows but one passes on whatever a client wrote into the other.
	Header string
}

// maxHops bounds how many proxies in a row are followed.
const maxHops = 20

// client returns the address that the request comes from, invalid where the peer has
// none, and whether it came over TLS as far as the trusted proxies tell.
//
// The list is read from its end, which is the nearest proxy's word, as long as the
// address reached is a trusted proxy's. What lies beyond the first other address, or
// beyond what can't be read, anybody may have written.
func (p Proxies) client(r *http.Request) (netip.Addr, bool) {
	secure := r.TLS != nil
	address := peerAddress(r.RemoteAddr)
	if !p.trusts(address) {
		return address, secure
	}
	hops, proto := p.hops(r.Header)
	if len(hops) > 0 && proto != "" {
		secure = strings.EqualFold(proto, "https")
	}
	for i := len(hops) - 1; i >= 0 && i >= len(hops)-maxHops && p.trusts(address); i-- {
		next, ok := parseNode(hops[i])
		if !ok {
			break
		}
		address = next
	}
	return address, secure
}

func (p Proxies) trusts(address netip.Addr) bool {
	for _, prefix := range p.Trusted {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// hops returns for whom each proxy says it forwards, the nearest last, and the
// protocol that the nearest was asked by.
func (p Proxies) hops(h http.Header) (hops []string, proto string) {
	if strings.EqualFold(p.Header, "Forwarded") {
		for _, line := range h.Values("Forwarded") { // a quote left open in one doesn't swallow the next
			for _, element := range splitQuoted(line, ',') {
				hop, by := forwardedElement(element)
				hops, proto = append(hops, hop), by
			}
		}
		return hops, proto
	}
	if values := h.Values("X-Forwarded-For"); len(values) > 0 {
		hops = strings.Split(strings.Join(values, ","), ",")
	}
	protos := strings.Split(strings.Join(h.Values("X-Forwarded-Proto"), ","), ",")
	return hops, strings.TrimSpace(protos[len(protos)-1])
}

// forwardedElement reads one element of Forwarded: pairs such as for="[2001:db8::1]:47".
func forwardedElement(element string) (hop, proto string) {
	for _, pair := range splitQuoted(element, ';') {
		name, value, _ := strings.Cut(pair, "=")
		value = strings.TrimSpace(value)
		if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
			value = value[1 : len(value)-1] // addresses have nothing to escape
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "for":
			hop = value
		case "proto":
			proto = value
		}
	}
	return hop, proto
}

// splitQuoted splits at the separators outside of quoted strings.
func splitQuoted(text string, separator byte) (parts []string) {
	quoted, start := false, 0
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == separator && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// parseNode reads an address with or without port: IPv6 stands in brackets, or alone.
func parseNode(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")); err == nil {
		return plainAddress(address), true
	}
	with, err := netip.ParseAddrPort(text)
	return plainAddress(with.Addr()), err == nil
}

// peerAddress is the address in a RemoteAddr.
func peerAddress(remote string) netip.Addr {
	with, _ := netip.ParseAddrPort(remote)
	return plainAddress(with.Addr())
}

// plainAddress has one form for each address: an IPv4 address in an IPv6 socket is itself,
// and zones, which a client may choose freely, are left out.
func plainAddress(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// subscriberAddress is the address as limits see it.
func subscriberAddress(a netip.Addr) netip.Addr {
	switch {
	case !a.IsValid():
		return netip.IPv6Unspecified() // whoever has no address shares one bucket
	case a.Is6():
		prefix, _ := a.Prefix(64) // never fails for 64 bits of IPv6
		return prefix.Addr()
	}
	return a
}
