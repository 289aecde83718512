package policies_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/ewtp/entente/policies"
)

func TestSessionsEnd(t *testing.T) {
	w := newTown(t)
	mari := visitor("mari", "")
	one := EndSessions{Issuer: mari.Issuer, Subject: "mari", SID: "entente:1", Before: w.now.Add(-time.Hour)}
	e := w.do(mari, one).(*SessionsEnded)
	if e.By != "" || !strings.HasPrefix(e.Subject(), "ses_") || e.Key != SessionKey(mari.Issuer, "mari", "entente:1") {
		t.Errorf("one's own session ended as %+v", e)
	}
	// Said again, or said of before, it is no news and not written down.
	w.refuse(mari, one, Conflict, "before", "already")
	one.Before = one.Before.Add(-time.Minute)
	w.refuse(mari, one, Conflict, "before", "already")
	one.Before = w.now
	w.do(mari, one)

	// Each name of a session is another.
	for _, key := range []string{
		SessionKey(mari.Issuer, "mari", ""), SessionKey(mari.Issuer, "", "entente:1"), SessionKey(mari.Issuer, "mari", AllSessions),
		SessionKey(mari.Issuer+"mari", "", "entente:1"), SessionKey("", mari.Issuer+"mari", "entente:1"),
	} {
		if before, err := w.m.SessionsEnded(key); !before.IsZero() || err != nil {
			t.Errorf("%s ended too: %v, %v", key, before, err)
		}
	}
	w.do(mari, EndSessions{Issuer: mari.Issuer, Subject: "mari"}) // all of them
	if before, _ := w.m.SessionsEnded(SessionKey(mari.Issuer, "mari", AllSessions)); !before.Equal(w.now) {
		t.Errorf("all ended until %v, want %v", before, w.now)
	}
	// A provider's word about any of its own.
	w.do(Operator, EndSessions{Issuer: mari.Issuer, SID: "theirs", Before: w.now})
	w.do(Operator, EndSessions{Issuer: mari.Issuer, Subject: "jaan", Before: w.now.Add(SessionSlack)})
}

func TestWhoEndsWhoseSessions(t *testing.T) {
	w := newTown(t)
	head := as(w.office, Admin)
	clerk := w.admit(w.office, w.loom.OrganisationID, "clerk", Observer)
	c := EndSessions{MemberID: clerk.MemberID}
	if e := w.do(head, c).(*SessionsEnded); e.By != head.MemberID || e.Key != SessionKey(clerk.Issuer, "clerk", AllSessions) {
		t.Errorf("ended by an admin: %+v", e)
	}
	w.wait(time.Second)
	if e := w.do(clerk, c).(*SessionsEnded); e.By != "" {
		t.Errorf("ended by itself: %+v", e)
	}
	w.wait(time.Second)
	for name, a := range map[string]Actor{"its own admin": as(w.loom, Admin), "the office's delegate": as(w.office, Delegate), "a stranger": visitor("mari", "")} {
		for _, id := range []string{clerk.MemberID, "mem_none"} { // and none learns whether there is such a member
			if err := w.refuse(a, EndSessions{MemberID: id}, Forbidden, "", ""); err == nil {
				t.Errorf("%s ends another's", name)
			}
		}
		w.refuse(a, EndSessions{Issuer: clerk.Issuer, Subject: "clerk"}, Forbidden, "", "")
		w.refuse(a, EndSessions{Issuer: a.Issuer, SID: "theirs", Before: w.now}, Forbidden, "", "")
	}
	w.refuse(Actor{}, c, Unauthenticated, "", "sign in")
	lent := clerk
	lent.ReadOnly = true
	w.refuse(lent, c, Forbidden, "", "")
	w.refuse(head, EndSessions{MemberID: "mem_none"}, NotFound, "memberId", "member")
}

func TestSessionsThatDontEnd(t *testing.T) {
	w := newTown(t)
	for _, x := range []struct {
		c            EndSessions
		code         Code
		field, words string
	}{
		{EndSessions{Subject: "mari", Before: w.now}, Invalid, "subject", "missing"},
		{EndSessions{Issuer: "https://id.example", Before: w.now}, Invalid, "subject", "missing"},
		{EndSessions{Issuer: "https://id.example", SID: "s"}, Invalid, "before", "missing"},
		{EndSessions{Issuer: "https://id.example", SID: "s", Before: w.now.Add(SessionSlack + time.Second)}, Invalid, "before", "future"},
		{EndSessions{Issuer: "https://id.example", SID: "s", Before: w.now.Add(-SessionTerm - SessionSlack)}, Conflict, "before", "longer ago"},
		{EndSessions{MemberID: w.loom.MemberID, SID: "s"}, Invalid, "memberId", "already"},
		{EndSessions{MemberID: w.loom.MemberID, Before: w.now}, Invalid, "memberId", "already"},
	} {
		w.refuse(Operator, x.c, x.code, x.field, x.words)
	}
}

// What is over by itself is forgotten, and nothing before that.
func TestEndedSessionsAreForgotten(t *testing.T) {
	w := newTown(t)
	end := func(sid string, before time.Time) string {
		w.do(Operator, EndSessions{Issuer: "https://id.example", SID: sid, Before: before})
		return SessionKey("https://id.example", "", sid)
	}
	old, ahead := end("old", w.now.Add(-SessionTerm)), end("ahead", w.now.Add(SessionSlack))
	known := func(key string) bool { before, _ := w.m.SessionsEnded(key); return !before.IsZero() }
	w.wait(SessionTerm + SessionSlack - time.Millisecond)
	end("x", w.now)
	if !known(old) || !known(ahead) {
		t.Error("an ending was forgotten while what it ended could last")
	}
	w.wait(time.Millisecond)
	end("y", w.now)
	if known(old) || !known(ahead) {
		t.Errorf("known are the old one: %t, the one ahead: %t", known(old), known(ahead))
	}
	w.wait(SessionSlack)
	end("z", w.now)
	if known(ahead) || !known(SessionKey("https://id.example", "", "y")) {
		t.Error("the one ahead is still known, or one that counts isn't")
	}
}
