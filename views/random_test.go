package views

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// A dialogue is a story that happens by chance.
type dialogue struct {
	*story
	t                                                                *rapid.T
	actors                                                           []policies.Actor
	documents, revisions, consultations, comments, instruments, sets []string
	members, invitations, replies, drafts, filters, ballots          []string
	clearings                                                        []string
}

// randomStory lets between some and many things happen; whatever is refused, isn't
// part of it.
func randomStory(t *rapid.T) *dialogue {
	d := &dialogue{story: newStory(t), t: t}
	d.withoutBallots = rapid.Bool().Draw(t, "without ballots")
	for i, kind := range []policies.OrganisationKind{policies.Government, policies.Business, policies.Secretariat, policies.HubOperator} {
		d.actors = append(d.actors, d.party(kind, fmt.Sprintf("Organisation %d", i)))
	}
	d.propose()
	d.revise() // so that short dialogues get somewhere
	d.consult()
	d.keep(nil, policies.AttachFile{Digest: digests[0], Size: 7, Type: "text/csv", Name: "a"})
	d.keep(&d.drafts, d.drafting())
	for i, a := range addresses {
		d.invitations = append(d.invitations, d.do(policies.Operator, policies.InviteMember{OrganisationID: d.actors[i].OrganisationID, Email: a, Role: policies.Admin}))
	}
	if !d.withoutBallots {
		d.put()
	}
	steps := rapid.IntRange(10, 60).Draw(t, "steps")
	for range steps {
		d.now = d.now.Add(time.Duration(rapid.IntRange(0, 3600).Draw(t, "seconds")) * time.Second)
		d.step()
	}
	return d
}

// any draws one of the IDs, or one that doesn't exist while there is none.
func (d *dialogue) any(ids []string) string {
	if len(ids) == 0 {
		return "nothing"
	}
	return rapid.SampledFrom(ids).Draw(d.t, "id")
}

func (d *dialogue) actor() policies.Actor { return rapid.SampledFrom(d.actors).Draw(d.t, "actor") }

// keep tries a command by each actor until one may, and notes its subject.
func (d *dialogue) keep(to *[]string, c policies.Command) {
	actors := slices.Clone(d.actors)
	first := rapid.IntRange(0, len(actors)-1).Draw(d.t, "first actor")
	for i := range actors {
		ev, err := d.try(actors[(first+i)%len(actors)], c)
		if err == nil {
			if to != nil {
				*to = append(*to, ev.Subject())
			}
			return
		}
	}
}

func (d *dialogue) propose() {
	d.keep(&d.documents, policies.ProposeDocument{Kind: rapid.SampledFrom(standards.Kinds).Draw(d.t, "kind"),
		Title: fmt.Sprintf("Document %d", len(d.documents)), Language: "en", Topics: []string{"parcels"},
		Parties: []string{"NZ", "EE"}, OpenDrafts: rapid.IntRange(0, 4).Draw(d.t, "open") == 0})
}

func (d *dialogue) step() {
	if rapid.IntRange(0, 7).Draw(d.t, "together") == 0 {
		d.together()
		return
	}
	if rapid.IntRange(0, 5).Draw(d.t, "round") == 0 {
		d.round()
		return
	}
	if rapid.IntRange(0, 40).Draw(d.t, "together") == 0 {
		d.answerSome()
		return
	}
	switch rapid.IntRange(0, 43).Draw(d.t, "step") {
	case 0:
		d.propose()
	case 1, 2, 3:
		d.revise()
	case 4, 5:
		d.consult()
	case 6:
		d.keep(nil, policies.ExtendConsultation{ConsultationID: d.any(d.consultations), Closes: local(d.now.Add(3 * time.Hour)),
			Reason: "more time"})
	case 7, 8, 9, 10:
		d.comment()
	case 11:
		d.keep(nil, policies.WithdrawComment{CommentID: d.any(d.comments), Reason: "a mistake"})
	case 12, 13:
		c := policies.DisposeComment{CommentID: d.any(d.comments), Reason: "because",
			Outcome: rapid.SampledFrom(policies.Outcomes).Draw(d.t, "outcome")}
		if c.Outcome == policies.Duplicate {
			c.DuplicateOf = d.any(d.comments)
		}
		d.refer(&c)
		d.keep(nil, c)
	case 14:
		d.share()
		d.keep(nil, policies.DiscloseComment{CommentID: d.any(d.comments), OrganisationID: d.actor().OrganisationID})
		d.proposeTerms(d.any(d.documents))
	case 15:
		d.keep(&d.instruments, policies.AdoptDocument{DocumentID: d.any(d.documents)})
	case 16:
		d.release()
	case 17:
		d.keep(nil, policies.CorrectDocument{DocumentID: d.any(d.documents), Title: new("Title put right"), Topics: []string{"parcels"}, Reason: "misspelt"})
		d.keep(nil, policies.WithdrawDocument{DocumentID: d.any(d.documents), Reason: "no longer wanted"})
	case 18:
		d.mark()
	case 19, 20, 21, 22, 23, 24, 25, 26:
		d.people()
	case 27, 28:
		d.accept()
	case 29, 30, 31, 32, 33, 34, 35, 36:
		d.inFull()
	case 37, 38, 39:
		d.cast()
	case 40:
		d.openBallot(d.any(d.documents))
		d.close()
	case 41:
		d.keep(nil, policies.RepealInstrument{InstrumentID: d.any(d.instruments), Reason: "no longer wanted",
			From: policiestest.Date(d.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(d.t, "minutes")) * time.Minute))})
	case 42, 43:
		d.reanchor()
	}
}

// revise commits a text that shares most of its paragraphs with others.
func (d *dialogue) revise() {
	id := d.any(d.documents)
	doc, err := d.memory.Document(id)
	if err != nil {
		return
	}
	paragraphs := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 6).Draw(d.t, "paragraphs")
	var b strings.Builder
	for i, p := range paragraphs {
		fmt.Fprintf(&b, "Paragraph %d of words number%d.\n\n", i, p)
	}
	d.keep(&d.revisions, policies.CommitRevision{DocumentID: id, Base: doc.Head, Source: b.String(), Note: "a change"})
}

func (d *dialogue) consult() {
	id := d.any(d.documents)
	if rapid.IntRange(0, 3).Draw(d.t, "terms") > 0 {
		d.proposeTerms(id)
	}
	d.keep(&d.consultations, policies.OpenConsultation{DocumentID: id,
		Closes: local(d.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(d.t, "minutes")) * time.Minute)), Zone: "UTC",
		Late: policies.LateMarked})
}

// round makes a move about rounds with questions and audiences, and about what
// members watch.
func (d *dialogue) round() {
	switch rapid.IntRange(0, 8).Draw(d.t, "round") {
	case 0, 1:
		d.keep(&d.consultations, policies.OpenConsultation{DocumentID: d.any(d.documents), Zone: "Europe/Tallinn", Late: policies.LateMarked,
			Closes:    d.now.Add(time.Duration(rapid.IntRange(1, 600).Draw(d.t, "minutes")) * time.Minute).In(tallinn).Format("2006-01-02T15:04:05"),
			Questions: []policies.ConsultationQuestion{{Text: "How many?"}, {Text: "Which?", Choices: []string{"this", "that"}}},
			Audience: &policies.Audience{Chambers: rapid.SampledFrom([][]policies.OrganisationKind{nil, {policies.Business}}).Draw(d.t, "chambers"),
				Jurisdictions: []string{rapid.SampledFrom([]string{"NZ", "EE"}).Draw(d.t, "asked")}, Only: rapid.Bool().Draw(d.t, "only")}})
	case 2, 3, 4:
		c := policies.SubmitComment{ConsultationID: d.any(d.consultations), CommentWords: policies.CommentWords{Text: "the words of a comment, in answer", Stance: policies.Neutral, Type: policies.General,
			QuestionID: rapid.SampledFrom([]string{"q1", "q2"}).Draw(d.t, "question")}}
		if c.QuestionID == "q2" {
			c.Choice = rapid.SampledFrom([]string{"this", "that"}).Draw(d.t, "choice")
		}
		if rapid.IntRange(0, 3).Draw(d.t, "in confidence") == 0 {
			c.Confidential, c.Summary = true, "the words of a comment, in short"
		}
		d.keep(&d.comments, c)
	case 5, 6:
		d.keep(&d.filters, policies.SaveFilter{Name: "watched", Wants: policies.Interests{
			Topics:        rapid.SampledFrom([][]string{nil, {"PARCELS"}, {"tax"}}).Draw(d.t, "topics"),
			Jurisdictions: rapid.SampledFrom([][]string{nil, {"EE-37"}, {"LV"}}).Draw(d.t, "jurisdictions"),
			Keyword:       rapid.SampledFrom([]string{"", "document 1", "number3"}).Draw(d.t, "keyword")}})
	case 7:
		d.keep(nil, policies.DeleteFilter{FilterID: d.any(d.filters)})
	case 8:
		d.keep(nil, policies.MarkDispositionsSeen{Until: d.now.Add(-time.Duration(rapid.IntRange(0, 3600).Draw(d.t, "seconds")) * time.Second)})
	}
}

var tallinn = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		panic(fmt.Sprintf("no zones: %v", err))
	}
	return loc
}()

func (d *dialogue) comment() {
	c := policies.SubmitComment{ConsultationID: d.any(d.consultations), CommentWords: policies.CommentWords{Text: rapid.SampledFrom(letters).Draw(d.t, "letter"),
		Stance: rapid.SampledFrom([]policies.Stance{policies.Support, policies.Oppose, policies.Question}).Draw(d.t, "stance"),
		Type:   rapid.SampledFrom(policies.CommentTypes).Draw(d.t, "type")}}
	if k, err := d.memory.Consultation(c.ConsultationID); err == nil && rapid.Bool().Draw(d.t, "on a clause") {
		if text, err := d.memory.Text(k.RevisionID); err == nil {
			c.ClauseID = text.Clauses[rapid.IntRange(0, len(text.Clauses)-1).Draw(d.t, "clause")].ID
			if rapid.Bool().Draw(d.t, "other words") {
				c.Stance, c.Replacement = policies.Amend, fmt.Sprintf("Paragraph of proposed words number%d.", len(d.comments))
				if c.Proposes = rapid.SampledFrom(policies.Proposals).Draw(d.t, "proposes"); c.Proposes == policies.StrikeOut {
					c.Replacement = ""
				}
			}
		}
	}
	d.keep(&d.comments, c)
}

// answerSome answers the comments of some document all at once.
func (d *dialogue) answerSome() {
	c := policies.DisposeEach{DocumentID: d.any(d.documents)}
	for _, id := range d.comments {
		k, err := d.memory.Comment(id)
		if err == nil && k.DocumentID == c.DocumentID && k.WithdrawnAt.IsZero() {
			c.Dispositions = append(c.Dispositions, policies.EachDisposition{Seen: k.Disposition.Mark(), DisposeComment: policies.DisposeComment{CommentID: id,
				Outcome: rapid.SampledFrom([]policies.Outcome{policies.Noted, policies.Rejected}).Draw(d.t, "outcome"), Reason: "together"}})
		}
	}
	d.keep(nil, c)
}

// accept takes over the words of some comment that proposes any.
func (d *dialogue) accept() {
	var proposals []string
	for _, id := range d.comments {
		if k, err := d.memory.Comment(id); err == nil && k.Proposed() != "" {
			proposals = append(proposals, id)
		}
	}
	k, err := d.memory.Comment(d.any(proposals))
	if err != nil {
		return
	}
	doc, err := d.memory.Document(k.DocumentID)
	if err != nil {
		return
	}
	d.keep(nil, policies.AcceptReplacement{CommentID: k.ID, Outcome: policies.AcceptedWhole, Reason: "better", Base: doc.Head})
	if after, err := d.memory.Document(doc.ID); err == nil && after.Head != doc.Head {
		d.revisions = append(d.revisions, after.Head)
	}
}

// refer lets an acceptance now and then name a change of the head that carries it out.
func (d *dialogue) refer(c *policies.DisposeComment) {
	k, err := d.memory.Comment(c.CommentID)
	if err != nil || !c.Outcome.Accepts() || rapid.Bool().Draw(d.t, "no change") {
		return
	}
	doc, err := d.memory.Document(k.DocumentID)
	if err != nil {
		return
	}
	before, after := d.text(k.RevisionID), d.text(doc.Head)
	for _, x := range clauses.Compare(before.Clauses, after.Clauses) {
		switch {
		case x.Op == clauses.Removed:
			c.Change = &policies.ChangeReference{RevisionID: doc.Head, ClauseID: before.Clauses[x.Old].ID}
		case x.Op != clauses.Same:
			c.Change = &policies.ChangeReference{RevisionID: doc.Head, ClauseID: after.Clauses[x.New].ID}
		}
	}
}

// reanchor puts some comment on some clause of a later revision.
func (d *dialogue) reanchor() {
	c := policies.ReanchorComment{CommentID: d.any(d.comments), Reason: "by hand"}
	k, err := d.memory.Comment(c.CommentID)
	if err != nil {
		return
	}
	doc, err := d.memory.Document(k.DocumentID)
	if err != nil {
		return
	}
	c.RevisionID = doc.Head
	if len(d.revisions) > 0 && rapid.Bool().Draw(d.t, "any revision") {
		c.RevisionID = d.any(d.revisions)
	}
	if text, err := d.memory.Text(c.RevisionID); err == nil && rapid.IntRange(0, 3).Draw(d.t, "on a clause") > 0 {
		c.ClauseID = text.Clauses[rapid.IntRange(0, len(text.Clauses)-1).Draw(d.t, "clause")].ID
	}
	d.keep(nil, c)
	if rapid.IntRange(0, 2).Draw(d.t, "take it back") == 0 {
		d.now = d.now.Add(time.Minute)
		d.keep(nil, policies.UndoReanchor{CommentID: c.CommentID, RevisionID: c.RevisionID, ClauseID: c.ClauseID, Reason: "on something else"})
	}
}

func (d *dialogue) share() {
	as := rapid.SampledFrom([]policies.Share{policies.AsReader, policies.AsSponsor}).Draw(d.t, "share")
	d.keep(nil, policies.ShareDocument{DocumentID: d.any(d.documents), OrganisationID: d.actor().OrganisationID, As: as})
}

// proposeTerms proposes terms, and has them agreed to; or answers offers.
func (d *dialogue) proposeTerms(id string) {
	dates := func(hours int) standards.LawDates {
		return rapid.SampledFrom([]standards.LawDates{policiestest.Date(d.now.Add(time.Duration(hours) * time.Hour)),
			{{Party: "EE", Local: local(d.now.Add(time.Duration(hours+2) * time.Hour)), Zone: "Europe/Tallinn"},
				{Party: "NZ", Local: local(d.now.Add(time.Duration(hours+20) * time.Hour)), Zone: "Pacific/Auckland"}}}).Draw(d.t, "dates")
	}
	t := policies.Terms{From: dates(rapid.SampledFrom([]int{5, 30}).Draw(d.t, "from"))}
	if rapid.Bool().Draw(d.t, "until") {
		t.Until = dates(60)
	}
	switch rapid.IntRange(0, 3).Draw(d.t, "succession") {
	case 0:
		t.Supersedes = []string{d.any(d.instruments)}
	case 1:
		t.Amends = []string{d.any(d.instruments)}
	}
	d.keep(nil, policies.ProposeTerms{DocumentID: id, Terms: t})
	for _, c := range []policies.Command{policies.AcceptSponsorship{DocumentID: id}, policies.DeclineSponsorship{DocumentID: id}, policies.ResignSponsorship{DocumentID: id},
		policies.UnshareDocument{DocumentID: id, OrganisationID: d.actor().OrganisationID, Reason: "by mistake"}} {
		if rapid.Bool().Draw(d.t, "sponsorship") {
			d.keep(nil, c)
		}
	}
	for _, ins := range append(t.Supersedes, t.Amends...) {
		d.keep(nil, policies.AgreeToSuccession{InstrumentID: ins, DocumentID: id})
	}
}

func (d *dialogue) release() {
	if len(d.sets) == 0 {
		d.keep(&d.sets, policies.CreateRuleSet{Slug: "parcels", Title: "Parcels"})
		return
	}
	if rapid.IntRange(0, 2).Draw(d.t, "correct") == 0 {
		d.keep(nil, policies.CorrectRuleSet{RuleSetID: d.any(d.sets), Title: new(fmt.Sprint("Parcels ", rapid.IntRange(0, 3).Draw(d.t, "title"))), Reason: "misspelt"})
	}
	c := policies.PublishRelease{RuleSetID: d.any(d.sets), Instruments: []string{d.any(d.instruments)}, ValidUntil: d.now.Add(time.Hour)}
	if set, err := d.memory.RuleSet(c.RuleSetID); err == nil {
		before, _ := d.memory.Release(set.ID, set.Releases)
		c.Dropping = slices.DeleteFunc(slices.Clone(before.Instruments), func(id string) bool {
			in, _ := d.memory.Instrument(id)
			at := in.At(d.now)
			return id == c.Instruments[0] || in.BindsNever() || at != standards.Pending && at != standards.InForce
		})
	}
	d.keep(nil, c)
}

func (d *dialogue) mark() {
	id := d.any(d.revisions)
	text, err := d.memory.Text(id)
	if err != nil {
		return
	}
	clause := text.Clauses[rapid.IntRange(0, len(text.Clauses)-1).Draw(d.t, "clause")].ID
	d.keep(nil, policies.MarkEditorial{RevisionID: id, ClauseID: clause, Reason: "spelling"})
	if rapid.Bool().Draw(d.t, "take back") {
		d.keep(nil, policies.WithdrawEditorialMark{RevisionID: id, ClauseID: clause, Reason: "not spelling"})
	}
}

// addresses are those that people are invited at and sign in with.
var addresses = []string{"mari@example.org", "Jaan@example.org"}

// people invites, lets come, changes and lets go.
func (d *dialogue) people() {
	address := rapid.SampledFrom(addresses).Draw(d.t, "address")
	head := policies.Operator
	switch rapid.IntRange(0, 11).Draw(d.t, "people") {
	case 0, 1:
		if ev, err := d.try(head, policies.InviteMember{OrganisationID: d.actor().OrganisationID, Email: strings.ToUpper(address),
			Role: rapid.SampledFrom(policies.Roles).Draw(d.t, "role")}); err == nil {
			d.invitations = append(d.invitations, ev.Subject())
		}
	case 2, 3:
		who := policies.Actor{SignedIn: true, Issuer: "https://id.example", Subject: address, Name: "A name", Email: address}
		if ev, err := d.try(who, policies.AcceptInvitation{InvitationID: d.any(d.invitations)}); err == nil {
			d.members = append(d.members, ev.Subject())
		}
	case 4:
		_, _ = d.try(head, policies.RevokeInvitation{InvitationID: d.any(d.invitations)})
	case 5:
		_, _ = d.try(head, policies.ChangeRole{MemberID: d.any(d.members), Role: rapid.SampledFrom(policies.Roles).Draw(d.t, "role")})
	case 6:
		who := policies.Actor{SignedIn: true, Issuer: "https://id.example", Subject: address}
		_, _ = d.try(who, policies.EndSessions{Issuer: who.Issuer, Subject: address})
	case 7: // what a provider says may be of any age
		_, _ = d.try(head, policies.EndSessions{Issuer: "https://id.example", Subject: address,
			Before: d.now.Add(time.Duration(rapid.IntRange(-800, 59).Draw(d.t, "age")) * time.Minute)})
	case 8:
		m, err := d.memory.Member(d.any(d.members))
		if err != nil {
			return
		}
		o, _ := d.memory.Organisation(m.OrganisationID)
		_, _ = d.try(policies.ActorFor(m, o), policies.LeaveOrganisation{OrganisationID: m.OrganisationID})
	case 9:
		_, _ = d.try(head, policies.CorrectOrganisation{OrganisationID: d.actor().OrganisationID, Reason: "it moved",
			Sector:       new(rapid.SampledFrom([]string{"", "post", "Post", "tax"}).Draw(d.t, "sector")),
			Jurisdiction: new(rapid.SampledFrom([]string{"NZ", "EE"}).Draw(d.t, "jurisdiction"))})
	case 10, 11:
		who := d.actor()
		who.Role = policies.Admin
		_, _ = d.try(who, policies.DeclareSize{OrganisationID: who.OrganisationID, Class: rapid.SampledFrom(policies.SizeClasses).Draw(d.t, "size"), Year: d.now.Year()})
	}
}
