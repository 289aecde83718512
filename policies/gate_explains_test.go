package policies_test

import (
	"strings"
	"testing"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// Which accepted comment explains a change: one that somebody else made in time, on what
// was changed, on what it stands under, or on the whole.
func TestWhatExplainsAChange(t *testing.T) {
	for _, x := range []struct {
		name   string
		by     func(w *town) Actor
		clause string // that the comment is on; "term" and "scope" are headings, the rest is found under one
		late   bool
		want   string // what the gate says instead; "" where it wants nothing
	}{
		{"on the clause", (*town).theLoom, "under term", false, ""},
		{"on the heading above", (*town).theLoom, "term", false, ""},
		{"on the heading above that", (*town).theLoom, "title", false, ""},
		{"on the whole", (*town).theLoom, "", false, ""},
		{"by another government", (*town).theZealand, "under term", false, ""},
		{"on another clause", (*town).theLoom, "under scope", false, "comment 1 is on something else"},
		{"on another heading", (*town).theLoom, "scope", false, "comment 1 is on something else"},
		{"late", (*town).theLoom, "under term", true, "comment 1 came after the close"},
		{"late, on the whole", (*town).theLoom, "", true, "comment 1 came after the close"},
		{"by the sponsor", (*town).theEstonia, "under term", false, "comment 1 is a sponsor's own"},
		{"by the sponsor, on the whole", (*town).theEstonia, "", false, "comment 1 is a sponsor's own"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := withoutBallots(t)
			doc, rev := w.proposed()
			csn := w.open(doc, LateMarked)
			if x.late {
				w.wait(91 * day)
			}
			on, under, found := strings.Cut(x.clause, "under ")
			if found {
				on = w.clauseUnder(rev, under)
			}
			k := w.comment(x.by(w), csn, on)
			if !x.late {
				w.wait(91 * day)
			}
			head := w.edit(doc, "for a year", "for half a year")
			w.disposeOf(k, AcceptedWhole, &ChangeReference{head, w.clauseUnder(rev, "term")})
			w.explained(doc, x.want)
			w.do(w.estonia, MarkEditorial{RevisionID: head, ClauseID: w.clauseUnder(rev, "term"), Reason: "Half of it was meant."})
			w.wants(doc)
		})
	}
}

func (w *town) theLoom() Actor    { return w.loom }
func (w *town) theEstonia() Actor { return w.estonia }
func (w *town) theZealand() Actor { return w.zealand }

// explained holds the one gap of a document, changeUnexplained, against the words that it has; "" for none.
func (w *town) explained(doc, words string) {
	w.t.Helper()
	rev, err := w.m.Revision(w.document(doc).Head)
	if err != nil {
		w.t.Fatalf("%v", err)
	}
	gaps, err := Gate(w.document(doc), rev, w.now, w.rules, w.m)
	switch {
	case err != nil:
		w.t.Fatalf("%v", err)
	case words == "" && len(gaps) > 0, words != "" && (len(gaps) != 1 || gaps[0].Reason != "changeUnexplained" || !strings.Contains(gaps[0].Message, words)):
		w.t.Fatalf("the gate wants %+v, not what says %q", gaps, words)
	}
}

// Whoever sponsors the document explains nothing, from then on and for ever: neither one
// that was made a sponsor after its comment, nor one that no longer is.
func TestFriendsOfTheSponsorExplainNothing(t *testing.T) {
	w := withoutBallots(t)
	doc := w.do(w.estonia, ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en"}).Subject()
	rev := w.commit(doc, parcels)
	csn := w.open(doc, LateMarked)
	term := w.clauseUnder(rev, "term")
	k := w.comment(w.loom, csn, term)
	w.wait(91 * day)
	head := w.edit(doc, "for a year", "for half a year")
	w.disposeOf(k, AcceptedWhole, &ChangeReference{head, term})
	w.explained(doc, "")
	w.sponsorLater(doc, w.loom)
	w.explained(doc, "comment 1 is a sponsor's own")
	w.do(w.loom, ResignSponsorship{DocumentID: doc})
	w.explained(doc, "comment 1 is a sponsor's own")
	w.sponsorLater(doc, w.loom)
	w.do(w.estonia, ResignSponsorship{DocumentID: doc})
	w.explained(doc, "comment 1 is a sponsor's own")
}

// A duplicate explains nothing by itself; what it repeats does, if that may.
func TestDuplicatesExplainNothing(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, csn := w.consulted()
	term := w.clauseUnder(rev, "term")
	own, others := w.comment(w.estonia, csn, term), w.comment(w.loom, csn, term)
	w.wait(91 * day)
	change := &ChangeReference{w.edit(doc, "for a year", "for half a year"), term}
	w.disposeOf(own, AcceptedWhole, change)
	w.do(w.estonia, DisposeComment{CommentID: others, Outcome: Duplicate, Reason: "r", DuplicateOf: own})
	w.explained(doc, "comment 1 is a sponsor's own")
	w.disposeOf(others, AcceptedWhole, change)
	w.do(w.estonia, DisposeComment{CommentID: own, Outcome: Duplicate, Reason: "r", DuplicateOf: others})
	w.explained(doc, "")
}

// A whole campaign that is accepted at once explains what its letters are on, and where
// they came too late, nothing.
func TestCampaignsExplainWhatTheyAreOn(t *testing.T) {
	for _, late := range []bool{false, true} {
		w := withoutBallots(t)
		doc, rev := w.proposed()
		csn := w.open(doc, LateMarked)
		if late {
			w.wait(91 * day)
		}
		w.campaign(csn)
		if !late {
			w.wait(91 * day)
		}
		term := w.clauseUnder(rev, "term")
		head := w.edit(doc, "for a year", "for half a year")
		w.do(w.estonia, DisposeComments{DocumentID: doc, AsOf: w.seq(), Count: 3, Outcome: AcceptedInPart, Reason: "r", Change: &ChangeReference{head, term}})
		w.explained(doc, map[bool]string{true: "comment 1 came after the close; comment 2 came after the close; comment 3 came after the close"}[late])
	}
}

// Words that are taken over in one step are held to the same.
func TestReplacementsExplainWhatTheyAreOn(t *testing.T) {
	for _, x := range []struct {
		by   func(w *town) Actor
		want string
	}{{(*town).theLoom, ""}, {(*town).theEstonia, "comment 1 is a sponsor's own"}} {
		w := withoutBallots(t)
		doc, rev, csn := w.consulted()
		k := w.do(x.by(w), SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "term"), Stance: Amend, Type: Technical,
			Text: "Shorter.", Replacement: "Records are kept for a month."}}).Subject()
		w.wait(91 * day)
		w.do(w.estonia, AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "r"})
		w.explained(doc, x.want)
	}
}

// A comment is on what its words came to stand in: in the pieces of a clause that was
// split, and on the very clause where a sponsor put it by hand.
func TestCommentsExplainWhereTheyWent(t *testing.T) {
	const long = "A carrier that brings parcels into the country keeps a record of every one of them for the time that section three demands of it"
	split := func() (w *town, doc, rev, k string) {
		w = withoutBallots(t)
		doc = w.do(w.estonia, w.regulation("Records")).Subject()
		rev = w.commit(doc, strings.Replace(parcels, "A carrier keeps a record of each parcel.", long+", and shows the record to customs within one hour of being asked for it by an officer.", 1))
		csn := w.open(doc, LateRefused)
		k = w.comment(w.loom, csn, w.clauseUnder(rev, "duties"))
		w.wait(91 * day)
		return w, doc, rev, k
	}
	w, doc, rev, k := split()
	head := w.edit(doc, long+", and shows the record", long+".\n\nIt shows the record")
	r, _ := w.m.Revision(head)
	if len(r.Successions) != 1 {
		t.Fatalf("nothing was split: %+v", r.Successions)
	}
	piece := r.Successions[0].To
	w.do(w.estonia, MarkEditorial{RevisionID: head, ClauseID: w.clauseUnder(rev, "duties"), Reason: "Made two."})
	w.disposeOf(k, AcceptedWhole, &ChangeReference{head, piece})
	w.explained(doc, "")

	for _, x := range []struct {
		clause string
		want   string
	}{{"", "is on something else"}, {"scope", "is on something else"}, {"term", "is on something else"}, {"under term", ""}} {
		w, doc, rev, k := split()
		if on, ok := strings.CutPrefix(x.clause, "under "); ok {
			x.clause = w.clauseUnder(rev, on)
		}
		head := w.edit(doc, "for a year", "for half a year")
		w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: head, ClauseID: x.clause, Reason: "It speaks of this."})
		w.disposeOf(k, AcceptedWhole, &ChangeReference{head, w.clauseUnder(rev, "term")})
		w.explained(doc, x.want)
		w.do(w.estonia, UndoReanchor{CommentID: k, RevisionID: head, ClauseID: x.clause, Reason: "A slip."})
		w.explained(doc, "is on something else")
	}
}

// Why an acceptance explains nothing isn't told of a confidential comment.
func TestIdleAcceptancesKeepConfidences(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, csn := w.consulted()
	k := w.whisper(w.loom, csn, w.clauseUnder(rev, "scope"))
	w.wait(91 * day)
	head := w.edit(doc, "for a year", "for half a year")
	w.disposeOf(k, AcceptedWhole, &ChangeReference{head, w.clauseUnder(rev, "term")})
	rest := "or an editorial mark on that revision"
	w.explained(doc, rest)
	gaps, _ := Unconsulted(w.document(doc), w.m.All.Revisions[head], w.m, w.estonia)
	if len(gaps) != 1 || !strings.HasSuffix(gaps[0].Message, rest) {
		t.Errorf("told: %+v", gaps)
	}
}
