package web

import (
	"html/template"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/standards"
)

// functions are what templates of pages call besides those that package frame has for all.
func functions(l *catalogue.Language) template.FuncMap {
	return template.FuncMap{
		"kind":       func(k standards.Kind) string { return kindWord(l, k) },
		"phase":      func(p policies.Phase) string { return phaseWord(l, p) },
		"phaseclass": phaseClass,
		"stance":     func(s policies.Stance) string { return stanceWord(l, s) },
		"sponsors": func(list []policies.Organisation) template.HTML {
			names := make([]string, len(list))
			for i, o := range list {
				names[i] = o.Name
			}
			return isolated(l, names)
		},
		"entrykind":    func(kind string) string { return entryWord(l, kind) },
		"became":       became,
		"bdi":          func(name string) template.HTML { return isolated(l, []string{name}) },
		"bdis":         func(names []string) template.HTML { return isolated(l, names) },
		"visible":      clauses.Visible,
		"markdown":     func(words string) template.HTML { return template.HTML(clauses.RenderClause(words)) }, // #nosec G203 -- RenderClause makes anybody's Markdown safe
		"stanceclass":  stanceClass,
		"outcome":      func(o policies.Outcome) string { return outcomeWord(l, o) },
		"fate":         func(f clauses.Fate) string { return fateWord(l, f) },
		"chamber":      func(k policies.OrganisationKind) string { return chamberWord(l, k) },
		"status":       func(s standards.Status) string { return statusWord(l, s) },
		"path":         func(d policies.Document) string { return documentPath(&d) },
		"inzone":       inZone,
		"languagename": func(tag string) string { return languageName(l, tag) },
		"region":       func(code string) string { return regionName(l, code) },
	}
}

// kindWord is what a document is, in words.
func kindWord(l *catalogue.Language, k standards.Kind) string {
	switch k {
	case standards.Regulation:
		return l.Say("Regulation")
	case standards.BestPractice:
		return l.Say("Best practice")
	case standards.Standard:
		return l.Say("Standard")
	}
	return string(k)
}

// kindsWord is the same of many.
func kindsWord(l *catalogue.Language, k standards.Kind) string {
	switch k {
	case standards.Regulation:
		return l.Say("Regulations")
	case standards.BestPractice:
		return l.Say("Best practices")
	case standards.Standard:
		return l.Say("Standards")
	}
	return string(k)
}

// phaseWord is where a document is, in words.
func phaseWord(l *catalogue.Language, p policies.Phase) string {
	switch p {
	case policies.Draft:
		return l.Say("Draft")
	case policies.InConsultation:
		return l.Say("Open for comment")
	case policies.InReview:
		return l.Say("In review")
	case policies.InBallot:
		return l.Say("In ballot")
	case policies.Adopted:
		return l.Say("Adopted, not yet in force")
	case policies.PhaseInForce:
		return l.Say("In force")
	case policies.PhaseSuperseded:
		return l.Say("Superseded")
	case policies.PhaseExpired:
		return l.Say("Expired")
	case policies.PhaseRepealed:
		return l.Say("Repealed")
	case policies.Withdrawn:
		return l.Say("Withdrawn")
	}
	return string(p)
}

// phaseClass is the look of a phase's tag.
func phaseClass(p policies.Phase) string {
	switch p {
	case policies.InConsultation, policies.PhaseInForce:
		return "open"
	case policies.InBallot, policies.Adopted:
		return "busy"
	case policies.PhaseSuperseded, policies.PhaseExpired, policies.PhaseRepealed, policies.Withdrawn:
		return "over"
	}
	return ""
}

// stanceWord is which side a comment takes, in words.
func stanceWord(l *catalogue.Language, s policies.Stance) string {
	switch s {
	case policies.Support:
		return l.Say("Supports")
	case policies.Oppose:
		return l.Say("Objects")
	case policies.Amend:
		return l.Say("Proposes other words")
	case policies.Question:
		return l.Say("Asks")
	case policies.Neutral:
		return l.Say("Takes no side")
	}
	return string(s)
}

// chamberWord is what an organisation is, in words.
func chamberWord(l *catalogue.Language, k policies.OrganisationKind) string {
	switch k {
	case policies.Government:
		return l.Say("Government")
	case policies.Business:
		return l.Say("Business")
	case policies.HubOperator:
		return l.Say("Hub operator")
	case policies.Secretariat:
		return l.Say("Secretariat")
	}
	return string(k)
}

// statusWord is whether an instrument binds, in words.
func statusWord(l *catalogue.Language, s standards.Status) string {
	switch s {
	case standards.Pending:
		return l.Say("Adopted, not yet in force")
	case standards.InForce:
		return l.Say("In force")
	case standards.Superseded:
		return l.Say("Superseded")
	case standards.Expired:
		return l.Say("Expired")
	case standards.Repealed:
		return l.Say("Repealed")
	}
	return string(s)
}

// languageName is what a language is called in another; the tag itself where nobody knows.
func languageName(l *catalogue.Language, tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	name := display.Tags(language.MustParse(l.Tag)).Name(t)
	if name == "" {
		return tag
	}
	return name
}

// regionName is what a jurisdiction is called, by its ISO 3166 code: a part of a country by the
// country's name and its own code, for which no table is at hand; the code itself where nobody knows.
func regionName(l *catalogue.Language, code string) string {
	country, part, _ := strings.Cut(code, "-")
	region, err := language.ParseRegion(country)
	if err != nil {
		return code
	}
	name := display.Regions(language.MustParse(l.Tag)).Name(region)
	switch {
	case name == "":
		return code
	case part != "":
		return l.Say("%s (%s)", name, part)
	}
	return name
}

// stanceClass is the look of a stance.
func stanceClass(s policies.Stance) string {
	switch s {
	case policies.Support:
		return "s"
	case policies.Oppose, policies.Amend:
		return "o"
	}
	return "n"
}

// outcomeWord is what became of a comment, in words.
func outcomeWord(l *catalogue.Language, o policies.Outcome) string {
	switch o {
	case policies.AcceptedWhole:
		return l.Say("Accepted")
	case policies.AcceptedInPart:
		return l.Say("Accepted in part")
	case policies.Rejected:
		return l.Say("Not accepted")
	case policies.Noted:
		return l.Say("Noted")
	case policies.Duplicate:
		return l.Say("Answered as repeating another")
	}
	return string(o)
}

// fateWord is what became of the clause that a comment was made on, in words.
func fateWord(l *catalogue.Language, f clauses.Fate) string {
	switch f {
	case clauses.StaysUnchanged:
		return l.Say("unchanged since")
	case clauses.HasChanged:
		return l.Say("changed since")
	case clauses.HasMoved:
		return l.Say("moved since")
	case clauses.WasSplit:
		return l.Say("split since")
	case clauses.IsGone:
		return l.Say("gone since")
	}
	return string(f)
}

// typeWord is what a comment is about, in words.
func typeWord(l *catalogue.Language, t policies.CommentType) string {
	switch t {
	case policies.General:
		return l.Say("The text in general")
	case policies.Substantive:
		return l.Say("The substance")
	case policies.Technical:
		return l.Say("A technical matter")
	case policies.Editorial:
		return l.Say("Wording only")
	case policies.Translation:
		return l.Say("The translation")
	}
	return string(t)
}

// proposalWord is what is proposed for a clause, in words.
func proposalWord(l *catalogue.Language, k clauses.ProposalKind) string {
	switch k {
	case clauses.Replace:
		return l.Say("Other words instead of its own")
	case clauses.StrikeOut:
		return l.Say("That it goes")
	case clauses.AddAfter:
		return l.Say("A new clause after it")
	}
	return string(k)
}

// isolated lists names as a sentence does, each in a direction of its own.
func isolated(l *catalogue.Language, names []string) template.HTML {
	escaped := make([]string, len(names))
	for i, n := range names {
		escaped[i] = "<bdi>" + template.HTMLEscapeString(n) + "</bdi>"
	}
	return template.HTML(l.List(escaped)) // #nosec G203 -- escaped
}
