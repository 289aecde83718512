package policies_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	. "github.com/ewtp/entente/policies"
)

// trace finds a person in a town's log.
func (w *town) trace(t *testing.T, issuer, subject string) (*Trace, map[int]Holding) {
	t.Helper()
	trace, found := NewTrace(issuer, subject), map[int]Holding{}
	for _, e := range w.log {
		if err := trace.Learn(e.kind, e.payload); err != nil {
			t.Fatal(err)
		}
	}
	trace.Settle()
	for i, e := range w.log {
		subject := ""
		if len(e.payload) > 0 {
			event, err := Decode(e.kind, e.payload)
			if err != nil {
				t.Fatal(err)
			}
			subject = event.Subject()
		}
		h, err := trace.Judge(int64(i), e.kind, subject, e.payload)
		if err != nil {
			t.Fatal(err)
		}
		if h != "" {
			found[i] = h
		}
	}
	return trace, found
}

// Whoever is forgotten is named nowhere any more but in what others wrote, and has nothing of their own
// left; what they did for others stays. So it is for everybody in every story.
func TestForgottenPeopleLeaveNothingOfTheirOwn(t *testing.T) {
	w := newTown(t)
	everything(w)
	log := w.log
	defer func() { w.log = log }() // which is replayed at the end
	for _, m := range w.m.All.Members {
		w.log = slices.Clone(log)
		trace, found := w.trace(t, m.Issuer, m.Subject)
		for i := range found {
			if trace.Goes(int64(i), true) {
				w.log[i].payload = nil
			}
		}
		for i, e := range w.log {
			mine := bytes.Contains(e.payload, []byte(`"`+m.ID+`"`))
			var p struct{ Issuer, Subject, Email string }
			if len(e.payload) > 0 {
				if err := json.Unmarshal(e.payload, &p); err != nil {
					t.Fatal(err)
				}
			}
			switch {
			case p.Issuer == m.Issuer && p.Subject == m.Subject:
				t.Errorf("%s still names %s", e.kind, m.Subject)
			case mine && slices.Contains([]string{"draft.written/1", "draft.edited/1", "filter.saved/1", "answers.seen/1", "comment.submitted/1", "comment.replied/1"}, e.kind):
				t.Errorf("%s of %s is still there", e.kind, m.Subject)
			case mine && found[i] == "":
				t.Errorf("%s tells of %s, and isn't found", e.kind, m.Subject)
			}
		}
		_, again := w.trace(t, m.Issuer, m.Subject)
		for i, h := range again {
			if h != HoldsMention {
				t.Errorf("%s, forgotten, is found again: %s holds %s", m.Subject, w.log[i].kind, h)
			}
		}
	}
}

// What goes, and what it takes to go.
func TestTraceRules(t *testing.T) {
	w := &town{t: t}
	say := func(kind string, payload string) { w.log = append(w.log, entry{kind: kind, payload: []byte(payload)}) }
	digest := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	other := "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	wants := []struct {
		kind, payload string
		holds         Holding
		goes, words   bool // without and with words
	}{
		{"member.invited/1", `{"id":"inv_1","email":"mari@loom.example","by":"mem_9"}`, HoldsIdentity, true, true},
		{"invitation.accepted/1", `{"id":"mem_1","invitation":"inv_1","issuer":"https://id.example","subject":"mari","name":"Mari Maasikas"}`, HoldsIdentity, true, true},
		{"member.invited/1", `{"id":"inv_2","email":"mari@loom.example","by":"mem_9"}`, HoldsIdentity, true, true},
		{"member.invited/1", `{"id":"inv_3","email":"jaan@loom.example","by":"mem_1"}`, HoldsDeed, false, false},
		{"invitation.accepted/1", `{"id":"mem_2","issuer":"https://id.example","subject":"marika","name":"Marika"}`, "", false, false},
		{"invitation.accepted/1", `{"id":"mem_3","issuer":"https://other.example","subject":"mari"}`, "", false, false},
		{"draft.written/1", `{"id":"dft_1","words":{},"by":"mem_1"}`, HoldsPrivate, true, true},
		{"draft.edited/1", `{"id":"dft_1","words":{},"by":"mem_2"}`, HoldsPrivate, true, true},
		{"draft.written/1", `{"id":"dft_2","words":{},"by":"mem_2"}`, "", false, false},
		{"filter.saved/1", `{"id":"flt_1","member":"mem_1"}`, HoldsPrivate, true, true},
		{"filter.deleted/1", `{"id":"flt_1"}`, HoldsPrivate, true, true},
		{"attachment.uploaded/1", `{"id":"att_1","digest":"` + digest + `","by":"mem_1"}`, HoldsPrivate, false, true},
		{"attachment.uploaded/1", `{"id":"att_2","digest":"` + other + `","by":"mem_1"}`, HoldsPrivate, true, true},
		{"comment.submitted/1", `{"id":"cmt_1","attachments":[{"digest":"` + digest + `"}],"by":"mem_1"}`, HoldsWords, false, true},
		{"comment.submitted/1", `{"id":"cmt_2","text":"As Mari Maasikas said.","by":"mem_2"}`, HoldsMention, false, false},
		{"comment.replied/1", `{"id":"rpl_1","text":"Thanks.","by":"mem_1"}`, HoldsWords, false, true},
		{"comment.disposed/1", `{"id":"cmt_2","reason":"No.","by":"mem_1"}`, HoldsDeed, false, false},
		{"comment.disposed/1", `{"id":"cmt_2","reason":"No.","by":"mem_10"}`, "", false, false},
		{"member.roleChanged/1", `{"id":"mem_1","role":"observer","by":"mem_2"}`, HoldsIdentity, true, true},
		{"member.removed/1", `{"id":"mem_1","reason":"Left.","by":"mem_2"}`, HoldsIdentity, true, true},
		{"session.ended/1", `{"id":"ses_1","key":"` + SessionKey("https://id.example", "mari", AllSessions) + `"}`, HoldsIdentity, true, true},
	}
	for _, x := range wants {
		say(x.kind, x.payload)
	}
	trace, found := w.trace(t, "https://id.example", "mari")
	for i, x := range wants {
		if goes, words := trace.Goes(int64(i), false), trace.Goes(int64(i), true); found[i] != x.holds || goes != x.goes || words != x.words {
			t.Errorf("%s %s: holds %q, goes %v, with words %v; want %q, %v, %v", x.kind, x.payload, found[i], goes, words, x.holds, x.goes, x.words)
		}
	}
}
