package policies

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Holding is what an entry holds of a person, and so what a person's wish to be
// forgotten means for it. docs/privacy.md says the rules in words.
type Holding string

// The holdings. What a person is, and what is theirs alone, goes; what they did for their organisation is the
// record of that organisation, and once the first is gone names nobody.
const (
	HoldsIdentity Holding = "identity" // who somebody is, a membership of theirs, an invitation to them, an end of their sessions
	HoldsPrivate  Holding = "private"  // what is theirs alone: drafts, filters, what they have seen, uploads that nothing else names
	HoldsWords    Holding = "words"    // comments and replies that they wrote for their organisation
	HoldsDeed     Holding = "deed"     // what else they did, under a member's ID
	HoldsMention  Holding = "mention"  // a name, an address or an account of theirs in what others wrote: somebody must read it
)

// A Trace finds a person in the ledger: Learn is called with all entries in order, then
// Settle, then Judge with all entries in order, and then Goes says what of them is erased.
type Trace struct {
	issuer, subject string

	members, invitations map[string]bool
	names, emails        []string
	invited              map[string]string // address by invitation
	sessions             []string          // keys
	private              map[string]bool   // drafts and filters
	uploads              map[int64]string  // digest by entry
	naming               map[string][]int64
	holdings             map[int64]Holding
	needles              [][]byte
}

// NewTrace is of a person as an identity provider names them.
func NewTrace(issuer, subject string) *Trace {
	return &Trace{issuer: issuer, subject: subject, members: map[string]bool{}, invitations: map[string]bool{}, invited: map[string]string{},
		private: map[string]bool{}, uploads: map[int64]string{}, naming: map[string][]int64{}, holdings: map[int64]Holding{},
		sessions: []string{SessionKey(issuer, subject, ""), SessionKey(issuer, subject, AllSessions)}}
}

// traced are the fields of payloads that say whose an entry is, whatever its kind.
type traced struct {
	ID         string `json:"id"`
	Invitation string `json:"invitation"`
	Issuer     string `json:"issuer"`
	Subject    string `json:"subject"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	Member     string `json:"member"`
	By         string `json:"by"`
	DraftedBy  string `json:"draftedBy"`
	Key        string `json:"key"`
	Digest     string `json:"digest"`
}

// Learn takes from an entry who the person is: members' IDs, names, addresses.
func (t *Trace) Learn(kind string, payload []byte) error {
	if !strings.HasPrefix(kind, "member.") && !strings.HasPrefix(kind, "invitation.") || len(payload) == 0 {
		return nil
	}
	var p traced
	if err := json.Unmarshal(payload, &p); err != nil {
		return err
	}
	if p.Email != "" {
		t.invited[p.ID] = p.Email
	}
	if !t.is(p) {
		return nil
	}
	switch prefix, _, _ := strings.Cut(p.ID, "_"); Prefix(prefix) {
	case PrefixMember:
		t.members[p.ID] = true
	case PrefixInvitation:
		t.invitations[p.ID] = true
	}
	if p.Invitation != "" {
		t.invitations[p.Invitation] = true
	}
	if p.Name != "" && !slices.Contains(t.names, p.Name) {
		t.names = append(t.names, p.Name)
	}
	return nil
}

func (t *Trace) is(p traced) bool { return p.Issuer == t.issuer && p.Subject == t.subject }

// leastMention is how many letters a name or an account needs to be looked for in what others wrote.
const leastMention = 5

// Settle ends learning.
func (t *Trace) Settle() {
	for id := range t.invitations {
		if email := t.invited[id]; email != "" && !slices.Contains(t.emails, email) {
			t.emails = append(t.emails, email)
		}
	}
	slices.Sort(t.emails)
	for id, email := range t.invited { // those too that were never accepted
		if slices.Contains(t.emails, email) {
			t.invitations[id] = true
		}
	}
	for _, ids := range []map[string]bool{t.members, t.invitations} {
		for id := range ids {
			t.look(id)
		}
	}
	for _, s := range slices.Concat(t.sessions, t.emails, t.mentioned()) {
		t.look(s)
	}
	t.look(t.subject)
}

// mentioned are the names and accounts that are long enough to mean somebody.
func (t *Trace) mentioned() []string {
	return slices.DeleteFunc(append(slices.Clone(t.names), t.subject), func(s string) bool { return utf8.RuneCountInString(s) < leastMention })
}

// look has Judge read entries that hold a text, as JSON writes it.
func (t *Trace) look(text string) {
	quoted, _ := json.Marshal(text) // a string always has JSON
	t.needles = append(t.needles, quoted[1:len(quoted)-1])
}

func (t *Trace) mayConcern(subject string, payload []byte) bool {
	return t.members[subject] || t.invitations[subject] || t.private[subject] ||
		slices.ContainsFunc(t.needles, func(needle []byte) bool { return bytes.Contains(payload, needle) })
}

// Judge says what an entry holds of the person, "" for nothing.
func (t *Trace) Judge(seq int64, kind, subject string, payload []byte) (Holding, error) {
	if len(payload) == 0 || kind == (*EntryErased)(nil).Kind() || !t.mayConcern(subject, payload) {
		return "", nil
	}
	var p traced
	if err := json.Unmarshal(payload, &p); err != nil {
		return "", err
	}
	h := t.judge(seq, kind, subject, p, payload)
	if h != "" {
		t.holdings[seq] = h
	}
	return h, nil
}

func (t *Trace) judge(seq int64, kind, subject string, p traced, payload []byte) Holding {
	theirs := t.members[p.By] || t.members[p.Member]
	room, _, _ := strings.Cut(kind, ".")
	switch room {
	case "member", "invitation", "session":
		if t.is(p) || t.members[subject] || t.invitations[subject] || t.members[p.ID] || t.invitations[p.ID] || slices.Contains(t.sessions, p.Key) {
			return HoldsIdentity
		}
	case "draft", "filter", "answers":
		if theirs || t.private[subject] {
			t.keepPrivate(subject)
			return HoldsPrivate
		}
	case "attachment":
		if theirs {
			t.uploads[seq] = p.Digest
			t.look(p.Digest)
			return HoldsPrivate
		}
	case "comment":
		t.noteFiles(seq, payload)
		if (t.members[p.By] || t.members[p.DraftedBy]) && (kind == submissionKind || kind == replyKind) {
			return HoldsWords
		}
	}
	return t.deedOrMention(payload)
}

var (
	submissionKind = (*CommentSubmitted)(nil).Kind()
	replyKind      = (*CommentReplied)(nil).Kind()
)

func (t *Trace) keepPrivate(id string) {
	if !t.private[id] {
		t.private[id] = true
		t.look(id)
	}
}

// noteFiles notes which of the person's uploads a comment names.
func (t *Trace) noteFiles(seq int64, payload []byte) {
	for _, digest := range t.uploads {
		if bytes.Contains(payload, []byte(digest)) {
			t.naming[digest] = append(t.naming[digest], seq)
		}
	}
}

func (t *Trace) deedOrMention(payload []byte) Holding {
	for id := range t.members {
		if bytes.Contains(payload, []byte(`"`+id+`"`)) {
			return HoldsDeed
		}
	}
	for _, s := range slices.Concat(t.emails, t.mentioned()) {
		quoted, _ := json.Marshal(s) // a string always has JSON
		if bytes.Contains(payload, quoted[1:len(quoted)-1]) {
			return HoldsMention
		}
	}
	return ""
}

// Goes says whether an entry is erased when the person is forgotten: who they are, and what is theirs
// alone; with words, what they wrote for their organisations too. An upload goes unless a comment that stays names the file.
func (t *Trace) Goes(seq int64, words bool) bool {
	switch t.holdings[seq] {
	case HoldsIdentity:
		return true
	case HoldsWords:
		return words
	case HoldsPrivate:
		digest, upload := t.uploads[seq]
		return !upload || !slices.ContainsFunc(t.naming[digest], func(comment int64) bool { return !t.Goes(comment, words) })
	}
	return false
}

// Known are the members' IDs, names and addresses that were found, each sorted.
func (t *Trace) Known() (members, names, emails []string) {
	for id := range t.members {
		members = append(members, id)
	}
	slices.Sort(members)
	return members, slices.Sorted(slices.Values(t.names)), t.emails
}
