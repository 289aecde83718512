package graph

import (
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/views"
)

// Costs of fields that are worth more than the one value they return.
const (
	costStatement = 5   // a statement of its own for each parent
	costReport    = 500 // a report that reads all comments on a document
	costText      = 20  // a whole text, or a comparison of two
	outlineSize   = 50  // headings, as a guess
)

// many is the cost of a list: of its first items, or its last.
func many(child int, first, last *int) int {
	n := defaultPage
	switch {
	case first != nil:
		n = *first
	case last != nil:
		n = *last
	}
	n = min(max(n, 1), largePage)
	return costStatement + n*child/connectionDepth
}

// connectionDepth: of the cost of what stands below a connection, edges and node
// are a part that is no value.
const connectionDepth = 2

// complexities tells gqlgen what fields cost; the others cost one and what is below.
func complexities() gen.ComplexityRoot {
	var c gen.ComplexityRoot
	plain := func(child int, first *int, _ *string, last *int, _ *string) int { return many(child, first, last) }
	asOf := func(child int, _ *time.Time, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	comments := func(child int, _ *gen.CommentFilter, _ *time.Time, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	single := func(child int) int { return costStatement + child }
	some := func(child int) int { return costStatement + defaultPage*child }
	text := func(int) int { return costText }

	c.Query.Documents = func(child int, _ *gen.DocumentFilter, _ views.DocumentOrder, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	c.Query.Consultations = filtered[gen.ConsultationFilter]
	c.Query.Organisations = filtered[gen.OrganisationFilter]
	c.Query.Instruments = filtered[gen.InstrumentFilter]
	c.Query.LedgerEntries = filtered[gen.LedgerFilter]
	c.Query.Comments, c.Query.RuleSets = comments, plain
	c.Query.Search = func(child int, _ string, _ []views.SearchKind, _ *string, first *int, _ *string, last *int, _ *string) int {
		return costText + many(child, first, last)
	}
	c.Query.Nodes = func(child int, ids []string) int { return 1 + len(ids)*child }
	c.Query.Redline = func(child int, _, _ string) int { return costText + child }

	c.Organisation.Members, c.Organisation.Invitations, c.Organisation.Comments = plain, plain, comments
	c.Viewer.Memberships, c.Viewer.Invitations = some, some
	c.Document.Comments, c.Document.Revisions, c.Document.Consultations = comments, asOf, plain
	c.Document.AdoptionGate, c.Document.EditorialMarks = text, single
	c.Document.WhatWeHeard = func(child int) int { return costReport + child }
	c.Document.Revision = func(child, _ int) int { return costStatement + child }
	c.Consultation.Comments, c.Clause.Comments, c.ConsultationQuestion.Answers = comments, comments, comments
	c.Query.NeedsMe = func(child int, _ []views.NeedKind, _ int, first *int, _ *string, last *int, _ *string) int {
		return costText + many(child, first, last)
	}
	c.Query.NeedsMeCounts = func(child int, _ []views.NeedKind, _ int) int { return costText + child }
	c.NeedCounts.ByDocument = func(child, first int) int { return costStatement + min(max(first, 1), views.MaxPage)*child }
	c.Query.Calendar, c.SavedFilter.Matches = filtered[gen.CalendarFilter], plain
	c.Viewer.SavedFilters, c.Document.UnconsultedChanges = some, text
	c.Revision.Source, c.Revision.HTML = text, text
	c.Revision.Clauses = func(child int, _ []string, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	c.Revision.Outline = func(child int) int { return costStatement + outlineSize*child }
	c.Redline.Changes = func(child int, _ bool, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	c.Comment.Replies, c.Comment.ReplacementRedline, c.Comment.Receipt = plain, single, text
	c.Viewer.CommentDrafts = func(child int, _ *string, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	c.Query.Ballots, c.Document.Ballots = filtered[gen.BallotFilter], plain
	c.Ballot.Electorate, c.Ballot.Positions, c.Ballot.Tallies = plain, plain, func(child int) int { return costStatement + 2*child }
	c.Instrument.Releases = some
	c.Comment.Carried = func(child int, _ *string) int { return costStatement + child }
	c.Clause.Carried = func(child int, _ *gen.CarriedFilter, _ *time.Time, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	c.Revision.Carried = func(child int, _ []clauses.Fate, _ *gen.CarriedFilter, _ *time.Time, first *int, _ *string, last *int, _ *string) int {
		return costText + many(child, first, last)
	}
	c.Clause.ShapedBy, c.Instrument.ShapedBy, c.Comment.Duplicates, c.Chain.Releases = plain, plain, plain, plain
	c.RuleSet.Releases, c.RuleSet.Latest = asOf, single
	c.RuleSet.Release = func(child, _ int) int { return costStatement + child }
	c.Release.Manifest = text
	campaignComplexities(&c)
	return c
}

// filtered is the cost of a connection with a filter.
func filtered[F any](child int, _ *F, first *int, _ *string, last *int, _ *string) int {
	return many(child, first, last)
}

func campaignComplexities(c *gen.ComplexityRoot) {
	plain := func(child int, first *int, _ *string, last *int, _ *string) int { return many(child, first, last) }
	c.Document.Campaigns, c.Consultation.Campaigns = plain, plain
	c.Comment.Endorsements = func(child int, _ *time.Time, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	c.Document.Selected = func(child int, _ gen.CommentSelection) int { return costText + child }
	c.Campaign.Members = func(child int, _ *bool, first *int, _ *string, last *int, _ *string) int {
		return costText + many(child, first, last)
	}
}
