package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/standards"
)

// A door is one way to do or to read something, and what policies.May is asked of it.
type door struct {
	name   string
	action policies.Action
	phase  string // of the paper that it is about; "" for none
	query  func(*visit) string
	// subject is what May is asked about, with the document of the phase; nil for the document alone.
	subject func(*visit, *policies.Document) policies.Subject
	shows   string // for what is only read: the path that is null where it isn't shown
	want    string // the code that those who may get, since the moment doesn't allow it
	after   func(*visit, servertest.Reply)
	reads   int  // the number of the revision that one must be able to read first
	secret  bool // who may not read the draft that it is about, isn't told that there is one
}

// A visit is of one caller to one door.
type visit struct {
	*servertest.Front
	who  string
	p    servertest.Paper
	next string // a name that is nobody else's
	made string // what was made for this visit
}

var visits int

var kinds = map[string]standards.Kind{"REGULATION": standards.Regulation, "STANDARD": standards.Standard, "BEST_PRACTICE": standards.BestPractice}

func (v *visit) org(name string) string { return v.Orgs[name] }

// fresh admits somebody to an organisation whom nobody else needs.
func (v *visit) fresh(of string) string { return v.freshAs(of, policies.Observer) }

func (v *visit) freshAs(of string, role policies.Role) string {
	return policiestest.Admit(v.Do, policies.Operator, policies.InviteMember{OrganisationID: v.Orgs[of], Issuer: v.Issuer, Subject: v.next, Role: role})
}

// invite invites the one person whose verified address is invited.
func (v *visit) invite(to string) string {
	v.made = v.Do(policies.Operator, policies.InviteMember{OrganisationID: v.Orgs[to], Email: "Invited@People.example", Role: policies.Observer})
	return v.made
}

// revoke takes the visit's invitation back, so that the next may be sent.
func (v *visit) revoke(r servertest.Reply) {
	if r.Code() != "" {
		v.Do(policies.Operator, policies.RevokeInvitation{InvitationID: v.made})
	}
}

func mutation(name, input, fields string) string {
	return fmt.Sprintf("mutation { %s(input: {%s}) { %s } }", name, input, fields)
}

func ofComment(v *visit, d *policies.Document) policies.Subject {
	return policies.OnComment(d, &policies.Comment{OrganisationID: v.Orgs["ferry"]})
}

func aboutNothing(*visit, *policies.Document) policies.Subject { return policies.Nothing }

// documentDoors are about a regulation in a phase: draft, open, answered or adopted.
func documentDoors(phase string) []door {
	settled := func(code string) string { // what the moment says to those who may
		if phase == "adopted" {
			return "CONFLICT"
		}
		return code
	}
	edit := func(action policies.Action, code, name, fields string, input func(v *visit) string) door {
		return door{name: name, action: action, phase: phase, want: settled(code),
			query: func(v *visit) string { return mutation(name, input(v), fields) }}
	}
	revision := func(n int, id func(servertest.Paper) string) door {
		return door{name: fmt.Sprintf("revision %d", n), action: policies.ReadingRevision, phase: phase, shows: "revision",
			query: func(v *visit) string {
				return fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { source } } }`, id(v.p))
			},
			subject: func(_ *visit, d *policies.Document) policies.Subject { return policies.OnRevision(d, n) }}
	}
	gate, window := "GATE_UNMET", ""
	switch phase {
	case "answered":
		gate = ""
	case "open":
		window = "CONFLICT"
	}
	doors := []door{
		{name: "document", action: policies.ReadingDocument, phase: phase, shows: "document",
			query: func(v *visit) string { return fmt.Sprintf(`{ document(by: {id: %q}) { title } }`, v.p.ID) }},
		revision(1, func(p servertest.Paper) string { return p.First }), revision(2, func(p servertest.Paper) string { return p.Second }),
		edit(policies.Editing, "", "commitRevision", "revision { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, baseId: %q, source: "# Other"`, v.p.ID, v.p.Second)
		}),
		edit(policies.Editing, "", "shareDocument", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, organisationId: %q, as: READER`, v.p.ID, v.org("hub"))
		}),
		edit(policies.Editing, "", "unshareDocument", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, organisationId: %q, reason: "X"`, v.p.ID, v.org("reader"))
		}),
		edit(policies.Editing, "CONFLICT", "resignSponsorship", "document { id }", func(v *visit) string { // it is the last one
			return fmt.Sprintf(`documentId: %q`, v.p.ID)
		}),
		edit(policies.Editing, window, "proposeTerms", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, effectiveFrom: {localDate: "2270-01-01", zone: "UTC"}`, v.p.ID)
		}),
		edit(policies.Editing, "", "putForward", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, revisionId: %q`, v.p.ID, v.p.First)
		}),
		edit(policies.Editing, window, "correctDocument", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, title: "New", reason: "X"`, v.p.ID)
		}),
		edit(policies.Editing, "", "withdrawDocument", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, reason: "X"`, v.p.ID)
		}),
		edit(policies.Editing, "", "markEditorial", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`revisionId: %q, clauseId: %q, reason: "X"`, v.p.Second, v.Changed(v.p))
		}),
		edit(policies.Undoing, "", "withdrawEditorialMark", "document { id }", func(v *visit) string {
			clause := v.Changed(v.p)
			if phase != "adopted" {
				v.Do(v.Actor("sponsor-delegate"), policies.MarkEditorial{RevisionID: v.p.Second, ClauseID: clause, Reason: "X"})
			}
			return fmt.Sprintf(`revisionId: %q, clauseId: %q, reason: "X"`, v.p.Second, clause)
		}),
		edit(policies.Consulting, window, "openConsultation", "consultation { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, closesAtLocal: %q, zone: "UTC"`, v.p.ID, v.Local(61))
		}),
		edit(policies.OpeningBallot, gate, "openBallot", "ballot { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, closesAtLocal: %q, zone: "UTC"`, v.p.ID, v.Local(8))
		}),
		edit(policies.Adopting, gate, "adoptDocument", "instrument { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q`, v.p.ID)
		}),
	}
	for i := range doors {
		switch doors[i].name {
		case "markEditorial":
			doors[i].reads = 2
		case "withdrawEditorialMark":
			doors[i].reads, doors[i].subject = 2, func(v *visit, d *policies.Document) policies.Subject {
				return policies.OnMark(d, &policies.EditorialMark{OrganisationID: v.Orgs["sponsor"]})
			}
		}
	}
	if phase == "draft" { // nothing was said on it
		return doors
	}
	late := ""
	if phase == "answered" {
		late = "CONFLICT" // the consultation is closed
	}
	doors = append(doors,
		edit(policies.Consulting, late, "extendConsultation", "consultation { id }", func(v *visit) string {
			return fmt.Sprintf(`consultationId: %q, closesAtLocal: %q, reason: "X"`, v.p.Consultation, v.Local(90))
		}),
		edit(policies.Commenting, late, "submitComment", "comment { id }", func(v *visit) string {
			return fmt.Sprintf(`consultationId: %q, stance: SUPPORT, text: "X"`, v.p.Consultation)
		}),
		edit(policies.Withdrawing, "", "withdrawComment", "comment { id }", func(v *visit) string {
			return fmt.Sprintf(`commentId: %q, reason: "X"`, v.p.Comment)
		}),
		edit(policies.Disposing, "", "disposeComment", "comment { id }", func(v *visit) string {
			return fmt.Sprintf(`commentId: %q, outcome: NOTED, reason: "X"`, v.p.Comment)
		}),
		edit(policies.Endorsing, late, "endorseComment", "comment { id }", func(v *visit) string {
			return fmt.Sprintf(`commentId: %q, position: SUPPORTS`, v.p.Comment)
		}),
		edit(policies.Disposing, "CONFLICT", "disposeComments", "document { id }", func(v *visit) string { // nobody counted them
			return fmt.Sprintf(`documentId: %q, selection: {}, asOf: 1, count: 1, outcome: NOTED, reason: "X"`, v.p.ID)
		}),
		edit(policies.Reanchoring, "", "reanchorComment", "comment { id }", func(v *visit) string {
			return fmt.Sprintf(`commentId: %q, revisionId: %q, clauseId: "scope", reason: "X"`, v.p.Comment, v.p.Second)
		}),
		edit(policies.Undoing, "", "undoReanchor", "comment { id }", func(v *visit) string {
			if phase != "adopted" { // put there anew each time
				k := policies.ReanchorComment{CommentID: v.p.Comment, RevisionID: v.p.Second, Reason: "X"}
				if _, err := v.Registry.Do(v.T.Context(), v.Actor("sponsor-delegate"), "", k); err != nil && !strings.Contains(err.Error(), "already") {
					v.T.Fatal(err)
				}
			}
			return fmt.Sprintf(`commentId: %q, revisionId: %q, reason: "X"`, v.p.Comment, v.p.Second)
		}),
		edit(policies.Disposing, "", "acceptReplacement", "comment { id }", func(v *visit) string {
			return fmt.Sprintf(`commentId: %q, baseId: %q, reason: "X"`, v.p.Comment, v.p.Second)
		}),
		edit(policies.Disposing, "", "answerComments", "document { id }", func(v *visit) string {
			return fmt.Sprintf(`documentId: %q, answers: [{commentId: %q, seen: %q, outcome: NOTED, reason: "X"}]`, v.p.ID, v.p.Comment, v.Mark(v.p.Comment))
		}))
	if phase == "open" {
		doors = append(doors, dialogueDoors()...)
	}
	for i := range doors {
		if doors[i].name == "undoReanchor" {
			doors[i].subject = func(v *visit, d *policies.Document) policies.Subject {
				return policies.OnAnchor(d, &policies.Comment{OrganisationID: v.Orgs["ferry"]}, &policies.Anchor{OrganisationID: v.Orgs["sponsor"]})
			}
		}
		switch doors[i].action {
		case policies.Withdrawing, policies.Disposing, policies.Reanchoring, policies.Replying, policies.Redacting, policies.Disowning, policies.Endorsing:
			doors[i].subject = ofComment
		}
	}
	return doors
}

// successionDoors are about a draft that another government was offered to sponsor, and
// about a law that something is to succeed: here it itself, which is too late.
func successionDoors() []door {
	on := func(name, phase string, action policies.Action, want string, input func(v *visit) string) door {
		return door{name: name, action: action, phase: phase, want: want, query: func(v *visit) string { return mutation(name, input(v), "ledgerPosition") }}
	}
	document := func(v *visit) string { return fmt.Sprintf("documentId: %q", v.p.ID) }
	both := func(v *visit) string { return fmt.Sprintf("documentId: %q, instrumentId: %q", v.p.ID, v.p.Instrument) }
	return []door{
		on("acceptSponsorship", "offered", policies.AnsweringOffer, "", document),
		on("declineSponsorship", "offered", policies.AnsweringOffer, "", document),
		on("agreeToSuccession", "adopted", policies.AgreeingToSuccession, "CONFLICT", both),
		on("withdrawSuccessionConsent", "adopted", policies.AgreeingToSuccession, "CONFLICT", both),
	}
}

// ballotDoors are about a secret ballot that is open, and what an adoption leads to.
func ballotDoors() []door {
	ballot := func(v *visit) *policies.Ballot {
		found, err := v.Registry.Views().Ballots(v.T.Context(), policies.Operator, []string{v.p.Ballot})
		if err != nil {
			v.T.Fatal(err)
		}
		b := found[v.p.Ballot]
		return &b
	}
	cast := func(v *visit, d *policies.Document) policies.Subject { return policies.OnBallot(d, ballot(v)) }
	read := func(v *visit, d *policies.Document) policies.Subject {
		return policies.OnPosition(d, ballot(v), v.Orgs["sponsor"], v.Clock.Now())
	}
	return []door{
		{name: "castPosition", action: policies.Casting, phase: "balloted", subject: cast, query: func(v *visit) string {
			return mutation("castPosition", fmt.Sprintf(`ballotId: %q, vote: DISCUSS, text: "X"`, v.p.Ballot), "ballot { id }")
		}},
		{name: "cancelConsultation", action: policies.Consulting, phase: "open", query: func(v *visit) string {
			return mutation("cancelConsultation", fmt.Sprintf(`consultationId: %q, reason: "X"`, v.p.Consultation), "consultation { id }")
		}},
		{name: "cancelBallot", action: policies.OpeningBallot, phase: "balloted", query: func(v *visit) string {
			return mutation("cancelBallot", fmt.Sprintf(`ballotId: %q, reason: "X"`, v.p.Ballot), "ballot { id }")
		}},
		{name: "closeBallotEarly", action: policies.OpeningBallot, phase: "balloted", want: "CONFLICT", query: func(v *visit) string {
			return mutation("closeBallotEarly", fmt.Sprintf(`ballotId: %q, reason: "X"`, v.p.Ballot), "ballot { id }")
		}},
		{name: "clearBlock", action: policies.Casting, phase: "balloted", subject: cast, want: "CONFLICT", query: func(v *visit) string {
			return mutation("clearBlock", fmt.Sprintf(`ballotId: %q`, v.p.Ballot), "ballot { id }")
		}},
		{name: "the sponsor's position", action: policies.ReadingPosition, phase: "balloted", subject: read, shows: "node.ownPosition", query: func(v *visit) string {
			return fmt.Sprintf(`{ node(id: %q) { ... on Ballot { ownPosition { vote } } } }`, v.p.Ballot)
		}},
		{name: "repealInstrument", action: policies.Repealing, phase: "adopted", query: func(v *visit) string {
			return mutation("repealInstrument", fmt.Sprintf(`instrumentId: %q, reason: "X"`, v.p.Instrument), "instrument { id }")
		}},
	}
}

func allDoors() []door {
	doors := append(registryDoors(), peopleDoors()...)
	for _, phase := range []string{"draft", "open", "answered", "adopted"} {
		doors = append(doors, documentDoors(phase)...)
	}
	return slices.Concat(doors, ballotDoors(), successionDoors())
}

// Every role at every door: what the server answers is what policies.May says, who
// is refused has written nothing, and a GET never writes.
func TestRightsThroughTheServer(t *testing.T) {
	f := servertest.NewFront(t)
	policiestest.Admit(f.Do, policies.Operator, policies.InviteMember{OrganisationID: f.Orgs["ferry"], Issuer: f.Issuer, Subject: "second-admin", Role: policies.Admin})
	shared := map[string]servertest.Paper{}
	for _, phase := range []string{"draft", "offered", "open", "answered", "balloted", "adopted"} {
		shared[phase] = f.Paper(phase)
	}
	cells := 0
	for _, d := range allDoors() {
		for _, who := range servertest.Roles() {
			visits++
			v := &visit{Front: f, who: who, p: shared[d.phase], next: fmt.Sprintf("x%d", visits)}
			v.walk(d)
			cells++
		}
	}
	if min := 21 * 60; cells < min {
		t.Errorf("%d cells were walked, fewer than %d", cells, min)
	}
	if s := f.Log.String(); strings.Contains(s, `"level":"ERROR"`) {
		t.Errorf("something went wrong: %s", s)
	}
}

// walk holds one cell against May.
func (v *visit) walk(d door) {
	v.T.Helper()
	verdict := v.may(d)
	if verdict == "" && d.phase != "" && d.shows == "" {
		v.p = v.Paper(d.phase) // what is done here is done to nobody else's
	}
	query := d.query(v)
	if d.action == policies.Accepting || d.action == policies.Revoking || d.action == policies.Confirming {
		verdict = v.may(d) // there is an invitation now
	}
	before := v.Registry.Views().Position()
	cell := fmt.Sprintf("%q at %s (%s)", v.who, d.name, d.phase)
	got := v.Get(v.who, query)
	if d.shows != "" {
		if posted := v.Ask(v.who, query); posted.Text != got.Text {
			v.T.Errorf("%s: GET says %s, POST %s", cell, got.Text, posted.Text)
		}
		if shown := servertest.At(got.Data, d.shows) != nil; shown != (verdict == "") || len(got.Errors) > 0 {
			v.T.Errorf("%s: shown is %t, May says %q: %s", cell, shown, verdict, got.Text)
		}
		return
	}
	if now := v.Registry.Views().Position(); got.Code() == "" || now != before {
		v.T.Errorf("%s: GET is answered %s and the ledger went from %d to %d", cell, got.Text, before, now)
	}
	got = v.Ask(v.who, query)
	want := verdict
	if want == "" {
		want = d.want
	}
	if got.Code() != want {
		v.T.Errorf("%s: %q, want %q: %s", cell, got.Code(), want, got.Text)
	}
	if now := v.Registry.Views().Position(); (now > before) != (want == "") {
		v.T.Errorf("%s: answered %q, and the ledger went from %d to %d", cell, got.Code(), before, now)
	}
	if d.after != nil {
		d.after(v, got)
	}
}

// may is what policies.May says of a cell, as a code.
func (v *visit) may(d door) string {
	v.T.Helper()
	var doc *policies.Document
	if d.phase != "" {
		found, err := v.Registry.Views().Document(v.T.Context(), policies.Operator, v.p.ID, time.Time{})
		if err != nil {
			v.T.Fatal(err)
		}
		doc = &found
	}
	s := policies.OnDocument(doc)
	if d.subject != nil {
		s = d.subject(v, doc)
	}
	actor := v.Actor(v.who)
	var err error
	if d.reads > 0 {
		err = policies.May(actor, policies.ReadingRevision, policies.OnRevision(doc, d.reads))
	}
	if err == nil && d.secret && actor.Known() && policies.May(actor, policies.ReadingDraft, s) != nil {
		return "NOT_FOUND"
	}
	if err == nil {
		err = policies.May(actor, d.action, s)
	}
	if err == nil {
		return ""
	}
	return string(err.(*policies.Error).Code)
}

// The walk leaves out no mutation and no action. What only the operator may do has
// no door at all.
func TestEveryMutationIsWalked(t *testing.T) {
	f := servertest.NewFront(t)
	p := f.Paper("open")
	walked, actions := map[string]bool{}, map[policies.Action]bool{policies.Importing: true, policies.Erasing: true, policies.Sweeping: true}
	actions[policies.Attaching] = true // its door, /attachments, is walked in attachments_test.go
	for _, d := range allDoors() {
		actions[d.action] = true
		visits++
		v := &visit{Front: f, p: p, next: fmt.Sprintf("x%d", visits)}
		name, _, ok := strings.Cut(strings.TrimPrefix(d.query(v), "mutation { "), "(")
		if ok && d.shows == "" {
			walked[name] = true
		}
		if d.after != nil && v.made != "" {
			f.Do(policies.Operator, policies.RevokeInvitation{InvitationID: v.made})
		}
	}
	for _, a := range policies.Actions {
		if !actions[a] {
			t.Errorf("no door for %s", a)
		}
	}
	r := f.Ask("", `{ __schema { mutationType { fields { name } } } }`)
	fields, _ := servertest.At(r.Data, "__schema.mutationType.fields").([]any)
	var have []string
	for _, x := range fields {
		have = append(have, fmt.Sprint(x.(map[string]any)["name"]))
	}
	var names []string
	for name := range walked {
		names = append(names, name)
	}
	slices.Sort(have)
	slices.Sort(names)
	if diff := cmp.Diff(have, names); diff != "" || len(have) == 0 {
		t.Errorf("the schema's mutations and those walked (-schema +walked):\n%s", diff)
	}
}

// Nobody acts for an organisation that isn't its own, whatever it asks for.
func TestNobodyActsForOthers(t *testing.T) {
	f := servertest.NewFront(t)
	for _, who := range servertest.Roles() {
		for name, id := range f.Orgs {
			r := f.Request(who, "POST", "/graphql", `{"query":"{ viewer { organisation { id } } }"}`)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Entente-Organisation", id)
			want := http.StatusForbidden
			switch {
			case who == "":
				want = http.StatusUnauthorized
			case strings.HasPrefix(who, name+"-"):
				want = http.StatusOK
			}
			if status, body := f.Send(r); status != want {
				t.Errorf("%q for %s: %d, want %d: %s", who, name, status, want, body)
			}
		}
	}
}
