package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
)

// A sponsorship counts once it is accepted; until then its holder reads, and no more.
func TestSponsorship(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	share := func(a Actor, s Share) ShareDocument {
		return ShareDocument{DocumentID: doc, OrganisationID: a.OrganisationID, As: s}
	}
	unshare := func(a Actor) UnshareDocument {
		return UnshareDocument{DocumentID: doc, OrganisationID: a.OrganisationID, Reason: "By mistake."}
	}
	commit := CommitRevision{DocumentID: doc, Base: w.document(doc).Head, Source: parcels + "\nMore.\n"}
	accept, decline, resign := AcceptSponsorship{doc}, DeclineSponsorship{doc}, ResignSponsorship{doc}

	w.refuse(w.zealand, commit, NotFound, "documentId", "")
	w.refuse(w.zealand, accept, NotFound, "documentId", "")
	w.do(w.estonia, share(w.zealand, AsReader))
	w.refuse(w.zealand, commit, Forbidden, "documentId", "") // it knows of the draft now
	w.refuse(w.zealand, accept, Forbidden, "documentId", "")
	w.refuse(w.zealand, share(w.loom, AsReader), Forbidden, "documentId", "")
	w.refuse(w.estonia, share(w.zealand, AsReader), Conflict, "organisationId", "already")
	w.do(w.estonia, share(w.zealand, AsSponsor))
	w.refuse(w.estonia, share(w.zealand, AsSponsor), Conflict, "organisationId", "offered")
	w.refuse(w.estonia, share(w.zealand, AsReader), Conflict, "organisationId", "offered")
	w.refuse(w.zealand, commit, Forbidden, "documentId", "")
	for _, a := range []Actor{w.estonia, w.loom, as(w.zealand, Observer), w.office, Operator} {
		if _, err := w.try(a, accept); err == nil {
			t.Fatalf("%+v accepted for New Zealand", a)
		}
	}
	w.do(w.zealand, decline)
	if d := w.document(doc); len(d.Readers) != 1 || len(d.Sponsors) != 1 || len(d.Offered) != 0 {
		t.Fatalf("whoever read the drafts before the offer goes on: %+v", d)
	}
	w.refuse(w.zealand, decline, Forbidden, "documentId", "")
	w.do(w.estonia, share(w.zealand, AsSponsor))
	w.do(w.zealand, accept)
	if d := w.document(doc); len(d.Readers)+len(d.Offered) != 0 || len(d.Sponsors) != 2 {
		t.Fatalf("a reader who became a sponsor is both: %+v", d)
	}
	w.do(w.zealand, commit)
	w.refuse(w.zealand, accept, Forbidden, "documentId", "")
	w.refuse(w.estonia, share(w.zealand, AsReader), Conflict, "organisationId", "already")
	w.refuse(w.estonia, unshare(w.zealand), Conflict, "organisationId", "by itself alone")
	w.refuse(w.estonia, share(w.loom, AsSponsor), Invalid, "organisationId", "can't sponsor")
	w.refuse(w.estonia, share(w.loom, "friend"), Invalid, "as", "none of")
	w.refuse(w.estonia, share(Actor{OrganisationID: "org_none"}, AsReader), NotFound, "organisationId", "org_none")

	w.do(w.estonia, resign)
	w.refuse(w.estonia, commit, NotFound, "documentId", "")
	w.refuse(w.zealand, resign, Conflict, "documentId", "last sponsor")
	w.do(w.zealand, share(w.loom, AsReader))
	w.do(w.zealand, unshare(w.loom))
	w.refuse(w.loom, resign, NotFound, "documentId", "")
	w.refuse(w.zealand, unshare(w.loom), Conflict, "organisationId", "doesn't read")
	w.do(w.zealand, share(w.estonia, AsSponsor))
	w.refuse(w.zealand, UnshareDocument{DocumentID: doc, OrganisationID: w.estonia.OrganisationID}, Invalid, "reason", "missing")
	w.do(w.zealand, unshare(w.estonia))
	w.refuse(w.estonia, accept, NotFound, "documentId", "")
}
