package policies

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/standards"
)

// inquire draws a move about a round with questions of its own and an audience.
func (p *player) inquire() Command {
	if rapid.IntRange(0, 2).Draw(p.t, "inquire") == 0 {
		return OpenConsultation{DocumentID: pick(p, "doc", p.m.documents), Closes: p.in(90 * day), Zone: zone, Late: LateMarked,
			Questions: []ConsultationQuestion{{Text: p.words()}, {Text: "Which?", Choices: []string{"this", "that"}}},
			Audience:  &Audience{Jurisdictions: []string{rapid.SampledFrom([]string{"EE", "NZ"}).Draw(p.t, "asked")}, Only: rapid.Bool().Draw(p.t, "only")}}
	}
	c := p.submit(pick(p, "csn", p.m.consultations)).(SubmitComment)
	c.Stance = rapid.SampledFrom(Stances).Draw(p.t, "stance")
	c.QuestionID = rapid.SampledFrom([]string{"q1", "q2", "q3", ""}).Draw(p.t, "question")
	c.Choice = rapid.SampledFrom([]string{"this", "that", "neither", ""}).Draw(p.t, "choice")
	return c
}

// attend draws a move by which a member keeps its list.
func (p *player) attend() Command {
	filters := map[string]bool{}
	for _, f := range p.m.filters {
		if f.DeletedAt.IsZero() || rapid.IntRange(0, 9).Draw(p.t, "deleted too") == 0 {
			filters[f.ID] = true
		}
	}
	switch rapid.IntRange(0, 4).Draw(p.t, "attend") {
	case 0:
		return MarkAnswersSeen{Until: p.now.Add(time.Duration(rapid.IntRange(-2, 1).Draw(p.t, "until")) * day)}
	case 1, 2:
		return DeleteFilter{FilterID: pick(p, "flt", filters)}
	case 3:
		return SaveFilter{FilterID: pick(p, "flt", filters), Name: p.words(), Wants: Interests{Keyword: p.words()}}
	}
	return SaveFilter{Name: "watched", Wants: Interests{Topics: []string{rapid.SampledFrom([]string{"parcels", ""}).Draw(p.t, "topic")}}}
}

// checkRounds: what was answered had been asked, of somebody who was asked; and a
// filter is one member's and never another's.
func (p *player) checkRounds() {
	for _, c := range p.m.comments {
		k := p.m.consultations[c.ConsultationID]
		q, asked := k.Question(c.QuestionID)
		o := p.m.organisations[c.OrganisationID]
		if c.QuestionID != "" && (!asked || slices.Contains(q.Choices, c.Choice) != (len(q.Choices) > 0)) || c.QuestionID == "" && c.Stance == Neutral ||
			k.Audience != nil && k.Audience.Only && !k.Audience.Includes(o.Kind, o.Sector, o.Jurisdiction) {
			p.t.Fatalf("%+v of %+v in %+v", c, o, k)
		}
	}
	owner := map[string]string{}
	for _, x := range p.log {
		if e, err := Decode(x.kind, x.payload); err == nil && x.kind == "filter.saved/1" {
			f := e.(*FilterSaved)
			if was, ok := owner[f.ID]; ok && was != f.MemberID {
				p.t.Fatalf("%s was %s's and is %s's", f.ID, was, f.MemberID)
			}
			owner[f.ID] = f.MemberID
		}
	}
}

// roundStory is one of rounds with questions and audiences, and of members who keep
// an eye on them.
func roundStory(w *town) {
	doc, _ := w.proposed()
	csn := w.do(w.estonia, OpenConsultation{DocumentID: doc, Title: "Second thoughts", Closes: w.in(90 * day), Zone: zone, Late: LateMarked,
		Questions: []ConsultationQuestion{{Text: "How many parcels do you carry a year?"}, {Text: "Is a year enough?", Choices: []string{"Yes", "No, longer", "太长"}}},
		Audience:  &Audience{Chambers: []OrganisationKind{Business}, Sectors: []string{"logistics"}, Jurisdictions: []string{"EE", "CN-ZJ"}}}).Subject()
	w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Neutral, Type: General, QuestionID: "q2", Choice: "No, longer"}})
	w.do(w.loom, SaveFilter{Name: "Anything", Wants: Interests{Keyword: "anything"}})
	id := w.do(w.loom, SaveFilter{Name: "Parcels 包裹", Wants: Interests{Topics: []string{"parcels"}, Jurisdictions: []string{"EE"}, Sectors: []string{"logistics"}, Keyword: "low value"}}).Subject()
	w.do(w.loom, DeleteFilter{FilterID: id})
	w.do(w.loom, SaveFilter{Name: "Parcels 包裹", Wants: Interests{Topics: []string{"parcels"}, Jurisdictions: []string{"EE"}, Sectors: []string{"logistics"}, Keyword: "low value"}})
	w.do(w.loom, MarkAnswersSeen{Until: w.now})
}

func TestQuestions(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	ask := func(q ...ConsultationQuestion) OpenConsultation {
		return OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateRefused, Questions: q}
	}
	for name, x := range map[string]struct {
		c     OpenConsultation
		field string
		words string
	}{
		"no words":       {ask(ConsultationQuestion{Text: " "}), "questions.0.text", "missing"},
		"one choice":     {ask(ConsultationQuestion{Text: "a"}, ConsultationQuestion{Text: "b", Choices: []string{"Yes"}}), "questions.1.choices", "nothing to choose"},
		"choices twice":  {ask(ConsultationQuestion{Text: "b", Choices: []string{"Yes", "Yes"}}), "questions.0.choices.1", "twice"},
		"a blank choice": {ask(ConsultationQuestion{Text: "b", Choices: []string{"Yes", ""}}), "questions.0.choices.1", "missing"},
		"too many":       {ask(make([]ConsultationQuestion, MaxQuestions+1)...), "questions", "at most 50"},
	} {
		t.Run(name, func(t *testing.T) { w.refuse(w.estonia, x.c, Invalid, x.field, x.words) })
	}
	csn := w.do(w.estonia, ask(ConsultationQuestion{ID: "mine", Text: "How many?"}, ConsultationQuestion{Text: "Enough?", Choices: []string{"Yes", "No"}})).Subject()
	k, _ := w.m.Consultation(csn)
	if diff := cmp.Diff([]ConsultationQuestion{{ID: "q1", Text: "How many?"}, {ID: "q2", Text: "Enough?", Choices: []string{"Yes", "No"}}}, k.Questions); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	say := func(stance Stance, question, choice, text string) SubmitComment {
		return SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: stance, Type: General, Text: text, QuestionID: question, Choice: choice}}
	}
	w.refuse(w.loom, say(Neutral, "q3", "", "x"), NotFound, "questionId", "q3")
	w.refuse(w.loom, say(Neutral, "q1", "Yes", "x"), Invalid, "choice", "wants words")
	w.refuse(w.loom, say(Neutral, "q1", "", ""), Invalid, "text", "missing")
	w.refuse(w.loom, say(Neutral, "q2", "", "Perhaps."), Invalid, "choice", "none of")
	w.refuse(w.loom, say(Neutral, "q2", "Maybe", ""), Invalid, "choice", "none of")
	w.refuse(w.loom, say(Support, "", "Yes", "x"), Invalid, "choice", "question only")
	w.refuse(w.loom, say(Neutral, "", "", "x"), Invalid, "stance", "question only")
	id := w.do(w.loom, say(Oppose, "q2", "No", "")).Subject()
	if got, err := w.m.Comment(id); err != nil || got.QuestionID != "q2" || got.Choice != "No" || got.Text != "" {
		t.Errorf("answered %+v, %v", got, err)
	}
	w.do(w.loom, say(Neutral, "q1", "", "A hundred."))
}

func TestAudience(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	open := func(a *Audience) OpenConsultation {
		return OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateRefused, Audience: a}
	}
	for name, x := range map[string]struct {
		a     Audience
		field string
		words string
	}{
		"nobody":           {Audience{Only: true}, "audience", "names nobody"},
		"the secretariat":  {Audience{Chambers: []OrganisationKind{Secretariat}}, "audience.chambers.0", "none of"},
		"a chamber twice":  {Audience{Chambers: []OrganisationKind{Business, Business}}, "audience.chambers.1", "twice"},
		"a blank sector":   {Audience{Sectors: []string{""}}, "audience.sectors.0", "missing"},
		"no ISO 3166 code": {Audience{Jurisdictions: []string{"Estonia"}}, "audience.jurisdictions.0", "ISO 3166"},
	} {
		t.Run(name, func(t *testing.T) { w.refuse(w.estonia, open(&x.a), Invalid, x.field, x.words) })
	}
	csn := w.do(w.estonia, open(&Audience{Jurisdictions: []string{"EE"}, Only: true})).Subject()
	say := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Support, Type: General, Text: "Good."}}
	w.do(w.loom, say)
	w.refuse(w.ferry, say, Forbidden, "consultationId", "your organisation isn't among them")
	w.refuse(as(w.loom, Observer), say, Forbidden, "consultationId", "role doesn't allow")
	w.refuse(Actor{}, say, Unauthenticated, "consultationId", "sign in")
	w.wait(91 * day)
	csn = w.do(w.estonia, open(&Audience{Jurisdictions: []string{"EE"}})).Subject()
	w.do(w.ferry, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Support, Type: General, Text: "Others are heard too."}})
}

func TestAudienceIncludes(t *testing.T) {
	a := &Audience{Chambers: []OrganisationKind{Business, HubOperator}, Sectors: []string{"Logistics"}, Jurisdictions: []string{"EE", "CN-ZJ"}}
	for _, x := range []struct {
		chamber              OrganisationKind
		sector, jurisdiction string
		want                 bool
	}{
		{Business, "logistics", "EE", true}, {HubOperator, "LOGISTICS", "CN-ZJ", true}, {Business, "logistics", "EE-37", true},
		{Business, "logistics", "CN", false}, {Business, "logistics", "CN-GD", false}, {Government, "logistics", "EE", false},
		{Business, "", "EE", false}, {Business, "logistics", "", false}, {Business, "logistics", "E", false},
	} {
		if got := a.Includes(x.chamber, x.sector, x.jurisdiction); got != x.want {
			t.Errorf("%+v: %v", x, got)
		}
	}
	if !(*Audience)(nil).Includes("", "", "") {
		t.Error("nobody is asked where everybody is")
	}
}

func TestSavedFilters(t *testing.T) {
	w := newTown(t)
	wants := Interests{Topics: []string{"customs"}}
	for name, x := range map[string]struct {
		c     SaveFilter
		field string
	}{
		"nothing wanted":  {SaveFilter{Name: "x"}, "topics"},
		"no name":         {SaveFilter{Wants: wants}, "name"},
		"blank topic":     {SaveFilter{Name: "x", Wants: Interests{Topics: []string{" "}}}, "topics.0"},
		"no jurisdiction": {SaveFilter{Name: "x", Wants: Interests{Jurisdictions: []string{"ee"}}}, "jurisdictions.0"},
		"sector twice":    {SaveFilter{Name: "x", Wants: Interests{Sectors: []string{"a", "a"}}}, "sectors.1"},
		"two lines":       {SaveFilter{Name: "x", Wants: Interests{Keyword: "a\nb"}}, "keyword"},
	} {
		t.Run(name, func(t *testing.T) { w.refuse(w.loom, x.c, Invalid, x.field, "") })
	}
	w.refuse(Actor{}, SaveFilter{Name: "x", Wants: wants}, Unauthenticated, "", "sign in")
	w.refuse(Operator, SaveFilter{Name: "x", Wants: wants}, Forbidden, "", "role doesn't allow")
	w.refuse(visitor("mari", "mari@example.org"), SaveFilter{Name: "x", Wants: wants}, Forbidden, "", "role doesn't allow")

	id := w.do(as(w.loom, Observer), SaveFilter{Name: "First", Wants: wants}).Subject()
	colleague := w.admit(w.office, w.loom.OrganisationID, "colleague", Admin)
	for name, who := range map[string]Actor{"a colleague": colleague, "the office": w.office, "the operator": Operator} {
		t.Run(name, func(t *testing.T) {
			for _, c := range []func(string) Command{
				func(id string) Command { return DeleteFilter{FilterID: id} },
				func(id string) Command { return SaveFilter{FilterID: id, Name: "Mine", Wants: wants} },
			} {
				hidden := w.refuse(who, c(id), NotFound, "filterId", "no such filter")
				if none := w.refuse(who, c("flt_none"), NotFound, "filterId", "no such filter"); !cmp.Equal(hidden, none) {
					t.Errorf("told %v from %v", hidden, none)
				}
			}
		})
	}
	w.refuse(Actor{}, DeleteFilter{FilterID: id}, Unauthenticated, "filterId", "sign in")
	w.do(w.loom, SaveFilter{FilterID: id, Name: "Second", Wants: Interests{Sectors: []string{"post"}}})
	got, err := w.m.SavedFilters(w.loom.MemberID)
	want := []SavedFilter{{ID: id, MemberID: w.loom.MemberID, Name: "Second", Interests: Interests{Sectors: []string{"post"}}, SavedAt: w.now}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("filters (-want +got), %v:\n%s", err, diff)
	}
	w.do(w.loom, DeleteFilter{FilterID: id})
	w.refuse(w.loom, DeleteFilter{FilterID: id}, Conflict, "filterId", "deleted already")
	w.refuse(w.loom, SaveFilter{FilterID: id, Name: "x", Wants: wants}, Conflict, "filterId", "deleted already")
	if f, err := w.m.SavedFilter(id); err != nil || f.Name != "" || !cmp.Equal(f.Interests, Interests{}) {
		t.Errorf("a deleted filter still says %+v, %v", f, err)
	}
	for range MaxFilters {
		w.do(w.loom, SaveFilter{Name: "Again", Wants: wants})
	}
	w.refuse(w.loom, SaveFilter{Name: "x", Wants: wants}, Conflict, "name", "at most 50")
}

func TestInterestsMatch(t *testing.T) {
	d := &Document{Topics: []string{"Customs", "parcels"}, Parties: []string{"EE", "CN-ZJ"}}
	k := &Consultation{Audience: &Audience{Sectors: []string{"Post"}, Jurisdictions: []string{"NZ"}}}
	mentions := func(s string) bool { return s == "labels" }
	for name, x := range map[string]struct {
		w    Interests
		want bool
	}{
		"a topic":                {Interests{Topics: []string{"tax", "customs"}}, true},
		"another topic":          {Interests{Topics: []string{"tax"}}, false},
		"a party":                {Interests{Jurisdictions: []string{"EE"}}, true},
		"in a party":             {Interests{Jurisdictions: []string{"EE-37"}}, true},
		"a party in it":          {Interests{Jurisdictions: []string{"CN"}}, true},
		"beside a party":         {Interests{Jurisdictions: []string{"CN-GD"}}, false},
		"who is asked":           {Interests{Jurisdictions: []string{"NZ"}}, true},
		"a sector":               {Interests{Sectors: []string{"POST"}}, true},
		"a keyword":              {Interests{Keyword: "labels"}, true},
		"another keyword":        {Interests{Keyword: "stamps"}, false},
		"all of them":            {Interests{[]string{"parcels"}, []string{"EE"}, []string{"post"}, "labels"}, true},
		"all but one":            {Interests{[]string{"parcels"}, []string{"LV"}, []string{"post"}, "labels"}, false},
		"a sector nobody is of":  {Interests{Sectors: []string{""}}, false},
		"as good as no interest": {Interests{}, true},
	} {
		if got := x.w.Match(d, k, mentions); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if (Interests{Sectors: []string{"post"}}).Match(d, &Consultation{}, mentions) {
		t.Error("a sector is found where none is asked")
	}
}

func TestMarkAnswersSeen(t *testing.T) {
	w := newTown(t)
	w.refuse(w.loom, MarkAnswersSeen{Until: w.now.Add(time.Second)}, Invalid, "until", "future")
	w.refuse(w.loom, MarkAnswersSeen{}, Conflict, "until", "already")
	w.refuse(Actor{}, MarkAnswersSeen{Until: w.now}, Unauthenticated, "", "sign in")
	e := w.do(as(w.loom, Observer), MarkAnswersSeen{Until: w.now})
	if e.Subject() == w.loom.MemberID {
		t.Error("the statement names the member")
	}
	w.refuse(w.loom, MarkAnswersSeen{Until: w.now}, Conflict, "until", "already")
	w.refuse(w.loom, MarkAnswersSeen{Until: w.now.Add(-day)}, Conflict, "until", "already")
	if got, err := w.m.AnswersSeen(w.loom.MemberID); err != nil || !got.Equal(w.now) {
		t.Errorf("seen until %v, %v", got, err)
	}
	if got, err := w.m.AnswersSeen(w.ferry.MemberID); err != nil || !got.IsZero() {
		t.Errorf("another has seen until %v, %v", got, err)
	}
}

// unconsulted lists the clauses changed since the consultation that nothing explains.
func (w *town) unconsulted(doc string) (list []string) {
	w.t.Helper()
	d := w.document(doc)
	rev, err := w.m.Revision(d.Head)
	if err != nil {
		w.t.Fatalf("revision: %v", err)
	}
	gaps, err := Unconsulted(d, rev, w.m, true)
	if err != nil {
		w.t.Fatalf("unconsulted: %v", err)
	}
	for _, g := range gaps {
		list = append(list, g.Reason+" "+g.ClauseID)
	}
	return list
}

// Whatever was changed since the text was put up for comment is either explained or
// put up again: a further round from review settles it.
func TestUnconsultedChangesAskForAnotherRound(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	if got := w.unconsulted(doc); got != nil {
		t.Errorf("as consulted on: %v", got)
	}
	k := w.comment(w.loom, csn, w.clauseUnder(rev, "term"))
	duty, term := w.clauseUnder(rev, "duties"), w.clauseUnder(rev, "term")
	w.edit(doc, "keeps a record", "keeps two records") // while the window is open
	want := []string{"changeUnexplained " + duty}
	if diff := cmp.Diff(want, w.unconsulted(doc)); diff != "" {
		t.Errorf("changed during the consultation (-want +got):\n%s", diff)
	}
	w.wait(91 * day)
	head := w.edit(doc, "for a year", "for half a year")
	w.answer(k, AcceptedWhole, nil) // accepted, and nothing says yet what carries it out
	if diff := cmp.Diff(append(want, "changeUnexplained "+term), w.unconsulted(doc)); diff != "" {
		t.Errorf("changed in review (-want +got):\n%s", diff)
	}
	w.answer(k, AcceptedWhole, &ChangeReference{head, term})
	if diff := cmp.Diff(want, w.unconsulted(doc)); diff != "" {
		t.Errorf("after the acceptance (-want +got):\n%s", diff)
	}
	gaps := w.missing(doc)
	if len(gaps) == 0 || gaps[0] != want[0] {
		t.Errorf("the gate wants %v, not %v", gaps, want)
	}
	if got := w.phase(doc); got != InReview {
		t.Fatalf("phase %s", got)
	}
	w.open(doc, LateRefused) // the further round
	if got := w.unconsulted(doc); got != nil || w.phase(doc) != InConsultation || w.document(doc).Rounds != 2 {
		t.Errorf("in the second round: %v, phase %s", got, w.phase(doc))
	}
}

func TestUnconsultedBeforeAndAfter(t *testing.T) {
	w := newTown(t)
	draft, _ := w.proposed()
	w.edit(draft, "for a year", "for ever")
	if got := w.unconsulted(draft); got != nil {
		t.Errorf("of a draft: %v", got)
	}
	doc, _, _ := w.consulted()
	w.edit(doc, "for a year", "for ever")
	d := w.document(doc)
	rev, _ := w.m.Revision(d.Head)
	first, _ := w.m.Consultation(d.Consultation)
	consulted, _ := w.m.Revision(first.RevisionID)
	if got, err := Unconsulted(d, consulted, w.m, true); err != nil || got != nil {
		t.Errorf("of the revision consulted on: %v, %v", got, err)
	}
	d.AdoptedAt = w.now
	if got, err := Unconsulted(d, rev, w.m, true); err != nil || got != nil {
		t.Errorf("of what is adopted: %v, %v", got, err)
	}
	if _, err := Unconsulted(w.document(doc), rev, &faulty{Memory: w.m}, true); err == nil {
		t.Error("a broken record goes unnoticed")
	}
}

// A kind of document doesn't change what a round is.
func TestFurtherRoundOfAStandard(t *testing.T) {
	w := newTown(t)
	doc := w.do(w.loom, ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en"}).Subject()
	w.commit(doc, parcels)
	for round := 1; round <= 3; round++ {
		w.open(doc, LateRefused)
		w.wait(91 * day)
		if got := w.document(doc).Rounds; got != round {
			t.Errorf("%d rounds, want %d", got, round)
		}
	}
}

// Who may not read a confidential comment isn't told by what is left unexplained that it
// was accepted, and for which clause.
func TestUnconsultedKeepsConfidences(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	clause := w.clauseUnder(rev, "term")
	secret := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: clause, Stance: Oppose, Type: Technical, Text: "Our tapes rot.",
		Confidential: true, Summary: "On tapes."}}).Subject()
	w.edit(doc, "for a year", "for half a year")
	d := w.document(doc)
	head, _ := w.m.Revision(d.Head)
	w.do(w.estonia, DisposeComment{CommentID: secret, Outcome: AcceptedWhole, Reason: "They do.", Change: &ChangeReference{RevisionID: head.ID, ClauseID: clause}})
	for inConfidence, want := range map[bool]int{true: 0, false: 1} {
		if gaps, err := Unconsulted(d, head, w.m, inConfidence); err != nil || len(gaps) != want {
			t.Errorf("in confidence %v: %v, %v", inConfidence, gaps, err)
		}
	}
}
