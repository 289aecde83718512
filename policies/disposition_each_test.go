package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func answer(id string, o Outcome, seen string) EachDisposition {
	return EachDisposition{DisposeComment: DisposeComment{CommentID: id, Outcome: o, Reason: "r"}, Seen: seen}
}

// Answers given together are those that would be given one by one, in one entry.
func TestDisposeEach(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	a, b, c := w.comment(w.loom, csn, "term"), w.comment(w.ferry, csn, "term"), w.comment(w.ferry, csn, "")
	entries := len(w.log)
	repeats := answer(b, Duplicate, NoDisposition)
	repeats.DuplicateOf = a
	w.do(w.estonia, DisposeEach{DocumentID: doc, Dispositions: []EachDisposition{answer(a, Rejected, NoDisposition), repeats, answer(c, Noted, NoDisposition)}})
	if len(w.log) != entries+1 {
		t.Errorf("%d entries", len(w.log)-entries)
	}
	for id, want := range map[string]Disposition{a: {Outcome: Rejected}, b: {Outcome: Duplicate, DuplicateOf: a}, c: {Outcome: Noted}} {
		want.Reason, want.MemberID, want.At = "r", w.estonia.MemberID, w.now
		k, _ := w.m.Comment(id)
		if diff := cmp.Diff(&want, k.Disposition); diff != "" {
			t.Errorf("answer to %s (-want +got):\n%s", id, diff)
		}
	}
	k, _ := w.m.Comment(a)
	mark := k.Disposition.Mark()
	w.refuse(w.estonia, DisposeEach{DocumentID: doc, Dispositions: []EachDisposition{answer(a, Noted, NoDisposition)}}, Conflict, "answers.0.seen", "another by now")
	w.do(w.estonia, DisposeEach{DocumentID: doc, Dispositions: []EachDisposition{answer(a, Noted, mark)}})
	w.wait(day)
	w.do(w.estonia, DisposeComment{CommentID: a, Outcome: Rejected, Reason: "r"})
	if k, _ := w.m.Comment(a); k.Disposition.Mark() == mark { // the same words, but not the same answer
		t.Error("a mark came back")
	}
}

// Nothing repeats what is a duplicate itself, in whatever order one file says both.
func TestDuplicatesAtOnceDontChain(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	a, b, c := w.comment(w.loom, csn, "term"), w.comment(w.ferry, csn, "term"), w.comment(w.ferry, csn, "")
	repeat := func(id, of string) EachDisposition {
		x := answer(id, Duplicate, NoDisposition)
		x.DuplicateOf = of
		return x
	}
	for _, x := range []struct {
		list []EachDisposition
		at   string
	}{{[]EachDisposition{repeat(a, b), repeat(b, c)}, "answers.0.duplicateOfId"}, {[]EachDisposition{repeat(b, c), repeat(a, b)}, "answers.1.duplicateOfId"},
		{[]EachDisposition{repeat(a, b), repeat(b, a)}, "answers.1.duplicateOfId"}} {
		w.refuse(w.estonia, DisposeEach{DocumentID: doc, Dispositions: x.list}, Invalid, x.at, "a duplicate itself")
	}
}

// A duplicate is answered once the comment at the end of what it repeats is, and as long as all between stand.
func TestAnswered(t *testing.T) {
	as := func(id string, o Outcome, of string) Comment {
		k := Comment{ID: id}
		if o != "" {
			k.Disposition = &Disposition{Outcome: o, DuplicateOf: of}
		}
		return k
	}
	taken := as("taken", Noted, "")
	taken.WithdrawnAt = time.Unix(1, 0)
	all := map[string]Comment{"open": as("open", "", ""), "noted": as("noted", Noted, ""), "taken": taken,
		"ofNoted": as("ofNoted", Duplicate, "noted"), "ofOpen": as("ofOpen", Duplicate, "open"), "ofTaken": as("ofTaken", Duplicate, "taken"), "ofErased": as("ofErased", Duplicate, "gone"),
		"ofOfNoted": as("ofOfNoted", Duplicate, "ofNoted"), "ofOfOpen": as("ofOfOpen", Duplicate, "ofOpen"), "ring": as("ring", Duplicate, "rung"), "rung": as("rung", Duplicate, "ring")}
	original := func(id string) *Comment {
		if k, ok := all[id]; ok {
			return &k
		}
		return nil
	}
	for id, want := range map[string][2]bool{"open": {}, "noted": {true, true}, "ofNoted": {true, true}, "ofOpen": {false, true}, "ofTaken": {}, "ofErased": {true, true},
		"ofOfNoted": {true, true}, "ofOfOpen": {false, true}, "ring": {false, true}} {
		k := all[id]
		if got := [2]bool{Answered(&k, original), Decided(&k, original)}; got != want {
			t.Errorf("%s: answered and decided %v", id, got)
		}
	}
}

func TestDisposeEachRefused(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	a, b := w.comment(w.loom, csn, "term"), w.comment(w.ferry, csn, "term")
	_, _, other := w.consulted()
	foreign := w.comment(w.loom, other, "")
	repeat := func(id, of string) EachDisposition {
		x := answer(id, Duplicate, NoDisposition)
		x.DuplicateOf = of
		return x
	}
	good := []EachDisposition{answer(a, Noted, NoDisposition)}
	long := answer(a, Noted, NoDisposition)
	long.Reason = strings.Repeat("x", MaxReason)
	var many, wordy []EachDisposition
	for range MaxEach + 1 {
		many = append(many, good[0])
	}
	for range MaxEachReasons/MaxReason + 1 {
		wordy = append(wordy, long)
	}
	for _, x := range []struct {
		name    string
		who     Actor
		doc     string
		answers []EachDisposition
		code    Code
		field   string
		words   string
	}{
		{"the public", Actor{}, doc, good, Unauthenticated, "documentId", ""},
		{"another organisation", w.loom, doc, good, Forbidden, "documentId", ""},
		{"no document", w.estonia, "doc_none", good, NotFound, "documentId", ""},
		{"nothing", w.estonia, doc, nil, Invalid, "answers", "missing"},
		{"too many", w.estonia, doc, many, Invalid, "answers", "at most"},
		{"too long", w.estonia, doc, wordy, Invalid, "answers", "bytes"},
		{"no comment", w.estonia, doc, []EachDisposition{good[0], answer("cmt_none", Noted, NoDisposition)}, NotFound, "answers.1.commentId", "cmt_none"},
		{"a comment on another document", w.estonia, doc, []EachDisposition{answer(foreign, Noted, NoDisposition)}, NotFound, "answers.0.commentId", foreign},
		{"one twice", w.estonia, doc, []EachDisposition{good[0], good[0]}, Conflict, "answers.1.seen", "another"},
		{"in a circle", w.estonia, doc, []EachDisposition{repeat(a, b), repeat(b, a)}, Invalid, "answers.1.duplicateOfId", "duplicate itself"},
		{"an unknown outcome", w.estonia, doc, []EachDisposition{answer(a, "maybe", NoDisposition)}, Invalid, "answers.0.outcome", "none of"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, DisposeEach{DocumentID: x.doc, Dispositions: x.answers}, x.code, x.field, x.words)
		})
	}
	w.t = t
	if k, _ := w.m.Comment(a); k.Disposition != nil {
		t.Error("a refusal left an answer")
	}
}

// A trial tells each answer's fate, as the answers would be given, and changes nothing.
func TestTryAnswers(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	a, b := w.comment(w.loom, csn, "term"), w.comment(w.ferry, csn, "term")
	c := DisposeEach{DocumentID: doc, Dispositions: []EachDisposition{answer(a, "maybe", NoDisposition), answer(a, Noted, NoDisposition), answer(a, Noted, NoDisposition), answer(b, Rejected, NoDisposition)}}
	refused, err := c.Try(w.env(w.estonia), w.m)
	if err != nil || len(refused) != 4 || refused[0] == nil || refused[1] != nil || refused[2] == nil || refused[3] != nil {
		t.Errorf("%v %v", refused, err)
	}
	if k, _ := w.m.Comment(a); k.Disposition != nil {
		t.Error("a trial left an answer")
	}
	if _, err := c.Try(w.env(w.loom), w.m); err == nil {
		t.Error("a trial by anybody")
	}
}
