package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/views"
)

// warn logs a line for each thing about this start that is allowed and seldom meant.
func (c *serveCommand) warn(ctx context.Context, n *node, issuers []auth.Issuer, providers []signin.Provider) {
	if len(issuers)+len(providers) == 0 {
		n.log.Warn("nobody can sign in: there is neither --issuer nor --providers-file, so that everybody is the public")
	}
	if n.checkpoints.Origin() == defaultOrigin {
		n.log.Warn("the ledger has the name that every ledger has by default; one that others are to trust is named by --origin at its first start", "origin", defaultOrigin)
	}
	if !onlyHere(c.Listen) && len(c.TrustedProxy) == 0 {
		n.log.Warn("other machines can come by plain HTTP; TLS is to end in front, at a --trusted-proxy", "listen", c.Listen)
	}
	if err := warnOfSecretariat(ctx, n); err != nil {
		n.log.Warn("couldn't look for a secretariat", "error", err)
	}
	for _, path := range n.readable() {
		n.log.Warn("others on this machine can read what is secret; its mode is to be 0600, its folder's 0700", "path", path)
	}
}

// warnOfSecretariat warns where there is none.
func warnOfSecretariat(ctx context.Context, n *node) error {
	l, err := n.views.OrganisationList(ctx, views.OrganisationFilter{Kinds: []policies.OrganisationKind{policies.Secretariat}}, views.Page{First: 1})
	if err == nil && len(l.Items) == 0 {
		n.log.Warn("there is no secretariat, so that nobody admits organisations or publishes releases; --secretariat-name makes one")
	}
	return err
}

// onlyHere says whether only this machine reaches an address to listen at.
func onlyHere(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// readable returns the folder of the keys, and those of its files, that others than their owner can
// read: a file only where its folder lets them in. Windows has other means to say so.
func (n *node) readable() (paths []string) {
	if runtime.GOOS == "windows" || n.keys.dir == "" {
		return nil
	}
	info, err := os.Stat(n.keys.dir)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	files, _ := filepath.Glob(filepath.Join(n.keys.dir, "*"))
	for _, path := range append([]string{n.keys.dir}, files...) {
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o044 != 0 {
			paths = append(paths, path)
		}
	}
	return paths
}
