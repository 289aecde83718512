package views

import (
	"reflect"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// A question is one of policies.Facts with its arguments, and what policiestest.Memory
// answers.
type question struct {
	name string
	args []reflect.Value
	want []any
}

// questions are what there is to ask about a dialogue: each of policies.Facts, with what
// askedWith has for it; one that takes a text with every key. Of keys by which nothing is
// found some are enough: one in straysIn.
func questions(d *dialogue) (list []question) {
	const straysIn = 16
	facts := reflect.TypeFor[policies.Facts]()
	memory := reflect.ValueOf(&d.memory)
	for i := range facts.NumMethod() {
		asked := facts.Method(i)
		with, ok := askedWith[asked.Name]
		if !ok && !(asked.Type.NumIn() == 1 && asked.Type.In(0).Kind() == reflect.String) {
			d.t.Fatalf("the question %s is asked with nothing: say with what in askedWith", asked.Name)
		}
		if !ok {
			with = func(d *dialogue) [][]any { return each(d.keys()) }
		}
		strays := 0
		for _, args := range with(d) {
			q := question{name: asked.Name}
			for _, a := range args {
				q.args = append(q.args, reflect.ValueOf(a))
			}
			found := false
			for _, out := range memory.MethodByName(q.name).Call(q.args) {
				found = found || !out.IsZero()
				q.want = append(q.want, asCompared(out))
			}
			if !found {
				strays++
			}
			if found || strays%straysIn == 1 {
				list = append(list, q)
			}
		}
	}
	return list
}

// compareAnswers asks facts what memory was asked.
func compareAnswers(t rapid.TB, whose string, list []question, f policies.Facts) {
	t.Helper()
	facts := reflect.ValueOf(f)
	for _, q := range list {
		var is []any
		for _, out := range facts.MethodByName(q.name).Call(q.args) {
			is = append(is, asCompared(out))
		}
		if diff := cmp.Diff(q.want, is); diff != "" {
			t.Errorf("%s%v: memory and %s (-+):\n%s", q.name, q.args, whose, diff)
		}
	}
}

// asCompared returns a value as it can be compared: no list is an empty one.
func asCompared(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case error:
		return x.Error()
	case *clauses.Text:
		if x == nil {
			return nil
		}
		return []any{x.Source, x.Clauses, x.Root}
	}
	if v.Kind() == reflect.Slice && v.Len() == 0 {
		return nil
	}
	return v.Interface()
}

// keys are all that something in a dialogue is found by, and some by which nothing is.
func (d *dialogue) keys() []string {
	list := slices.Concat(d.documents, d.revisions, d.consultations, d.comments, d.instruments, d.sets, d.members, d.invitations,
		d.replies, d.drafts, d.filters, d.ballots, []string{"", "none", "parcels", policies.EmailKey("nobody@example.org")})
	for _, a := range d.actors {
		o, _ := d.memory.Organisation(a.OrganisationID)
		list = append(list, a.OrganisationID, a.MemberID, o.Name)
	}
	for _, id := range d.comments {
		list = append(list, policies.CampaignID(id))
	}
	for _, a := range addresses {
		list = append(list, policies.EmailKey(a), policies.PersonKey("https://id.example", a), policies.SessionKey("https://id.example", a, policies.AllSessions),
			policies.SessionKey("https://id.example", a, ""))
	}
	return list
}

// askedWith are the arguments of the questions that take more than one text.
var askedWith = map[string]func(d *dialogue) [][]any{
	"Once": func(*dialogue) [][]any {
		return [][]any{{"a key", func() (any, error) { return "what the work gave", nil }}}
	},
	"Clause": func(d *dialogue) (list [][]any) {
		for _, id := range d.revisions {
			t, _ := d.memory.Text(id)
			list = append(list, []any{id, t.Clauses[0].ID}, []any{id, "none"})
		}
		return list
	},
	"ClauseSpans": func(d *dialogue) [][]any { return pairs(append(each(d.documents), []any{"none"}), d.contents()) },
	"RevisionAt": func(d *dialogue) [][]any {
		return pairs(append(each(d.documents), []any{"none"}), []int{0, 1, 2, 3, 100})
	},
	"Endorsement":        func(d *dialogue) [][]any { return pairs(append(each(d.comments), []any{"none"}), d.organisations()) },
	"LastDocumentNumber": func(*dialogue) [][]any { return pairs(each(standards.Kinds), []int{dayOne.Year(), 1999}) },
	"Memberships": func(d *dialogue) [][]any {
		names := slices.Clone(addresses)
		for _, id := range d.organisations() {
			o, _ := d.memory.Organisation(id)
			names = append(names, o.Name)
		}
		return pairs(each([]string{"https://id.example"}), names)
	},
	"MembershipEnded": func(d *dialogue) [][]any {
		return pairs(pairs(each(d.organisations()), []string{"https://id.example"}), addresses)
	},
	"VoicesIn": func(*dialogue) [][]any {
		return pairs(each(policies.OrganisationKinds), [][]string{nil, {"NZ"}, {"EE", "FI"}})
	},
	"PositionOf": func(d *dialogue) [][]any { return pairs(append(each(d.ballots), []any{"none"}), d.organisations()) },
	"Release":    func(d *dialogue) [][]any { return pairs(append(each(d.sets), []any{"none"}), []int{0, 1, 2}) },
	"Selected": func(d *dialogue) [][]any {
		asked := pairs(pairs(append(each(d.documents), []any{"none"}), d.selections()), append([]policies.Actor{policies.Operator}, d.actors[:2]...))
		asked = pairs(asked, []int64{int64(len(d.entries)), int64(len(d.entries) / 2)})
		return pairs(asked, []int{1, 100})
	},
	"Undisposed":  func(d *dialogue) [][]any { return pairs(append(each(d.documents), []any{"none"}), []int{0, 2, 100}) },
	"Clearing":    func(d *dialogue) [][]any { return append(each(d.clearings), []any{"none"}) },
	"FileGoing":   func(*dialogue) [][]any { return append(each(digests), []any{"none"}) },
	"FileHolders": func(*dialogue) [][]any { return append(each(digests), []any{"none"}) },
	"IdleUploads": func(d *dialogue) [][]any {
		return pairs(each([]time.Time{d.now, d.now.Add(-policies.UploadLife)}), []int{1, 100})
	},
	"StoredBytes": func(d *dialogue) [][]any { return pairs(each(d.keys()), append(slices.Clone(digests), "")) },
	"Upload":      func(d *dialogue) [][]any { return pairs(each(d.organisations()), append(slices.Clone(digests), "")) },
}

// contents are those of all clauses that any text has, those of the first text, and none.
func (d *dialogue) contents() [][]clauses.Hash {
	lists := [][]clauses.Hash{nil, {{}}}
	var all []clauses.Hash
	for _, id := range d.revisions {
		t, _ := d.memory.Text(id)
		first := len(all)
		for _, c := range t.Clauses {
			all = append(all, c.Hash)
		}
		if first == 0 {
			lists = append(lists, slices.Clone(all))
		}
	}
	return append(lists, all)
}

// organisations are the IDs of those that act, and none.
func (d *dialogue) organisations() []string {
	list := []string{""}
	for _, a := range d.actors {
		list = append(list, a.OrganisationID)
	}
	return list
}

// each makes an argument of each element.
func each[T any](list []T) (args [][]any) {
	for _, v := range list {
		args = append(args, []any{v})
	}
	return args
}

// pairs adds every further argument to every list of arguments.
func pairs[T any](args [][]any, further []T) (list [][]any) {
	for _, a := range args {
		for _, v := range further {
			list = append(list, append(slices.Clone(a), v))
		}
	}
	return list
}
