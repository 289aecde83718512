package policies

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// SessionTerm is the longest that a session of somebody who signed in with a browser
// lasts, whatever happens.
const SessionTerm = 12 * time.Hour

// sessionSlack is how far the clocks of nodes and identity providers may be apart,
// with the time between an ID token's issue and the session that it begins.
const sessionSlack = time.Hour

// AllSessions is the sid of a SessionKey that means all sessions of a person that began
// until a moment, by the registry's own clock and not by the provider's.
const AllSessions = "entente:all"

// SessionKey names sessions in the ledger: those of a person (issuer and subject), one
// at the provider (issuer and sid, perhaps with subject), or, with a sid that a node
// made up, one here.
//
// It is the SHA-256, in hexadecimal, of the three, each after its length as eight bytes.
// That is a pseudonym and not anonymous: it shows nobody's name, but whoever can guess
// issuer and subject can tell that they are meant. No secret goes into it, since every
// node must come to the same key from the ledger alone. Only those who read payloads
// see keys at all, and they read issuers and subjects of members beside them.
func SessionKey(issuer, subject, sid string) string {
	h := sha256.New()
	for _, part := range []string{issuer, subject, sid} {
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part)))) // a hash takes everything
		_, _ = h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A Session is what ends a browser's session before its time: it may have been named by
// the provider, or by us, or with all others of its person. The zero value is none, and
// never ends.
type Session struct {
	Issuer, Subject string
	SID             string    // the provider's name for it, "" for none
	Own             string    // ours
	IssuedAt        time.Time // of the ID token, by the provider's clock
	Began           time.Time // by the registry's
}

// Keys are the [SessionKey] of all that may have ended the session.
func (s Session) Keys() []string {
	if s.Subject == "" {
		return nil
	}
	keys := []string{SessionKey(s.Issuer, s.Subject, AllSessions), SessionKey(s.Issuer, s.Subject, s.Own), SessionKey(s.Issuer, s.Subject, "")}
	if s.SID != "" {
		keys = append(keys, SessionKey(s.Issuer, "", s.SID), SessionKey(s.Issuer, s.Subject, s.SID))
	}
	return keys
}

// Ended says whether the session has ended, by what is known of its keys. A provider's
// endings are compared with the ID token's time of issue, by the provider's own clock.
func (s Session) Ended(known map[string]time.Time) bool {
	for i, key := range s.Keys() {
		since := s.IssuedAt
		if i == 0 { // all sessions of the person, by our clock
			since = s.Began
		}
		if before, ok := known[key]; ok && !since.After(before) {
			return true
		}
	}
	return false
}

// EndSessions ends sessions before their time: those of a member, or those that an
// issuer with a subject, a sid or both names. A person may end its own, and an admin
// of the secretariat anybody's.
type EndSessions struct {
	MemberID string // whose sessions; then the other fields are zero

	Issuer, Subject, SID string

	// Before is the time of issue, by the provider's clock, of the last ID token whose
	// session is over. Zero means all that began until now, by the registry's clock;
	// then SID is "".
	Before time.Time
}

// SessionsEnded is what [EndSessions] yields. Whom it is about is told by a
// [SessionKey] alone, and its subject is an ID that nothing else has, so that neither
// the public statement nor the payload names anybody; but see there.
type SessionsEnded struct {
	ID     string    `json:"id"` // TypeID "ses_…"
	Key    string    `json:"key"`
	Before time.Time `json:"before"`
	By     string    `json:"by,omitempty"` // member ID of an admin who did it to another
}

// Decide implements [Command]. What ends nothing that hasn't ended is a CONFLICT, so
// that word which comes twice is written down once.
func (c EndSessions) Decide(env Env, f Facts) (Event, error) {
	person, err := c.loadPerson(env.Actor, f)
	if err != nil {
		return nil, err
	}
	e := &SessionsEnded{Key: SessionKey(person.Issuer, person.Subject, c.SID), Before: Millis(c.Before)}
	switch {
	case person.Issuer == "" || person.Subject == "" && c.SID == "":
		return nil, errInvalid("subject", "is missing, and so is a session")
	case c.Before.IsZero() && c.SID != "":
		return nil, errInvalid("before", "is missing")
	case c.Before.IsZero():
		e.Key, e.Before = SessionKey(person.Issuer, person.Subject, AllSessions), env.Now
	case c.Before.After(env.Now.Add(sessionSlack)):
		return nil, errInvalid("before", "is in the future")
	case sessionsForgotten(c.Before, c.Before, env.Now):
		return nil, errConflict("before", "is longer ago than any session lasts")
	}
	ended, err := f.SessionsEnded(e.Key)
	if err != nil {
		return nil, err
	}
	if !ended.Before(e.Before) {
		return nil, errConflict("before", "ends nothing that hasn't ended already")
	}
	if !env.Actor.isPerson(person) {
		e.By = env.Actor.MemberID
	}
	e.ID = env.Fresh(PrefixSession)
	return e, nil
}

// loadPerson returns whose sessions are meant, as far as that is known, if the actor may
// end them. It tells nobody else whether there is such a member.
func (c EndSessions) loadPerson(a Actor, f Facts) (Member, error) {
	if c.MemberID == "" {
		p := Member{Issuer: c.Issuer, Subject: c.Subject}
		return p, May(a, EndingSessions, OnMember(&p))
	}
	if c.Issuer != "" || c.Subject != "" || c.SID != "" || !c.Before.IsZero() {
		return Member{}, errInvalid("memberId", "says already whose sessions are meant")
	}
	mem, err := f.Member(c.MemberID)
	whose := &mem
	if err != nil {
		whose = nil
	}
	if refusal := May(a, EndingSessions, OnMember(whose)); refusal != nil {
		return Member{}, refusal
	}
	if err != nil {
		return Member{}, errUnknown(err, "memberId", "member", c.MemberID)
	}
	return mem, nil
}

var _ = registerEvent[SessionsEnded](nil)

func (*SessionsEnded) Kind() string      { return "session.ended/1" }
func (e *SessionsEnded) Subject() string { return e.ID }

// Fold implements [Event].
func (e *SessionsEnded) Fold(s Stamp, r Record) error { return r.EndSessions(e.Key, e.Before, s.At) }

// SessionsForgottenAt is when an ending that was written down "at" may be forgotten:
// whatever it ended would be over by then anyway.
func SessionsForgottenAt(before, at time.Time) time.Time {
	if before.After(at) {
		at = before
	}
	return at.Add(SessionTerm + sessionSlack)
}

func sessionsForgotten(before, at, now time.Time) bool {
	return !now.Before(SessionsForgottenAt(before, at))
}

// SessionFacts are what decisions may ask of sessions.
type SessionFacts interface {
	// SessionsEnded returns the time until which the sessions of a SessionKey have ended; zero where
	// nothing is known of an end, or where it was forgotten, see SessionsForgottenAt.
	SessionsEnded(key string) (before time.Time, err error)
}

// SessionRecord is how events change sessions.
type SessionRecord interface {
	// EndSessions notes at a moment that sessions ended, and forgets what may be
	// forgotten by then. An earlier end is no news.
	EndSessions(key string, before, at time.Time) error
}
