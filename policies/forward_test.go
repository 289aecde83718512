package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
)

// The secretariat opens what the sponsors have put forward, once, and no other draft.
func TestTheSecretariatOpensWhatWasPutForward(t *testing.T) {
	w := newTown(t)
	doc, first := w.proposed()
	_, foreign := w.proposed()
	open := OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateMarked}
	named := open
	named.RevisionID = first
	w.refuse(w.office, open, Conflict, "documentId", "put forward")
	w.refuse(w.office, named, Conflict, "revisionId", "put forward")
	w.refuse(Operator, named, Conflict, "revisionId", "put forward")
	if d := w.document(doc); d.Public() {
		t.Fatal("the draft is public")
	}
	for _, x := range []struct {
		who   Actor
		c     PutForward
		code  Code
		field string
	}{
		{w.office, PutForward{DocumentID: doc, RevisionID: first}, Forbidden, "documentId"},
		{w.zealand, PutForward{DocumentID: doc, RevisionID: first}, NotFound, "documentId"},
		{as(w.estonia, Observer), PutForward{DocumentID: doc, RevisionID: first}, Forbidden, "documentId"},
		{w.estonia, PutForward{DocumentID: doc, RevisionID: foreign}, NotFound, "revisionId"},
		{w.estonia, PutForward{DocumentID: doc}, Conflict, "documentId"},
	} {
		w.refuse(x.who, x.c, x.code, x.field, "")
	}

	w.do(w.estonia, PutForward{DocumentID: doc, RevisionID: first})
	w.refuse(w.estonia, PutForward{DocumentID: doc, RevisionID: first}, Conflict, "revisionId", "already")
	second := w.edit(doc, "for a year", "for half a year")
	named.RevisionID = second
	w.refuse(w.office, named, Conflict, "revisionId", "put forward")
	w.do(w.estonia, PutForward{DocumentID: doc}) // and takes it back
	w.refuse(w.office, open, Conflict, "documentId", "put forward")
	w.do(w.estonia, PutForward{DocumentID: doc, RevisionID: second})
	csn := w.do(w.office, open).Subject() // without a name it is the one put forward
	if k, _ := w.m.Consultation(csn); k.RevisionID != second || w.document(doc).PutForward != "" {
		t.Errorf("opened %s, and put forward is %q", k.RevisionID, w.document(doc).PutForward)
	}

	w.wait(91 * day)
	ballot := OpenBallot{DocumentID: doc, Closes: w.in(8 * day), Zone: zone, Secrecy: OpenBallotting}
	w.refuse(w.office, ballot, Conflict, "documentId", "put forward") // the consultation was another opening
	w.do(w.estonia, PutForward{DocumentID: doc, RevisionID: second})
	w.do(w.office, ballot)
	if w.document(doc).PutForward != "" {
		t.Error("it holds for a second ballot")
	}
}
