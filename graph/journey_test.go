package graph

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A rule goes from the admission of its authors to a release by GraphQL alone:
// every mutation once, each read back.
func TestFromAdmissionToRelease(t *testing.T) {
	w := newWorld(t)
	j := &journey{world: w, ids: map[string]any{}}

	j.mutate("office", "registerOrganisation", `organisation { id kind name jurisdiction sector imported registeredAt }`,
		`{"kind": "BUSINESS", "name": "Parcel Post", "jurisdiction": "KE-30", "sector": "logistics"}`,
		`{"kind": "BUSINESS", "name": "Parcel Post", "jurisdiction": "KE-30", "sector": "logistics", "imported": false, "registeredAt": "2026-03-02T09:00:00.000Z"}`)
	j.mutate("office", "inviteMember", `invitation { id email issuer subject name role state confirmedBy { id } confirmedAt }`,
		`{"organisationId": "$organisation", "issuer": "https://id.example", "subject": "pia", "name": "Pia", "role": "DELEGATE"}`,
		`{"email": null, "issuer": "https://id.example", "subject": "pia", "name": "Pia", "role": "DELEGATE", "state": "OPEN", "confirmedBy": null, "confirmedAt": null}`)
	w.visit("pia")
	j.mutate("pia", "acceptInvitation", `member { id role name issuer subject removedAt organisation { name } }`, `{"invitationId": "$invitation"}`,
		`{"role": "DELEGATE", "name": "Person pia", "issuer": "https://id.example", "subject": "pia", "removedAt": null, "organisation": {"name": "Parcel Post"}}`)
	j.mutate("office", "removeMember", `member { id removedAt }`,
		`{"memberId": "$member", "reason": "moved on"}`, `{"removedAt": "2026-03-02T09:00:00.000Z"}`)
	j.mutate("estonia", "proposeDocument", `document { id number kind title language topics parties phase openDrafts sponsors { name } head { id } proposedBy { name } }`,
		`{"kind": "REGULATION", "title": "Low-value parcels", "language": "en", "topics": ["customs"], "parties": ["EE", "KE"]}`,
		`{"number": "EWTP-R-2026-001", "kind": "REGULATION", "title": "Low-value parcels", "language": "en", "topics": ["customs"], "parties": ["EE", "KE"],
		  "phase": "DRAFT", "openDrafts": false, "sponsors": [{"name": "The estonia"}], "head": null, "proposedBy": {"name": "Person estonia"}}`)
	j.mutate("estonia", "shareDocument", `document { id readers { name } }`,
		fmt.Sprintf(`{"documentId": "$document", "organisationId": %q, "as": "READER"}`, w.orgs["loom"]), `{"readers": [{"name": "The loom"}]}`)
	j.mutate("estonia", "commitRevision", `revision { id number title note clauseCount parent { id } provenance { system } document { id } }`,
		fmt.Sprintf(`{"documentId": "$document", "source": %q, "note": "first"}`, lawText),
		`{"number": 1, "title": "Parcels", "note": "first", "clauseCount": 6, "parent": null, "provenance": null, "document": {"id": "$document"}}`)
	j.ids["first"] = j.ids["revision"]
	j.ids["declare"], j.ids["pay"] = j.clause(fmt.Sprint(j.ids["first"]), "§2(1)"), j.clause(fmt.Sprint(j.ids["first"]), "§2(2)")
	j.mutate("estonia", "proposeTerms", `document { id terms { effectiveFrom { party localDate localDateTime zone at } effectiveUntil { localDate } supersedes { id } amends { id } } successionConsents { at } offered { id } }`,
		`{"documentId": "$document", "effectiveFrom": [{"party": "KE", "localDate": "2026-08-01", "zone": "Africa/Nairobi"}, {"party": "EE", "localDateTime": "2026-08-01T06:00", "zone": "Europe/Tallinn"}]}`,
		`{"terms": {"effectiveFrom": [{"party": "EE", "localDate": null, "localDateTime": "2026-08-01T06:00:00", "zone": "Europe/Tallinn", "at": "2026-08-01T03:00:00.000Z"}, {"party": "KE", "localDate": "2026-08-01", "localDateTime": null, "zone": "Africa/Nairobi", "at": "2026-07-31T21:00:00.000Z"}],
		  "effectiveUntil": [], "supersedes": [], "amends": []}, "successionConsents": [], "offered": []}`)
	j.mutate("estonia", "openConsultation", `consultation { id round title zone late isOpen opensAt extension { reason } revision { number } document { phase } terms { effectiveFrom { party localDate localDateTime } } }`,
		fmt.Sprintf(`{"documentId": "$document", "title": "Have your say", "closesAtLocal": %q, "zone": "Europe/Tallinn"}`, w.local(70*day)),
		`{"round": 1, "title": "Have your say", "zone": "Europe/Tallinn", "late": "REFUSED", "isOpen": true, "opensAt": "2026-03-02T09:00:00.000Z",
		  "extension": null, "revision": {"number": 1}, "document": {"phase": "CONSULTATION"},
		  "terms": {"effectiveFrom": [{"party": "EE", "localDate": null, "localDateTime": "2026-08-01T06:00:00"}, {"party": "KE", "localDate": "2026-08-01", "localDateTime": null}]}}`)
	j.mutate("estonia", "extendConsultation", `consultation { id closesAt extension { reason at firstClosesAt } }`,
		`{"consultationId": "$consultation", "closesAtLocal": "2026-06-01T00:00", "reason": "asked for"}`,
		`{"closesAt": "2026-05-31T21:00:00.000Z", "extension": {"reason": "asked for", "at": "2026-03-02T09:00:00.000Z", "firstClosesAt": "2026-05-11T06:00:00.000Z"}}`)
	j.comments()
	j.answers()
	j.adoption()
}

// journey remembers the IDs of what it made.
type journey struct {
	*world
	ids map[string]any
}

// mutate sends an input as somebody and compares what comes back; "$x" stands for the
// latest ID of an x.
func (j *journey) mutate(who, name, fields, input, want string) {
	j.t.Helper()
	N := string(name[0]-'a'+'A') + name[1:]
	query := fmt.Sprintf(`mutation($input: %sInput!) { %s(input: $input) { ledgerPosition repeated %s } }`, N, name, fields)
	before := j.registry.Views().Position()
	a := j.ok(who, query, map[string]any{"input": j.parse(input)})
	payload := a.Data[name].(map[string]any)
	if payload["repeated"] != false || payload["ledgerPosition"] != float64(before+1) {
		j.t.Errorf("%s: position %v after %d, repeated %v", name, payload["ledgerPosition"], before, payload["repeated"])
	}
	delete(payload, "ledgerPosition")
	delete(payload, "repeated")
	for kind, v := range payload {
		entity := v.(map[string]any)
		j.ids[kind] = entity["id"]
		delete(entity, "id")
		if diff := cmp.Diff(j.parse(want), any(entity)); diff != "" {
			j.t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func (j *journey) comments() {
	j.mutate("loom", "submitComment", `comment { id number stance type text replacement late clauseId clause { citation } organisation { name } disposition { reason } withdrawal { reason } document { commentCounts { total } } }`,
		`{"consultationId": "$consultation", "clauseId": "$pay", "stance": "AMEND", "type": "SUBSTANTIVE", "text": "Not the sender.", "replacement": "The buyer pays."}`,
		`{"number": 1, "stance": "AMEND", "type": "SUBSTANTIVE", "text": "Not the sender.", "replacement": "The buyer pays.", "late": false, "clauseId": "$pay",
		  "clause": {"citation": "§2(2)"}, "organisation": {"name": "The loom"}, "disposition": null, "withdrawal": null, "document": {"commentCounts": {"total": 1}}}`)
	j.ids["amendment"] = j.ids["comment"]
	j.mutate("ferry", "submitComment", `comment { id type clauseId clause { citation } member { name } }`,
		`{"consultationId": "$consultation", "stance": "QUESTION", "text": "When?"}`,
		`{"type": "GENERAL", "clauseId": null, "clause": null, "member": {"name": "Person ferry"}}`)
	j.mutate("ferry", "withdrawComment", `comment { id withdrawal { at reason } }`,
		`{"commentId": "$comment", "reason": "Found it."}`, `{"withdrawal": {"at": "2026-03-02T09:00:00.000Z", "reason": "Found it."}}`)
}

func (j *journey) answers() {
	j.clock.forward(120 * day)
	j.mutate("estonia", "commitRevision", `revision { id number parent { number } }`,
		fmt.Sprintf(`{"documentId": "$document", "baseId": "$first", "source": %q}`, amended), `{"number": 2, "parent": {"number": 1}}`)
	gate := j.ok("estonia", `query($id: ID!) { document(by: {id: $id}) { phase adoptionGate { reason commentId clauseId message } } }`, map[string]any{"id": j.ids["document"]})
	if reasons := gate.id("document.adoptionGate.0.reason") + " " + gate.id("document.adoptionGate.1.reason"); reasons != "COMMENT_UNANSWERED CHANGE_UNEXPLAINED" {
		j.t.Errorf("the gate says %v", gate.Data)
	}
	j.mutate("estonia", "disposeComment", `comment { id disposition { outcome reason at change { clauseId revision { number } } duplicateOf { id } } }`,
		`{"commentId": "$amendment", "outcome": "ACCEPTED", "reason": "Right.", "change": {"revisionId": "$revision", "clauseId": "$pay"}}`,
		`{"disposition": {"outcome": "ACCEPTED", "reason": "Right.", "at": "2026-06-30T09:00:00.000Z", "change": {"clauseId": "$pay", "revision": {"number": 2}}, "duplicateOf": null}}`)
	j.mutate("estonia", "markEditorial", `document { id editorialMarks { nodes { clauseId reason revision { number } organisation { name } } } }`,
		`{"revisionId": "$revision", "clauseId": "$declare", "reason": "Spelling."}`,
		`{"editorialMarks": {"nodes": [{"clauseId": "$declare", "reason": "Spelling.", "revision": {"number": 2}, "organisation": {"name": "The estonia"}}]}}`)
}

// amended is the law after the comments; the first paragraph is only spelt anew.
const amended = `# Parcels

## Scope {#scope}

This law applies to parcels worth less than 150 euros.

## Duties {#duties}

(1) The carrier declares each parcel.

(2) The buyer pays.
`

func (j *journey) adoption() {
	j.mutate("estonia", "adoptDocument", `instrument { id number revision { number } status effectiveFrom effectiveFromDates { party localDate localDateTime } effectiveUntil ends { at } supersededFrom supersedes { id } document { phase withdrawal { reason } } }`,
		`{"documentId": "$document"}`,
		`{"number": "EWTP-R-2026-001", "revision": {"number": 2}, "status": "PENDING", "effectiveFrom": "2026-07-31T21:00:00.000Z",
		  "effectiveFromDates": [{"party": "EE", "localDate": null, "localDateTime": "2026-08-01T06:00:00"}, {"party": "KE", "localDate": "2026-08-01", "localDateTime": null}], "effectiveUntil": null, "ends": [],
		  "supersededFrom": null, "supersedes": [], "document": {"phase": "ADOPTED", "withdrawal": null}}`)
	j.mutate("office", "createRuleSet", `ruleSet { id slug title description latest { id } }`,
		`{"slug": "parcels", "title": "Parcels", "description": "All on parcels"}`, `{"slug": "parcels", "title": "Parcels", "description": "All on parcels", "latest": null}`)
	j.mutate("office", "publishRelease", `release { id number note publishedAt validUntil ruleSet { slug latest { number } } instruments { nodes { number releases { nodes { number } } } } }`,
		`{"ruleSetId": "$ruleSet", "instrumentIds": ["$instrument"], "validUntil": "2027-01-01T00:00:00Z", "note": "the first"}`,
		`{"number": 1, "note": "the first", "publishedAt": "2026-06-30T09:00:00.000Z", "validUntil": "2027-01-01T00:00:00.000Z",
		  "ruleSet": {"slug": "parcels", "latest": {"number": 1}}, "instruments": {"nodes": [{"number": "EWTP-R-2026-001", "releases": {"nodes": [{"number": 1}]}}]}}`)
	j.mutate("loom", "proposeDocument", `document { id kind }`, `{"kind": "STANDARD", "title": "Labels", "language": "en"}`, `{"kind": "STANDARD"}`)
	j.mutate("loom", "withdrawDocument", `document { id phase withdrawal { reason } }`,
		`{"documentId": "$document", "reason": "No need."}`, `{"phase": "WITHDRAWN", "withdrawal": {"reason": "No need."}}`)
	if at := j.clock.Now(); !at.Equal(time.Date(2026, 6, 30, 9, 0, 0, 0, time.UTC)) {
		j.t.Errorf("it is %s", at)
	}
}

// parse reads JSON and puts IDs in.
func (j *journey) parse(s string) any {
	j.t.Helper()
	v, err := parseJSON(s, j.ids)
	if err != nil {
		j.t.Fatalf("%v: %s", err, s)
	}
	return v
}
