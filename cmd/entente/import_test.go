package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/views"
)

// sharedData is a file of real input; a checkout without that folder goes without.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real input lies outside the repository and isn't here: %v", err)
	}
	return path
}

func nist(bundle string) importGit {
	return importGit{Repository: bundle, Path: "sp800-63b/sec5_authenticators.md", Kind: "standard", Language: "en",
		OpenDrafts: true, Organisation: "NIST", organisationFlags: organisationFlags{OrganisationKind: "government", Jurisdiction: "US"}}
}

func runGit(t *testing.T, r *registry.Registry, c importGit) gitSummary {
	t.Helper()
	source, err := openGit(t.Context(), c.Repository, c.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	}()
	versions, err := source.history(t.Context(), c.Path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.run(t.Context(), r, source, versions, io.Discard, func(string, int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return *s
}

func document(t *testing.T, r *registry.Registry, number string) policies.Document {
	t.Helper()
	d, err := documentNumbered(t.Context(), r, number)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestImportGitHistories(t *testing.T) {
	law := importGit{Repository: "estonia-penal-code.bundle", Path: "ee/184411.md", Kind: "regulation", Language: "et", Party: []string{"EE"},
		OpenDrafts: true, Organisation: "Riigikogu", organisationFlags: organisationFlags{OrganisationKind: "government", Jurisdiction: "EE"}}
	draft := importGit{Repository: "quic-recovery.bundle", Path: "rfc9002.md", Kind: "standard", Language: "en", OpenDrafts: true,
		Organisation: "IETF", organisationFlags: organisationFlags{OrganisationKind: "business", Jurisdiction: "US"}}
	for _, test := range []struct {
		command        importGit
		seen, imported int
	}{
		{nist("nist-sp800-63.bundle"), 93, 93},
		{law, 112, 112},
		{draft, 438, 438}, // with the 413 from before its rename
	} {
		t.Run(test.command.Organisation, func(t *testing.T) {
			t.Parallel()
			test.command.Repository = sharedData(t, test.command.Repository)
			r := registrytest.Open(t, registry.Options{})
			first := runGit(t, r, test.command)
			want := gitSummary{Document: first.Document, Seen: test.seen, Imported: test.imported,
				Skipped: test.seen - test.imported, Refused: []refusal{}, Remarks: first.Remarks}
			if diff := cmp.Diff(want, first); diff != "" {
				t.Errorf("first run (-want +got):\n%s", diff)
			}
			before := r.Views().Position()
			want.Imported, want.Present = 0, test.imported
			if diff := cmp.Diff(want, runGit(t, r, test.command)); diff != "" {
				t.Errorf("second run (-want +got):\n%s", diff)
			}
			if after := r.Views().Position(); after != before {
				t.Errorf("the second run added %d entries", after-before)
			}
			if d := document(t, r, first.Document); d.Revisions != test.imported || !d.OpenDrafts {
				t.Errorf("the document has %d revisions, open %v; want %d, open", d.Revisions, d.OpenDrafts, test.imported)
			}
		})
	}
}

func TestImportGitGoesOn(t *testing.T) {
	t.Parallel()
	c := nist(sharedData(t, "nist-sp800-63.bundle"))
	r := registrytest.Open(t, registry.Options{})
	c.Limit = 5
	first := runGit(t, r, c)
	c.Limit = 12
	second := runGit(t, r, c)
	if first.Imported+second.Imported != 12 || second.Present != first.Imported || second.Document != first.Document {
		t.Errorf("5 versions and then 12 gave %+v and %+v", first, second)
	}
	d := document(t, r, first.Document)
	revisions, err := r.Views().RevisionList(t.Context(), policies.Operator, d.ID, time.Time{}, views.Page{First: 1})
	if err != nil {
		t.Fatal(err)
	}
	p := revisions.Items[0].Provenance
	if p == nil || p.System != "git" || len(p.Reference) != 40 || p.Author == "" || p.At.Year() < 2015 || p.At.Year() > 2019 {
		t.Errorf("the head's provenance is %+v", p)
	}
}

// docket is a registry with a short document that has had no consultation.
func docket(t *testing.T) (*registry.Registry, policies.Document) {
	t.Helper()
	r := registrytest.Open(t, registry.Options{})
	o, err := organisationFlags{OrganisationKind: "government", Jurisdiction: "US"}.find(t.Context(), r, "USDA")
	if err != nil {
		t.Fatal(err)
	}
	if !o.Imported {
		t.Error("an organisation that an import registered isn't marked")
	}
	actor := policies.OperatorFor(o)
	d := registrytest.Do(t, r, actor, policies.ProposeDocument{Kind: "standard", Title: "Work", Language: "en"}).Subject
	registrytest.Do(t, r, actor, policies.CommitRevision{DocumentID: d, Source: "# Work\n\n## 1 Scope\n\nWork comes first.\n\n## 2 Terms\n\nWords mean things.\n"})
	found, err := r.Views().Documents(t.Context(), policies.Operator, []string{d})
	if err != nil {
		t.Fatal(err)
	}
	return r, found[d]
}

func comments(d policies.Document) *importComments {
	return &importComments{File: "rows.csv", Document: d.Number, Stance: "question", Organisation: "Imported comments",
		OpenFor: window(31 * 24 * time.Hour), organisationFlags: organisationFlags{OrganisationKind: "business", Jurisdiction: "US"}}
}

func runComments(t *testing.T, r *registry.Registry, c *importComments, file io.ReadSeeker) commentsSummary {
	t.Helper()
	rows, err := openRows(file, c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.run(t.Context(), r, rows, io.Discard, func(string, int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return *s
}

func TestImportCommentsOfADocket(t *testing.T) {
	file, err := os.ReadFile(sharedData(t, "usda-2017-0002-comments.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r, d := docket(t)
	want := commentsSummary{Document: d.Number, Encoding: "utf-8", Separator: ",", Rows: 199, Imported: 199, Refused: []refusal{}}
	if diff := cmp.Diff(want, runComments(t, r, comments(d), bytes.NewReader(file))); diff != "" {
		t.Errorf("first run (-want +got):\n%s", diff)
	}
	before := r.Views().Position()
	want.Imported, want.Present = 0, 199
	if diff := cmp.Diff(want, runComments(t, r, comments(d), bytes.NewReader(file))); diff != "" {
		t.Errorf("second run (-want +got):\n%s", diff)
	}
	if after := r.Views().Position(); after != before {
		t.Errorf("the second run added %d entries", after-before)
	}
}

func TestImportCommentsRefusesRows(t *testing.T) {
	const file = "\uFEFFID,Text,Clause,Organization,Date,Stance\n" + // line 1
		"a,Fine,§1,Acme,2026-01-01,support\n" +
		"b,\"On\ntwo lines\",nowhere,,,\n" + // 3 and 4
		",No ID,,,,\n" +
		"d,Bad \xff,größte,,,\n" +
		"e,ba\"d,,,,\n" +
		"f,,,,,\n" +
		"a,Other words,§1,Acme,2026-01-01,support\n" +
		"a,Fine,§1,Acme,2026-01-01,support\n" + // the same again
		"i,x,,,1/2/2026,\n" +
		"j,Short\n" +
		"k,x,,,,maybe\n" +
		"l,Fine too,,,,\n"
	r, d := docket(t)
	got := runComments(t, r, comments(d), strings.NewReader(file))
	want := commentsSummary{Document: d.Number, Encoding: "utf-8", Separator: ",", Rows: 12, Imported: 2, Present: 1, Refused: []refusal{
		{Line: 3, Reason: `the consulted revision has no clause "nowhere"`},
		{Line: 5, Reason: "has no ID"},
		{Line: 6, Reason: "is not valid UTF-8; save the file as UTF-8"},
		{Line: 7, Reason: `bare " in non-quoted-field`},
		{Line: 8, Reason: "has no text"},
		{Line: 9, Reason: `the ID "a" is on line 2 already, with other words`},
		{Line: 11, Reason: `"1/2/2026" may be the 1.2. or the 2.1., and no other date in the file says which: write 2026-03-01 for the first of March`},
		{Line: 12, Reason: "has 2 fields, the header has 6"},
		{Line: 13, Reason: `INVALID: stance: "maybe" is none of [support oppose amend question neutral]`},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again := runComments(t, r, comments(d), strings.NewReader("id,text\nl,Changed\n"))
	if diff := cmp.Diff([]refusal{{Line: 2, Reason: `the ID "l" was imported before, with other words`}}, again.Refused); diff != "" {
		t.Errorf("changed words (-want +got):\n%s", diff)
	}
}

func TestImportCommentsNeedsAConsultation(t *testing.T) {
	r, d := docket(t)
	c := comments(d)
	c.OpenFor = 0
	rows, err := openRows(strings.NewReader("id,text\na,b\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.run(t.Context(), r, rows, io.Discard, func(string, int64, int64) {})
	if want := d.Number + " has had no consultation: open one, or give --open-for 30d"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCommentHeaders(t *testing.T) {
	for _, test := range []struct{ header, want string }{
		{"Document ID,Text Comment", ""},
		{"COMMENT, id ", ""},
		{"id,words", `couldn't find the column text or comment or text comment or comment text in the header "id,words": name it with --text-column`},
		{"", "couldn't read the header of the comments: EOF"},
	} {
		_, err := openRows(strings.NewReader(test.header), &importComments{})
		if got := fmt.Sprint(err); got != test.want && (err != nil || test.want != "") {
			t.Errorf("%q: got %s, want %s", test.header, got, test.want)
		}
	}
}

// A stopped import says so and leaves a registry in which it can be repeated.
func TestImportCommentsStopped(t *testing.T) {
	r, d := docket(t)
	c := comments(d)
	rows, err := openRows(strings.NewReader("id,text\na,b\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.run(ctx, r, rows, io.Discard, func(string, int64, int64) {}); err == nil {
		t.Error("a stopped import said that all is in")
	}
	if s := runComments(t, r, c, strings.NewReader("id,text\na,b\n")); s.Imported != 1 {
		t.Errorf("the repeated import gave %+v", s)
	}
}
