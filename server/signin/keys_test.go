package signin_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/server/auth/oidctest"
	"github.com/ewtp/entente/server/signin"
)

// The first key seals, all open, and one that is gone opens nothing.
func TestKeyRotation(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	old, fresh := string(newKeys(t)), string(newKeys(t))
	with := func(lines string) *site {
		return newSite(t, c, func(o *signin.Options) { o.Keys = parseKeys(t, []byte(lines)) }, at(f, "p"))
	}
	before, during, after := with(old), with(fresh+old), with(fresh)
	b := newBrowser(t)
	b.signIn(before, "p")
	sealed := b.cookie(before, "entente")
	holder := func(s *site, value string) string {
		b := newBrowser(t)
		b.plant(s, "entente", value)
		return b.who(s).Subject
	}
	if holder(during, sealed) != "mina" || holder(after, sealed) != "" {
		t.Error("the old key's cookie: opens after its key is gone, or not before")
	}
	mover := newBrowser(t)
	mover.plant(during, "entente", sealed)
	c.Forward(2 * time.Minute)
	mover.who(during) // seals anew, with the fresh key
	if moved := mover.cookie(during, "entente"); holder(after, moved) != "mina" || holder(before, moved) != "" {
		t.Error("the session didn't move to the fresh key")
	}
}

func TestParseKeys(t *testing.T) {
	good := string(newKeys(t))
	key := strings.Split(good, "\n")[1]
	for _, bad := range []string{"", "# nothing\n", "AAAA\n", good + "x\n", "!" + key, base64.StdEncoding.EncodeToString(make([]byte, 31))} {
		_, err := signin.ParseKeys([]byte(bad))
		if err == nil {
			t.Errorf("ParseKeys(%q) passes", bad)
		} else if strings.Contains(err.Error(), key[:8]) {
			t.Errorf("the error shows a key: %v", err)
		}
	}
	if _, err := signin.ParseKeys([]byte("\r\n" + strings.ReplaceAll(good, "\n", "\r\n"))); err != nil {
		t.Error(err)
	}
}
