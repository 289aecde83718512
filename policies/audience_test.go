package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
)

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
	w.refuse(as(w.loom, Observer), say, Forbidden, "consultationId", "an observer reads")
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
