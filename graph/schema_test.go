package graph

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

var update = flag.Bool("update", false, "write the golden files anew")

func theSchema() *ast.Schema {
	return gen.NewExecutableSchema(gen.Config{}).Schema()
}

// A client is built against the schema, so every change of it is to be seen.
func TestSchemaIsTheGoldenOne(t *testing.T) {
	b := sdl()
	golden := filepath.Join("testdata", "schema.golden.graphql")
	if *update {
		if err := os.WriteFile(golden, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(b)); diff != "" {
		t.Errorf("the schema changed; if it is meant, run go test ./graph -run Golden -update (-want +got):\n%s", diff)
	}
}

func TestEverythingIsDescribed(t *testing.T) {
	described := 0
	check := func(what, description string) {
		described++
		if strings.TrimSpace(description) == "" {
			t.Errorf("%s has no description", what)
		}
	}
	for name, d := range theSchema().Types {
		if d.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		check(name, d.Description)
		for _, v := range d.EnumValues {
			check(name+"."+v.Name, v.Description)
		}
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			check(name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				check(name+"."+f.Name+"("+a.Name+")", a.Description)
			}
		}
	}
	if described < 500 {
		t.Errorf("only %d things were looked at", described)
	}
}

// countedLists are the connections of which the number is known without counting: all of it is at hand, as a text's clauses, a
// comparison's changes and a ballot's electors, or it is counted as it grows, as comments in a place. No other has a totalCount, which
// would take the time of reading a list to its end.
var countedLists = map[string]bool{"ClauseConnection": true, "ClauseChangeConnection": true, "ElectorConnection": true, "CommentConnection": true}

// Whatever has an order of one's own choosing has it as { field, direction }.
func TestOrdersAreAlike(t *testing.T) {
	s, orders := theSchema(), 0
	for name, d := range s.Types {
		for _, f := range d.Fields {
			a := f.Arguments.ForName("orderBy")
			if a == nil {
				continue
			}
			orders++
			in := s.Types[a.Type.Name()]
			field, direction := in.Fields.ForName("field"), in.Fields.ForName("direction")
			if len(in.Fields) != 2 || field == nil || field.Type.String() != in.Name+"Field!" || direction == nil || direction.Type.String() != "OrderDirection!" {
				t.Errorf("%s.%s is ordered by %s", name, f.Name, in.Name)
			}
		}
	}
	if orders == 0 {
		t.Error("nothing is ordered")
	}
}

// Relay's rules for connections, which tools rely on.
func TestConnectionsAreAlike(t *testing.T) {
	s := theSchema()
	connections := 0
	for name, d := range s.Types {
		for _, f := range d.Fields {
			of := f.Type.Name()
			if !strings.HasSuffix(of, "Connection") {
				continue
			}
			connections++
			for _, a := range []string{"first", "after", "last", "before"} {
				if f.Arguments.ForName(a) == nil {
					t.Errorf("%s.%s has no argument %s", name, f.Name, a)
				}
			}
			c := s.Types[of]
			if c.Fields.ForName("edges") == nil || c.Fields.ForName("pageInfo") == nil || c.Fields.ForName("nodes") == nil {
				t.Errorf("%s lacks one of nodes, edges and pageInfo", of)
				continue
			}
			node := s.Types[c.Fields.ForName("edges").Type.Name()].Fields.ForName("node").Type.String()
			if nodes := c.Fields.ForName("nodes").Type.String(); nodes != "["+node+"]!" {
				t.Errorf("%s has nodes of %s and edges to %s", of, nodes, node)
			}
			n := c.Fields.ForName("totalCount")
			if (n != nil) != countedLists[of] {
				t.Errorf("%s has a totalCount: %v; lists that are at hand, or counted as they grow, have one", of, n != nil)
			}
			if n != nil && n.Type.NonNull == strings.Contains(n.Description, "null where") {
				t.Errorf("%s.totalCount is %s, and its description doesn't say so", of, n.Type)
			}
		}
	}
	if connections < 15 {
		t.Errorf("only %d connections were looked at", connections)
	}
}

// A type stands whole in the file of its subject, so that who looks for a field finds
// it; the root types alone are spread over the files.
func TestTypesStandWhole(t *testing.T) {
	files, err := filepath.Glob("schema/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("found no schema: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := parser.ParseSchema(&ast.Source{Name: name, Input: string(text)})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range doc.Extensions {
			if !slices.Contains([]string{"Query", "Mutation", "Subscription"}, d.Name) {
				t.Errorf("%s extends %s", name, d.Name)
			}
		}
	}
}

// What one root field can't answer must not take away what the others answered: a change that was
// made, or the rest of a page. Null goes up to the next field that may be null.
func TestRootFieldsAreNullable(t *testing.T) {
	s := theSchema()
	for _, root := range []*ast.Definition{s.Query, s.Mutation} {
		if len(root.Fields) < 15 {
			t.Errorf("%s has only %d fields", root.Name, len(root.Fields))
		}
		for _, f := range root.Fields {
			if f.Type.NonNull && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s is %s; it must be nullable", root.Name, f.Name, f.Type)
			}
		}
	}
}

// Every mutation is asked alike and answers alike: `errors`, whether it repeats, and what there is where it was made.
func TestMutationsAreAlike(t *testing.T) {
	s := theSchema()
	for _, m := range s.Mutation.Fields {
		name := strings.ToUpper(m.Name[:1]) + m.Name[1:]
		if len(m.Arguments) != 1 || m.Arguments[0].Name != "input" || m.Arguments[0].Type.String() != name+"Input!" {
			t.Errorf("%s doesn't take input: %sInput! alone", m.Name, name)
		}
		payload := s.Types[m.Type.Name()]
		if m.Type.String() != name+"Payload" || !slices.Equal(payload.Interfaces, []string{"MutationPayload"}) {
			t.Errorf("%s answers %s, which is a %v", m.Name, m.Type, payload.Interfaces)
		}
		if len(payload.Fields) < 4 {
			t.Errorf("%s doesn't return what changed", payload.Name)
		}
		for _, f := range payload.Fields {
			if f.Type.NonNull != slices.Contains([]string{"errors", "repeated"}, f.Name) {
				t.Errorf("%s.%s is %s; a refusal leaves it without a value, unless it is errors or repeated", payload.Name, f.Name, f.Type)
			}
		}
	}
}

// refusedAsData can fill the errors of whatever a resolver returns.
func TestPayloadsTakeErrors(t *testing.T) {
	resolvers := reflect.TypeFor[gen.MutationResolver]()
	for m := range resolvers.Methods() {
		payload := m.Type.Out(0)
		if payload.Kind() != reflect.Pointer {
			t.Errorf("%s returns a %s", m.Name, payload)
			continue
		}
		if f, ok := payload.Elem().FieldByName("Errors"); !ok || f.Type != reflect.TypeFor[[]gen.UserError]() {
			t.Errorf("%s returns a %s without errors", m.Name, payload)
		}
	}
	if n := resolvers.NumMethod(); n != len(theSchema().Mutation.Fields) {
		t.Errorf("%d resolvers for %d mutations", n, len(theSchema().Mutation.Fields))
	}
}

// Each code that a change is refused with has a type of its own, whose description names it.
func TestUserErrorsHaveTheirTypes(t *testing.T) {
	s := theSchema()
	types := s.GetPossibleTypes(s.Types["UserError"])
	codes := s.Types["UserErrorCode"].EnumValues
	if len(types) != len(codes) {
		t.Errorf("%d types and %d codes", len(types), len(codes))
	}
	for _, code := range codes {
		told := userErrors(&policies.Error{Code: policies.Code(code.Name), Field: "a.1"})
		if len(told) != 1 {
			t.Errorf("%s is told as %v", code.Name, told)
			continue
		}
		d := s.Types[reflect.TypeOf(told[0]).Name()]
		if d == nil || !strings.HasSuffix(code.Description, " "+d.Name+".") || d.Fields.ForName("code").Description != code.Name+"." {
			t.Errorf("%s is told as %T, and its descriptions name another", code.Name, told[0])
		}
	}
}

// Who reads a name knows whether an ID stands there: it is `id` or ends in `Id`, of several `ids` or `Ids`, and so does nothing else.
func TestIDsAreNamedSo(t *testing.T) {
	s, ids := theSchema(), 0
	check := func(what, name string, of *ast.Type) {
		want := of.Name() == "ID"
		suffix := map[bool]string{false: "id", true: "ids"}[of.Elem != nil]
		isNamed := name == suffix || strings.HasSuffix(name, strings.ToUpper(suffix[:1])+suffix[1:])
		if want {
			ids++
		}
		if isNamed != want {
			t.Errorf("%s is %s", what, of)
		}
	}
	for name, d := range s.Types {
		if d.BuiltIn {
			continue
		}
		for _, f := range d.Fields {
			check(name+"."+f.Name, f.Name, f.Type)
			for _, a := range f.Arguments {
				check(name+"."+f.Name+"("+a.Name+")", a.Name, a.Type)
			}
		}
	}
	if ids < 150 {
		t.Errorf("only %d IDs were looked at", ids)
	}
}

// scalarNames tell by the end of a field's name what it is, so that a client's types tell it from any other text.
var scalarNames = map[string]*regexp.Regexp{
	"TimeZone":      regexp.MustCompile(`^zone$`),
	"LocalDate":     regexp.MustCompile(`^localDate$`),
	"LocalDateTime": regexp.MustCompile(`^(localDateTime|.*AtLocal)$`),
	"CountryCode":   regexp.MustCompile(`^(jurisdictions?|party|parties|unrepresentedParties)$`),
	"EmailAddress":  regexp.MustCompile(`^email$`),
	"Decimal":       regexp.MustCompile(`^amount$`),
	"Hash":          regexp.MustCompile(`(?i)(digest|hash|^root|^released)$`),
	"Time":          regexp.MustCompile(`^(at|since|due|from|to|until|asOf|expires|.*[a-z]At|.*From|.*Until|openAt)$`),
}

// What a field means its type says, whoever has it: a scalar has names that only it has.
func TestScalarsAreNamedSo(t *testing.T) {
	others := []string{"Digest", "Long", "ID", "Boolean"} // of a manifest, by position in the ledger, by the thing that knows, whether at all
	s, seen := theSchema(), map[string]int{}
	check := func(what, name string, of *ast.Type) {
		for scalar, named := range scalarNames {
			switch is := of.Name() == scalar; {
			case is:
				seen[scalar]++
				if !named.MatchString(name) {
					t.Errorf("%s is %s, and isn't called so", what, of)
				}
			case named.MatchString(name) && s.Types[of.Name()].Kind == ast.Scalar && !slices.Contains(others, of.Name()):
				t.Errorf("%s is %s, and is called like a %s", what, of, scalar)
			}
		}
	}
	for name, d := range s.Types {
		if d.BuiltIn {
			continue
		}
		for _, f := range d.Fields {
			check(name+"."+f.Name, f.Name, f.Type)
			for _, a := range f.Arguments {
				check(name+"."+f.Name+"("+a.Name+")", a.Name, a.Type)
			}
		}
	}
	for scalar := range scalarNames {
		if seen[scalar] < 2 {
			t.Errorf("%s was seen %d times", scalar, seen[scalar])
		}
	}
}

// A scalar that isn't GraphQL's own says where it is specified.
func TestScalarsAreSpecified(t *testing.T) {
	own := 0
	for name, d := range theSchema().Types {
		if d.Kind != ast.Scalar || d.BuiltIn {
			continue
		}
		own++
		by := d.Directives.ForName("specifiedBy")
		if by == nil || !strings.HasPrefix(by.Arguments.ForName("url").Value.Raw, "https://") {
			t.Errorf("%s isn't specified by anything", name)
		}
	}
	if own < 10 {
		t.Errorf("only %d scalars were looked at", own)
	}
}

// boundedLists are the lists that come whole, each with what bounds it: all others are connections.
var boundedLists = map[string]string{
	"policies.MaxList of a command": `Audience.chambers Audience.jurisdictions Audience.sectors CalendarEvent.parties Document.topics Document.parties Document.unrepresentedParties
		Document.successionConsents Instrument.amends Instrument.supersedes Instrument.parties Instrument.effectiveFromDates Instrument.effectiveUntilDates Instrument.ends Repeal.dates
		SavedFilter.topics SavedFilter.jurisdictions SavedFilter.sectors Terms.amends Terms.supersedes Terms.effectiveFrom Terms.effectiveUntil Consultation.questions
		ConsultationQuestion.choices ConsultationQuestion.choiceCounts`,
	"who runs a document, each of whom agreed or was named by hand": "Document.sponsors Document.offered Document.readers Comment.confidants",
	"policies.MaxAttachments":                        "Comment.attachments CommentDraft.attachments",
	"the values of an enum":                          "Ballot.tallies CommentCounts.byStance CommentCounts.byChamber CommentCounts.bySize EndorsementCounts.byChamber NeedCounts.byKind DocumentNeeds.byKind ChamberSpeakerCount.byStance JurisdictionSpeakerCount.byStance SectorSpeakerCount.byStance SizeSpeakerCount.byStance WhatWeHeard.byChamber WhatWeHeard.bySize",
	"the jurisdictions there are":                    "CommentCounts.byJurisdiction EndorsementCounts.byJurisdiction WhatWeHeard.byJurisdiction",
	"the sectors there are":                          "CommentCounts.bySector EndorsementCounts.bySector WhatWeHeard.bySector",
	"the electorate, frozen at the opening":          "Ballot.departures",
	"the length of a text":                           "CampaignMember.additions Carried.clauses Carried.spans CellChange.spans Chain.clauses ClauseChange.rows ClauseChange.spans Comment.replacementRedline ComputedPlace.clauses RowChange.cells Revision.credits Revision.outline Revision.remarks SearchHit.snippet TextConflict.clashes",
	"the revisions of a document, by hand":           "Comment.anchors",
	"the clauses and the comments that want answers": "Document.adoptionGate Document.unconsultedChanges GateUnmet.gaps",
	"the languages of a text: one":                   "Document.languages Revision.languages",
	"the depth of an input":                          "GateUnmet.path InvalidField.path KeyReused.path StateConflict.path TextConflict.path",
	"its argument":                                   "NeedCounts.byDocument Query.nodes",
	"names alike, by UTS 39":                         "Organisation.lookAlikes",
	"the logarithm of the ledger":                    "Receipt.proof",
}

// What grows as the record does is a connection, asked for page by page; a list that comes whole has a bound that is named.
func TestListsThatGrowAreConnections(t *testing.T) {
	bounded := map[string]bool{}
	for _, fields := range boundedLists {
		for _, f := range strings.Fields(fields) {
			bounded[f] = true
		}
	}
	for name, d := range theSchema().Types {
		if d.BuiltIn || d.Kind != ast.Object || isConnection(d) {
			continue
		}
		for _, f := range d.Fields {
			if f.Type.Elem == nil || f.Name == "errors" || strings.HasPrefix(f.Name, "__") {
				continue
			}
			if !bounded[name+"."+f.Name] {
				t.Errorf("%s.%s is a list that comes whole, and nothing is said to bound it", name, f.Name)
			}
			delete(bounded, name+"."+f.Name)
		}
	}
	for f := range bounded {
		t.Errorf("%s is no list", f)
	}
}
