package main

import (
	"net/netip"

	"github.com/ewtp/entente/server"
)

// edge are the settings of serve that say what may come in, and by which way.
type edge struct {
	LimitRead    server.Quota `default:"1200/m" placeholder:"1200/m" help:"How many requests a member, or an anonymous address, may make: per s, m or h, or off. The members of an organisation together: 20 times that."`
	LimitWrite   server.Quota `default:"600/m" placeholder:"600/m" help:"How many changes, likewise; a request may hold several."`
	LimitMachine server.Quota `default:"12000/m" placeholder:"12000/m" help:"How many requests to /hub/ and /ledger/, likewise."`
	LimitUpload  server.Quota `default:"120/h" placeholder:"120/h" help:"How many files a member may upload."`

	TrustedProxy []netip.Prefix `placeholder:"CIDR" help:"Addresses of proxies that are believed when they say for whom they ask; may be given more than once."`
	ProxyHeader  string         `default:"X-Forwarded-For" enum:"X-Forwarded-For,Forwarded" help:"The header that all of them write: ${enum}. The other one is ignored."`
	HSTS         bool           `name:"hsts" help:"Tell browsers with every answer to come by TLS only, also where the TLS that ends in front isn't seen."`
}

// options puts the settings into the server's.
func (e *edge) options(o server.Options) server.Options {
	o.Limits.Quotas = server.Quotas{Read: e.LimitRead, Write: e.LimitWrite, Machine: e.LimitMachine, Upload: e.LimitUpload}
	o.Proxies = server.Proxies{Trusted: e.TrustedProxy, Header: e.ProxyHeader}
	o.HSTS = e.HSTS
	return o
}
