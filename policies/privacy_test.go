package policies

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/clauses"
)

// A holding is what a field of a payload tells of people.
type holding int

const (
	nothing holding = iota
	person          // who somebody is: a name, an address, an account
	member          // a member's ID: a person for those alone who know whose it is
	words           // what people write, and so anything
)

// holdings say what the fields of payloads hold that are plain strings, by the end of
// their path in JSON; by kind and path where a name means different things. Numbers,
// times, hashes and words of a fixed list tell of nobody.
var holdings = map[string]holding{
	"name": person, "email": person, "issuer": person, "subject": person, "provenance.author": person, "provenance.reference": person,
	"session.ended/1 key": person, // a hash that whoever guesses the account can recognise

	"by": member, "member": member, "draftedBy": member, "member.left/1 id": member, "member.removed/1 id": member,
	"member.roleChanged/1 id": member, "invitation.accepted/1 id": member,

	"text": words, "replacement": words, "source": words, "title": words, "description": words, "reason": words, "note": words,
	"sector": words, "topics": words, "summary": words, "quote.exact": words, "quote.prefix": words, "quote.suffix": words,
	"cost.per": words, "choice": words, "choices": words, "sectors": words, "keyword": words, "filter.saved/1 name": words,

	"id": nothing, "document": nothing, "revision": nothing, "consultation": nothing, "organisation": nothing, "clause": nothing,
	"clauses": nothing, "instrument": nothing, "instruments": nothing, "invitation": nothing, "ruleSet": nothing, "parent": nothing,
	"base": nothing, "supersedes": nothing, "sponsor": nothing, "amends": nothing, "ballot": nothing, "duplicateOf": nothing, "comment": nothing,
	"campaign": nothing, "into": nothing, "organisation.mergeAgreed/1 side": nothing, "cover": nothing, "confidants": nothing, "except": nothing, "successions.from": nothing, "successions.to": nothing,
	"number": nothing, "slug": nothing, "language": nothing, "parties": nothing, "jurisdiction": nothing, "zone": nothing,
	"digest": nothing, "manifest": nothing, "signature": nothing, "provenance.system": nothing, "spent.series": nothing, "party": nothing, "local": nothing,
	"question": nothing, "jurisdictions": nothing, "inReplyTo": nothing, "draft": nothing, "uploads": nothing, "files": nothing, "type": nothing, "cost.amount": nothing, "cost.currency": nothing,
}

// holdingOf says what a field holds, and by which of the names above; "" where a
// plain string has none.
func holdingOf(kind, path string, t reflect.Type) (h holding, name string) {
	if t.Kind() != reflect.String || t.Name() != "string" { // a number, a bool, a time, a hash, or a type with a list of words
		return nothing, path
	}
	for name, more := kind+" "+path, true; more; name, path, more = path, after(path), path != "" {
		if h, ok := holdings[name]; ok {
			return h, name
		}
	}
	return nothing, ""
}

// after is a path without its first name.
func after(path string) string {
	_, rest, _ := strings.Cut(path, ".")
	return rest
}

// fields calls f with each field of a payload, by its path in JSON.
func fields(t reflect.Type, path string, f func(path string, t reflect.Type)) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[clauses.Hash]() {
		f(path, t)
		return
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() { // which JSON doesn't have
			continue
		}
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if path != "" {
			name = path + "." + name
		}
		fields(t.Field(i).Type, name, f)
	}
}

const (
	privacyDoc   = "../docs/privacy.md"
	privacyBegin = "<!-- written by go test ./policies -run TestPrivacy -update -->\n"
	privacyEnd   = "<!-- so far -->\n"
)

// privacyTable is what the page says of each kind of entry.
func privacyTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| kind | who somebody is | a member's ID | words |\n| --- | --- | --- | --- |\n")
	for _, kind := range EventKinds() {
		found := map[holding][]string{}
		fields(reflect.TypeOf(eventForms[kind].empty()), "", func(path string, of reflect.Type) {
			h, name := holdingOf(kind, path, of)
			if name == "" {
				t.Errorf("%s has the field %q: say in holdings what it tells of people, then run go test ./policies -run TestPrivacy -update", kind, path)
			}
			found[h] = append(found[h], "`"+path+"`")
		})
		fmt.Fprintf(&b, "| `%s` |", kind)
		for _, h := range []holding{person, member, words} {
			fmt.Fprintf(&b, " %s |", strings.Join(found[h], " "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The page on privacy names every field of every kind of entry that can hold what is
// personal: nobody adds one without saying so.
func TestPrivacyNamesEveryField(t *testing.T) {
	page, err := os.ReadFile(privacyDoc)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), privacyBegin)
	said, after, ends := strings.Cut(rest, privacyEnd)
	if !ok || !ends {
		t.Fatalf("docs/privacy.md lacks the lines %q and %q", privacyBegin, privacyEnd)
	}
	table := privacyTable(t)
	if *update {
		said = table
		if err := os.WriteFile(privacyDoc, []byte(before+privacyBegin+table+privacyEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if said != table {
		t.Errorf("docs/privacy.md doesn't say what entries hold now; look at the change and run with -update:\n%s", table)
	}
}

// What is said of a field is of one that there is.
func TestPrivacySpeaksOfNothingElse(t *testing.T) {
	used := map[string]bool{}
	for _, kind := range EventKinds() {
		fields(reflect.TypeOf(eventForms[kind].empty()), "", func(path string, of reflect.Type) {
			_, name := holdingOf(kind, path, of)
			used[name] = true
		})
	}
	for name := range holdings {
		if !used[name] {
			t.Errorf("no payload has the field %q", name)
		}
	}
}
