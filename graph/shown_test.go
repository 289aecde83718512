package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
)

// What GraphQL shows a viewer of comments, of their answers and of editorial marks, the
// reports show it, and nothing else.
func TestFacesShowTheSame(t *testing.T) {
	s := newStage(t)
	law, csn, estonia := fmt.Sprint(s.ids["law"]), fmt.Sprint(s.ids["csn"]), s.actor("estonia")
	s.comment("ferry", csn, "", "Too soon.")
	s.do(s.actor("crane"), policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General,
		Text: "We lose a contract.", Confidential: true, Summary: "On a contract."}})
	s.do(estonia, policies.DisposeComments{DocumentID: law, AsOf: s.registry.Views().Position(), Count: 3, Outcome: policies.Noted, Reason: "Seen."})
	draft := s.do(estonia, policies.CommitRevision{DocumentID: law, Base: fmt.Sprint(s.ids["first"]),
		Source: strings.Replace(lawText, "declares every", "declares each", 1)}).Subject
	s.do(estonia, policies.MarkEditorial{RevisionID: draft, ClauseID: s.clause(draft, "§2(1)"), Reason: "One word for another."})
	told := map[string]int{}
	for _, who := range []string{"", "estonia", "office", "clerk", "loom", "ferry", "crane", "kenya", "intern"} {
		var viewer policies.Actor
		if who != "" {
			viewer = s.actor(who)
		}
		graph, marks := s.shownByGraph(who)
		lines, heard := s.shownByReports(viewer, law)
		if diff := cmp.Diff(graph, lines); diff != "" {
			t.Errorf("comments that %q is shown (-GraphQL +matrix):\n%s", who, diff)
		}
		if diff := cmp.Diff(marks, heard); diff != "" {
			t.Errorf("editorial marks that %q is shown (-GraphQL +what we heard):\n%s", who, diff)
		}
		told[fmt.Sprintf("%d comments, %d marks", len(graph), len(marks))]++
	}
	if len(told) < 3 {
		t.Errorf("everybody is shown the same: %v", told)
	}
}

// shownByGraph returns the comments that aren't shells, a line each, and the reasons of
// editorial marks.
func (s stage) shownByGraph(who string) (comments, marks []string) {
	a := s.ok(who, s.fill(`{ document(by: {id: "$law"}) { editorialMarks { nodes { reason } } comments(first: 50) { edges { node {
		number text organisation { name } disposition { outcome reason together } } } } } }`), nil)
	edges, _ := a.at("document.comments.edges").([]any)
	for i := range edges {
		at := func(field string) any { return a.at(fmt.Sprintf("document.comments.edges.%d.node.%s", i, field)) }
		if at("organisation") == nil {
			continue
		}
		comments = append(comments, fmt.Sprint(at("number"), at("organisation.name"), at("text"), strings.ToLower(fmt.Sprint(at("disposition.outcome"))),
			at("disposition.reason"), at("disposition.together")))
	}
	list, _ := a.at("document.editorialMarks.nodes").([]any)
	for i := range list {
		marks = append(marks, fmt.Sprint(a.at(fmt.Sprintf("document.editorialMarks.nodes.%d.reason", i))))
	}
	slices.Sort(comments)
	return comments, marks
}

// shownByReports returns the same of the response matrix and of what was heard.
func (s stage) shownByReports(viewer policies.Actor, document string) (comments, marks []string) {
	ctx := s.t.Context()
	err := reports.Matrix(ctx, s.registry.Views(), viewer, document, reports.Part{}, func(l reports.Line) error {
		d := l.Comment.Disposition
		comments = append(comments, fmt.Sprint(l.Comment.Number, l.Organisation.Name, l.Comment.Text, strings.ToLower(string(d.Outcome)), d.Reason, d.Together))
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	heard, err := reports.WhatWeHeard(ctx, s.registry.Views(), viewer, document)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range heard.Changes {
		marks = append(marks, c.Marks...)
	}
	slices.Sort(comments)
	return comments, marks
}
