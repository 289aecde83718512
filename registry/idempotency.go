package registry

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// errKeyUsed refuses a key that led to something else, at an entry. That is the caller's own, so it is told
// where.
func errKeyUsed(seq int64) *policies.Error {
	return &policies.Error{Code: policies.KeyReused, Field: "idempotencyKey", Position: seq + 1,
		Message: fmt.Sprintf("was used for another change, at position %d, or for one that has been erased since", seq+1)}
}

// wordsSize is how many bytes of SHA-256 tell one command's words from another's: a
// collision costs none but its maker.
const wordsSize = 16

// An idempotencyKey is a caller's own name for a change, as the ledger has it.
type idempotencyKey struct {
	ledger string            // see [ledgerKey]
	given  string            // by the caller, or the registry for it
	made   bool              // by the registry, just now: nobody can have used it
	words  [sha256.Size]byte // what the command says, and for which organisation
}

func newKey(a policies.Actor, given string, c policies.Command) idempotencyKey {
	k := idempotencyKey{given: given, words: hashOf(a, c)}
	if given == "" { // so that it can be asked again with where its outcome stayed unknown
		k.given, k.made = newID(policies.PrefixCommand), true
	}
	k.ledger = ledgerKey(a, k.given, c)
	return k
}

// isMade says whether a key is one that a registry made. As the ledger has it, it names no member:
// nobody asked for it to be kept.
func isMade(key string) bool {
	id, ok := strings.CutPrefix(key, string(policies.PrefixCommand)+"_")
	return ok && len(id) == 26
}

// ledgerKey makes a caller's key its own, so that nobody can take another's.
func ledgerKey(a policies.Actor, key string, c policies.Command) string {
	switch {
	case a.Operator:
		return "operator/" + key
	case a.MemberID == "" || policies.OwnDoing(c):
		return personKey(a, key)
	}
	return memberKey(a.MemberID, key)
}

// personKey makes a key a person's own. The ledger keeps it when the person's
// entries are erased, so it tells nothing of who that is.
func personKey(a policies.Actor, key string) string {
	sum := sha256.Sum256([]byte(a.Issuer + "\x00" + a.Subject + "\x00" + key))
	if isMade(key) {
		return madeKey(sum)
	}
	return "person/" + hex.EncodeToString(sum[:])
}

// memberKey makes a key a member's own. Members word their keys as they like, names
// included, and the ledger keeps a key when the entry is erased: so only its hash
// goes in. Half of SHA-256 will do, where a collision costs none but its maker.
func memberKey(memberID, key string) string {
	sum := sha256.Sum256([]byte(memberID + "\x00" + key))
	if isMade(key) {
		return madeKey(sum)
	}
	return memberID + "/" + hex.EncodeToString(sum[:16])
}

func madeKey(sum [sha256.Size]byte) string {
	return "made/" + base64.RawURLEncoding.EncodeToString(sum[:16])
}

// hashOf is the hash of all that a command says, and of the organisation that says it
// unless the command is a person's own. What can't be written as JSON is like nothing
// else, not even itself.
func hashOf(a policies.Actor, c policies.Command) [sha256.Size]byte {
	text, err := json.Marshal(c)
	if err != nil {
		text = []byte(newID(policies.PrefixCommand))
	}
	organisation := a.OrganisationID
	if policies.OwnDoing(c) {
		organisation = ""
	}
	return sha256.Sum256(fmt.Appendf(nil, "%T\x00%s\x00%s", c, organisation, text))
}

// saltedHash is the fingerprint of a command's words, as an entry with that salt keeps it.
// An erasure destroys the salt, and nobody can then try whether he guesses the words.
func saltedHash(salt []byte, words [sha256.Size]byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(words[:])
	return h.Sum(nil)[:wordsSize]
}

// seal puts the fingerprint of the command's words into its entry.
func (k idempotencyKey) seal(e *ledger.Entry) {
	e.Words = saltedHash(e.Salt, k.words)
}

// first finds the entry that the key led to before; policies.ErrNotFound where it has
// led to none. KEY_REUSED says that it led to another change: one with other words, or
// for another organisation, or as another of the person's memberships, past ones among
// them. So nobody is told of one change as if it were the other.
func (k idempotencyKey) first(tx *views.Tx, a policies.Actor) (views.Entry, error) {
	if k.made || a.Operator {
		return k.same(tx.Outcome(k.ledger))
	}
	e, err := tx.Outcome(k.ledger)
	if err == nil || !errors.Is(err, policies.ErrNotFound) {
		return k.same(e, err)
	}
	others, err := tx.MembershipsEver(a.Issuer, a.Subject)
	if err != nil {
		return e, err
	}
	keys := []string{personKey(a, k.given)}
	for _, id := range others {
		keys = append(keys, memberKey(id, k.given))
	}
	for _, key := range keys {
		if other, err := tx.Outcome(key); err == nil {
			return e, errKeyUsed(other.Seq)
		} else if !errors.Is(err, policies.ErrNotFound) {
			return e, err
		}
	}
	return e, policies.ErrNotFound
}

// Led is what a key of the operator's led to; policies.ErrNotFound where to nothing. It
// is for what asks whether something is in already, whatever it would say by now.
func (r *Registry) Led(ctx context.Context, key string) (Outcome, error) {
	e, err := r.views.Outcome(ctx, ledgerKey(policies.Operator, key, nil))
	if err != nil {
		return Outcome{}, err
	}
	return outcomeOf(e, key, true), nil
}

// same refuses an entry of other words.
func (k idempotencyKey) same(e views.Entry, err error) (views.Entry, error) {
	if err == nil && !e.Said(func(salt []byte) []byte { return saltedHash(salt, k.words) }) {
		err = errKeyUsed(e.Seq)
	}
	return e, err
}
