package policies_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// laterFields names fields that payloads of a kind have got since: the stories have
// an entry without them and one with each, and all are kept.
var laterFields = map[string][]string{
	"comment.submitted/1":   {"quote", "question", "proposes"},
	"consultation.opened/1": {"questions"},
	"member.invited/1":      {"issuer"},
	"position.cast/1":       {"otherwise"},
	"revision.committed/1":  {"successions"},
}

// goldenForm is the kind of an entry, and the first later field that it has.
func goldenForm(x entry) string {
	var fields map[string]json.RawMessage
	if len(laterFields[x.kind]) == 0 || json.Unmarshal(x.payload, &fields) != nil {
		return x.kind
	}
	for _, later := range laterFields[x.kind] {
		if fields[later] != nil {
			return x.kind + "+" + later
		}
	}
	return x.kind
}

// goldenForms are all of them.
func goldenForms() (forms []string) {
	for _, kind := range EventKinds() {
		forms = append(forms, kind)
		for _, later := range laterFields[kind] {
			forms = append(forms, kind+"+"+later)
		}
	}
	return forms
}

// goldenPath is where the payload of a form is kept for ever.
func goldenPath(kind string) string {
	return filepath.Join("testdata", "payloads", strings.NewReplacer("/", ".", "+", ".").Replace(kind)+".json")
}

// stories are told each in a town of its own to write golden payloads: a later one
// changes no ID in an earlier one. The first that has a form has its golden payload.
var stories = []func(*town){firstStory, commentsInFull, roundStory, anchorStory, disposedInBulk, cancelledStory, cleared, putRight, closedStory, mergedStory, struckOut}

// everything tells all stories in one town, so that every kind of event happens.
func everything(w *town) {
	for _, tell := range stories {
		tell(w)
	}
}

func firstStory(w *town) {
	w.apart(replaced)
	w.apart(disposedEach)
	w.apart(confirmed)
	w.apart(corrected)
	doc, rev := w.proposed()
	offer := ShareDocument{DocumentID: doc, OrganisationID: w.zealand.OrganisationID, As: AsSponsor}
	w.do(w.estonia, offer)
	w.do(w.zealand, DeclineSponsorship{DocumentID: doc})
	w.do(w.estonia, offer)
	w.do(w.zealand, AcceptSponsorship{DocumentID: doc})
	w.do(w.zealand, ResignSponsorship{DocumentID: doc})
	w.do(w.estonia, offer)
	w.do(w.estonia, UnshareDocument{DocumentID: doc, OrganisationID: w.zealand.OrganisationID, Reason: "Meant for another ministry."})
	w.do(w.estonia, PutForward{DocumentID: doc, RevisionID: rev})
	csn := w.open(doc, LateMarked)
	w.do(w.estonia, ExtendConsultation{ConsultationID: csn, Closes: w.in(100 * day), Reason: "Asked for by carriers."})
	k := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "term"), Stance: Amend, Type: Technical,
		Text: "Half a year is enough. 半年", Replacement: "Records are kept for half a year."}}).Subject()
	org, _ := w.m.Organisation(w.ferry.OrganisationID)
	taken := w.do(OperatorFor(org), SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Question, Type: General, Text: "Which parcels?"},
		Provenance: &Provenance{System: "csv", Reference: "17", Author: "A. Ferry", At: w.now.Add(-day)}}).Subject()
	w.do(w.ferry, WithdrawComment{CommentID: taken, Reason: "Answered by telephone."})
	w.wait(101 * day)
	two := w.edit(doc, "for a year", "for half a year")
	w.disposeOf(k, AcceptedWhole, &ChangeReference{two, w.clauseUnder(rev, "term")})
	w.edit(doc, "keeps a record", "shall keep a record")
	w.do(w.estonia, MarkEditorial{RevisionID: w.document(doc).Head, ClauseID: w.clauseUnder(rev, "duties"), Reason: "House style."})
	w.rules.WithoutBallot = noBallots
	ins := w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject()
	set := w.do(w.office, CreateRuleSet{Slug: "parcels", Title: "Parcels", Description: "What hubs apply."}).Subject()
	w.do(w.office, PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: w.now.Add(90 * day), Note: "First."})
	w.do(w.loom, WithdrawDocument{DocumentID: w.do(w.loom, ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en"}).Subject(), Reason: "No support."})
	w.do(w.office, RemoveMember{MemberID: w.crane.MemberID, Reason: "Left."})
	inv := w.do(w.office, InviteMember{OrganisationID: w.loom.OrganisationID, Email: "Mari.Maasikas@Loom.Example", Role: Delegate}).Subject()
	mari := w.do(visitor("mari", "mari.maasikas@loom.example"), AcceptInvitation{InvitationID: inv}).Subject()
	w.do(w.office, ChangeRole{MemberID: mari, Role: Observer})
	w.do(w.actor(mari), LeaveOrganisation{OrganisationID: w.loom.OrganisationID})
	w.do(w.office, RevokeInvitation{InvitationID: w.do(w.office, InviteMember{OrganisationID: w.loom.OrganisationID, Email: "jaan@loom.example",
		Role: Admin, Expires: w.now.Add(7 * day)}).Subject()})
	w.do(w.crane, EndSessions{Issuer: w.crane.Issuer, Subject: w.crane.Subject})
	w.do(as(w.office, Admin), EndSessions{MemberID: w.ferry.MemberID})
	w.do(Operator, EraseEntry{Seq: 3, Reason: "Order 17 of the district court.", Spent: &SpentNumber{Series: "comment/doc_1", Number: 7}})
}

// apart tells a story that came to everything later: at its beginning and with IDs of
// its own, so that the golden payloads of the others stay.
func (w *town) apart(tell func(*town)) {
	ids := w.ids
	w.ids = 1000 + 100*len(w.log)
	tell(w)
	w.ids = ids
}

// confirmed is a story in which two of the secretariat stand for a government's admin.
func confirmed(w *town) {
	second := w.admit(Operator, w.office.OrganisationID, "second", Delegate)
	kenya := w.do(w.office, RegisterOrganisation{Kind: Government, Name: "Kenya", Jurisdiction: "KE"}).Subject()
	id := w.do(w.office, InviteMember{OrganisationID: kenya, Issuer: "https://id.example", Subject: "amina", Name: "Amina", Role: Admin}).Subject()
	w.do(second, ConfirmInvitation{InvitationID: id})
}

// putRight is a story in which what was done by mistake is undone.
func putRight(w *town) {
	set := w.do(w.office, CreateRuleSet{Slug: "post", Title: "Pots"}).Subject()
	w.do(w.office, CorrectRuleSet{RuleSetID: set, Title: new("Post 邮政"), Description: new("What posts apply."), Reason: "Misspelt."})
	doc, rev := w.proposed()
	two := w.edit(doc, "for a year", "for half a year")
	w.do(w.estonia, MarkEditorial{RevisionID: two, ClauseID: w.clauseUnder(rev, "term"), Reason: "House style."})
	w.do(w.estonia, WithdrawEditorialMark{RevisionID: two, ClauseID: w.clauseUnder(rev, "term"), Reason: "It halves the time."})
	k := w.comment(w.loom, w.open(doc, LateMarked), w.clauseUnder(rev, "term"))
	three := w.edit(doc, "keeps a record", "shall keep a record")
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: three, ClauseID: "scope", Reason: "On the scope."})
	w.do(w.estonia, UndoReanchor{CommentID: k, RevisionID: three, ClauseID: "scope", Reason: "It is on the term."})
}

// cleared is a story in which a file that was uploaded is named by nothing in time.
func cleared(w *town) {
	w.upload(w.crane, "c")
	w.wait(UploadLife)
	w.do(Operator, FinishClearing{ClearingID: w.do(Operator, ClearUploads{}).Subject()})
}

// corrected is a story in which what was said of a document and of an organisation is put
// right, and added to.
func corrected(w *town) {
	doc := w.do(w.estonia, ProposeDocument{Kind: standards.BestPractice, Title: "Recrods", Language: "en"}).Subject()
	w.do(w.office, CorrectOrganisation{OrganisationID: w.crane.OrganisationID, Sector: new("harbours"), Reason: "It was left out."})
	w.do(w.estonia, CorrectDocument{DocumentID: doc, Title: new("Records 记录"), Topics: []string{"parcels"}, Parties: []string{"EE", "NZ"}, Reason: "Misspelt."})
	w.do(as(w.crane, Admin), DeclareSize{OrganisationID: w.crane.OrganisationID, Class: Small, Year: w.now.Year()})
}

// replaced is a story in which a comment's words are taken over.
func replaced(w *town) {
	doc := w.do(w.estonia, ProposeDocument{Kind: standards.BestPractice, Title: "Records", Language: "en"}).Subject()
	rev := w.commit(doc, parcels)
	k := w.do(w.loom, SubmitComment{ConsultationID: w.open(doc, LateMarked), CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "duties"), Stance: Amend,
		Type: Editorial, Text: "Shorter.", Replacement: "Carriers keep a record of each parcel."}}).Subject()
	w.do(w.estonia, AcceptReplacement{CommentID: k, Outcome: AcceptedInPart, Reason: "The singular stays.", Note: "Shorter duties.",
		Words: "A carrier keeps a record of every parcel."})
}

// struckOut is a story in which it is proposed that a clause goes, and that does.
func struckOut(w *town) {
	w.t.Helper()
	_, rev, csn := w.consulted()
	w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Amend, Type: General, Text: "Say why.", Replacement: "Parcels are many.", Proposes: AddAfter}})
	k := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "duties"), Stance: Amend, Type: General, Text: "Nobody reads them.", Proposes: StrikeOut}}).Subject()
	w.do(w.estonia, AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "True."})
}

// balloting is what happens after everything: a ballot that fails, one that carries
// when a blocking position is cleared, an adoption that amends, and a repeal.
func balloting(w *town) {
	w.rules, w.ids, w.now = DefaultRules(), 50_000, dawn.Add(1000*day) // whatever else the stories come to tell
	old := w.document(w.do(w.estonia, ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en", Parties: []string{"EE", "NZ"}}).Subject()).ID
	w.commit(old, parcels)
	w.terms(old, Terms{From: standards.LawDates{{Party: "NZ", Local: "2029-06-01", Zone: "Pacific/Auckland"},
		{Party: "EE", Local: "2029-07-01T06:00", Zone: zone}}})
	w.open(old, LateRefused)
	w.wait(91 * day)
	w.ballot(old, OpenBallotting)
	w.wait(9 * day)
	id := w.ballot(old, SecretUntilClose)
	for _, a := range []Actor{w.estonia, w.zealand, w.loom} {
		w.do(a, CastPosition{BallotID: id, Position: Yes})
	}
	w.do(w.harbour, CastPosition{BallotID: id, Position: NoObjection})
	w.do(w.ferry, CastPosition{BallotID: id, Position: Discuss, Otherwise: NoObjection, Text: "Labels are too small to read. 标签"})
	w.wait(9 * day)
	w.do(w.ferry, ClearBlock{BallotID: id, Text: "Annex A answers it."})
	first := w.do(w.estonia, AdoptDocument{DocumentID: old}).Subject()
	next := w.reviewedOn(w.zealand, standards.Standard, Terms{From: w.from(300 * day), Amends: []string{first}}, "EE", "NZ")
	consent := AgreeToSuccession{InstrumentID: first, DocumentID: next}
	w.do(w.estonia, consent)
	w.do(w.estonia, WithdrawSuccessionConsent(consent))
	w.do(w.estonia, consent)
	w.carry(next)
	w.do(w.zealand, AdoptDocument{DocumentID: next})
	w.do(w.estonia, RepealInstrument{InstrumentID: first, Reason: "Overtaken by a treaty.", From: standards.LawDates{
		{Party: "EE", Local: "2030-01-01", Zone: "Europe/Tallinn"}, {Party: "NZ", Local: "2030-01-01T06:00", Zone: "Pacific/Auckland"}}})
}

// disposedEach is a story in which comments are answered together.
func disposedEach(w *town) {
	doc := w.do(w.estonia, ProposeDocument{Kind: standards.BestPractice, Title: "Records, again", Language: "en"}).Subject()
	rev := w.commit(doc, parcels)
	csn := w.open(doc, LateMarked)
	term := w.clauseUnder(rev, "term")
	k, again := w.comment(w.loom, csn, term), w.comment(w.ferry, csn, "")
	two := w.edit(doc, "for a year", "for half a year")
	w.do(w.estonia, DisposeEach{DocumentID: doc, Dispositions: []EachDisposition{
		{DisposeComment: DisposeComment{CommentID: k, Outcome: AcceptedWhole, Reason: "Halved.", Change: &ChangeReference{two, term}}, Seen: NoDisposition},
		{DisposeComment: DisposeComment{CommentID: again, Outcome: Duplicate, Reason: "The same.", DuplicateOf: k}, Seen: NoDisposition}}})
}

// A payload that was ever written must be read for ever: each kind has a golden
// file, written once. A changed payload is a new version with a new file; -update
// writes what is missing and never touches what is there.
func TestGoldenPayloads(t *testing.T) {
	w := newTown(t)
	everything(w)
	last := map[string]entry{}
	for i := range stories { // those told first overwrite
		w := newTown(t)
		tell := stories[len(stories)-1-i]
		tell(w)
		for _, x := range w.log {
			last[goldenForm(x)] = x
		}
	}
	told := len(w.log)
	balloting(w)
	for _, x := range w.log[told:] {
		if strings.HasPrefix(x.kind, "ballot.") || strings.HasPrefix(x.kind, "position.") || strings.HasPrefix(x.kind, "instrument.") ||
			strings.HasPrefix(x.kind, "succession.") || strings.HasPrefix(x.kind, "terms.") {
			last[goldenForm(x)] = x
		}
	}
	if *Update {
		for kind, x := range last {
			writeMissing(t, goldenPath(kind), x.payload)
		}
	}
	for _, form := range goldenForms() {
		t.Run(form, func(t *testing.T) {
			kind, _, _ := strings.Cut(form, "+")
			want, err := os.ReadFile(goldenPath(form))
			if err != nil {
				t.Fatalf("a kind without a golden payload: %v", err)
			}
			e, err := Decode(kind, want)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Encode(e)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(parsed(t, want), parsed(t, again)); diff != "" {
				t.Errorf("decoded and encoded again, the payload differs (-golden +now):\n%s", diff)
			}
			if was := compacted(t, want); string(was) != string(again) {
				t.Errorf("encoded again, the payload has other bytes:\n was %s\n now %s", was, again)
			}
			if e.Kind() != kind || e.Subject() == "" {
				t.Errorf("decodes to kind %q, subject %q", e.Kind(), e.Subject())
			}
			if now, told := last[form]; !told {
				t.Error("the story lacks this kind")
			} else if diff := cmp.Diff(parsed(t, want), parsed(t, now.payload)); diff != "" {
				t.Errorf("what is written today differs from the golden payload; give it a new version (-golden +now):\n%s", diff)
			}
			if err := e.Fold(Stamp{}, new(policiestest.Memory)); err != nil {
				t.Errorf("doesn't fold into an empty record: %v", err)
			}
			if err := e.Fold(Stamp{Seq: int64(len(w.log)), At: w.now}, w.replay()); err != nil {
				t.Errorf("doesn't fold into a full record: %v", err)
			}
		})
	}
}

// No golden file is left over from a kind that can't be read any more.
func TestGoldenPayloadsAllRead(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "payloads", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, k := range goldenForms() {
		known[goldenPath(k)] = true
	}
	for _, f := range files {
		if !known[f] {
			t.Errorf("%s: no decoder reads this payload any more", f)
		}
	}
}

func writeMissing(t *testing.T, path string, payload []byte) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	var b bytes.Buffer
	if err := json.Indent(&b, payload, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func compacted(t *testing.T, b []byte) []byte {
	t.Helper()
	var c bytes.Buffer
	if err := json.Compact(&c, b); err != nil {
		t.Fatal(err)
	}
	return c.Bytes()
}

func parsed(t *testing.T, b []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDecodeRefusals(t *testing.T) {
	if _, err := Decode("ballot.cast/9", []byte("{}")); !errors.Is(err, ErrUnknownKind) {
		t.Errorf("unknown kind: %v", err)
	}
	if _, err := Decode("comment.submitted/1", []byte(`{"id":7}`)); err == nil || errors.Is(err, ErrUnknownKind) {
		t.Errorf("a number for an ID: %v", err)
	}
}

// holdsText are the kinds with a text in them, which may be damaged beyond reading.
var holdsText = map[string]bool{"revision.committed/1": true, "replacement.accepted/1": true}

// FuzzDecode: no payload of any kind makes decoding or folding panic, on an empty
// record or a full one.
func FuzzDecode(f *testing.F) {
	kinds := EventKinds()
	for i, k := range kinds {
		payload, err := os.ReadFile(goldenPath(k))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, payload)
		f.Add(i, []byte("null"))
		f.Add(i, []byte("{}"))
		f.Add(i, []byte(`{"change":null,"provenance":null,"clauses":[""],"supersedes":["","ins_49"],"number":-1,"round":-9}`))
	}
	w := settle(f)
	everything(w)
	balloting(w)
	f.Fuzz(func(t *testing.T, kind int, payload []byte) {
		if kind < 0 || kind >= len(kinds) {
			return
		}
		e, err := Decode(kinds[kind], payload)
		if err != nil {
			return
		}
		w.t = t
		for _, m := range []*policiestest.Memory{new(policiestest.Memory), w.replay()} {
			if err := e.Fold(Stamp{Seq: 1, At: dawn}, m); err != nil && !holdsText[kinds[kind]] {
				t.Fatalf("%s didn't fold: %v", kinds[kind], err)
			}
			for _, d := range m.All.Documents {
				d.Phase(dawn)
				_ = d.PublicRevision(1)
				if rev, err := m.Revision(d.Head); err == nil {
					_, _ = Gate(d, rev, w.now.Add(365*day), w.rules, m)
				}
			}
		}
	})
}
