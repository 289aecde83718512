package graph

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// The complexity of an operation is an estimate of how many values it returns. It follows
// from the schema, so that every list has its price:
//
//	a value         1
//	an object       1 + its fields
//	a connection    costStatement + size × fields of an edge; the size is `first` or `last`, at
//	                most the number of IDs it is given, else defaultPage
//	                `nodes` cost as `edges { node }`
//	                within another list, each edge costs costNested besides
//	another list    costStatement + size × (1 + fields of an item); the size is `first`, or the
//	                number of IDs it is given, or as listSizes has it, else guessedSize. A list below
//	                itself has guessedSize, because who nests it wants many
//	introspection   as if each list had one item; validation bounds its depth
//
// extraCosts are added. A list that is longer than guessed is bounded by the budget of the
// response.
const (
	costStatement = 5    // one statement for each parent
	costText      = 20   // a whole text, or a comparison of two
	costNested    = 2    // what is looked up for each of many
	costReport    = 1000 // a report that reads all comments on a document

	guessedSize   = 20      // items of a list that takes no arguments
	guessedValues = 5       // values of a list of scalars, which need no statement
	unbounded     = 1 << 30 // more than any limit; multiplied by a page it doesn't overflow
)

// listSizes holds the sizes of lists without arguments that are known or far from
// guessedSize.
var listSizes = map[string]int{
	// One item for each value of an enum, or for each that can occur.
	"Ballot.tallies":                    len([]policies.OrganisationKind{policies.Government, policies.Business}),
	"CommentCounts.byStance":            len(policies.Stances),
	"CommentCounts.byChamber":           len(policies.OrganisationKinds),
	"CommentCounts.bySize":              len(policies.SizeClasses) + 1,
	"CommentCounts.byJurisdiction":      10, // many on a document, few on a clause
	"CommentCounts.bySector":            10,
	"SpeakerCount.byStance":             len(policies.Stances),
	"ChamberSpeakerCount.byStance":      len(policies.Stances),
	"JurisdictionSpeakerCount.byStance": len(policies.Stances),
	"SectorSpeakerCount.byStance":       len(policies.Stances),
	"SizeSpeakerCount.byStance":         len(policies.Stances),
	"DocumentNeeds.byKind":              len(views.NeedKinds),
	"NeedCounts.byKind":                 len(views.NeedKinds),
	"EndorsementCounts.byChamber":       len([]policies.OrganisationKind{policies.Government, policies.Business, policies.HubOperator, policies.Secretariat}),
	"ClauseChange.rows":                 2, // few clauses are tables, and few rows change
	"RowChange.cells":                   2,
	"WhatWeHeard.bySize":                len(policies.SizeClasses) + 1,
	"WhatWeHeard.byChamber":             len([]policies.OrganisationKind{policies.Government, policies.Business, policies.HubOperator, policies.Secretariat}),

	"Organisation.lookAlikes":        2, // most have none
	"Document.sponsors":              3, // each of them has agreed
	"Document.offered":               3,
	"Terms.supersedes":               5,
	"Terms.amends":                   5,
	"Terms.effectiveFrom":            3, // one, or one for each party
	"Terms.effectiveUntil":           3,
	"Repeal.dates":                   3,
	"Instrument.ends":                3,
	"Instrument.effectiveFromDates":  3,
	"Instrument.effectiveUntilDates": 3,
	"Instrument.amends":              5, // most amend one or none
	"Instrument.supersedes":          5,
	"Ballot.departures":              100, // few, of an electorate that may be large
	"Revision.outline":               50,
	"Revision.remarks":               10, // drafters mend them
	"Revision.credits":               5,  // of one change, mostly one comment
	"Comment.anchors":                3,  // a sponsor moves each comment by hand
	"Comment.attachments":            5,
	"CommentDraft.attachments":       5,
	"Carried.clauses":                5, // one, unless it was split
	"ComputedPlace.clauses":          5,
	"Chain.clauses":                  5,
	"SearchHit.snippet":              5,
}

// extraCosts holds the fields that take more work than their values tell.
var extraCosts = map[string]int{
	"Query.needsMe":                costText,
	"Query.needsMeCounts":          costText,
	"Query.redline":                costText,
	"Query.search":                 costText,
	"CommentCounts.byChamber":      costText, // a row for each organisation that spoke and each of its stances
	"CommentCounts.byJurisdiction": costText,
	"CommentCounts.bySector":       costText,
	"CommentCounts.bySize":         costText,
	"CommentCounts.organisations":  costText,
	"Document.adoptionGate":        costText,
	"Document.revision":            costStatement,
	"Document.selected":            costText,
	"Document.unconsultedChanges":  costText,
	"Document.whatWeHeard":         costReport,
	"Revision.carried":             costText,
	"Revision.html":                costText,
	"Revision.remarks":             costText,
	"Revision.source":              costText,
	"Comment.carried":              costStatement,
	"Comment.receipt":              costText,
	"Comment.replacementRedline":   costStatement,
	"Campaign.members":             costText,
	"RuleSet.latest":               costStatement,
	"RuleSet.release":              costStatement,
	"Release.manifest":             costText,
}

// codeTooCostly is the code of operations whose answer would have too many values.
const codeTooCostly = "COMPLEXITY_LIMIT_EXCEEDED"

// complexityStat names the complexity among what is known of an operation.
const complexityStat = "complexity"

// complexityLimit refuses an operation that is too complex, before it is executed.
type complexityLimit struct {
	limit  int
	schema *ast.Schema
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = &complexityLimit{}

// ExtensionName implements graphql.HandlerExtension.
func (*complexityLimit) ExtensionName() string { return "Complexity" }

// Validate implements graphql.HandlerExtension.
func (l *complexityLimit) Validate(s graphql.ExecutableSchema) error {
	l.schema = s.Schema()
	return nil
}

// MutateOperationContext implements graphql.OperationContextMutator. It changes nothing.
func (l *complexityLimit) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	n := complexityOf(l.schema, op.Operation, op.Variables)
	op.Stats.SetExtension(complexityStat, n)
	if n <= l.limit {
		return nil
	}
	e := gqlerror.Errorf("the operation has a complexity of %d, at most %d is taken", n, l.limit)
	errcode.Set(e, codeTooCostly)
	return e
}

// complexityOf returns the complexity of a valid operation, at most unbounded.
func complexityOf(s *ast.Schema, op *ast.OperationDefinition, variables map[string]any) int {
	c := complexity{schema: s, variables: variables}
	return c.ofSelection(op.SelectionSet, 1)
}

// complexity walks through an operation.
type complexity struct {
	schema    *ast.Schema
	variables map[string]any
	lists     []*ast.FieldDefinition // the lists around the present field

	connections int // around it
}

// ofSelection returns the complexity of the fields selected of an object. Where that is a
// connection, page is its number of edges.
func (c *complexity) ofSelection(set ast.SelectionSet, page int) int {
	sum := 0
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			sum += c.ofField(s, page)
		case *ast.InlineFragment:
			sum += c.ofSelection(s.SelectionSet, page)
		case *ast.FragmentSpread:
			sum += c.ofSelection(s.Definition.SelectionSet, page)
		}
		sum = min(sum, unbounded)
	}
	return sum
}

// ofField returns the complexity of a field with all below it. Where the field belongs to a
// connection, page is the number of edges.
func (c *complexity) ofField(f *ast.Field, page int) int {
	of := c.schema.Types[f.Definition.Type.Name()]
	isList := f.Definition.Type.Elem != nil
	cost := extraCosts[f.ObjectDefinition.Name+"."+f.Name]
	switch {
	case isConnection(of):
		c.connections++
		cost += costStatement + c.ofSelection(f.SelectionSet, c.edgesOf(f))
		c.connections--
	case isList && isConnection(f.ObjectDefinition):
		cost += page * (c.nesting() + ofNode(f) + c.ofSelection(f.SelectionSet, 0))
	case isList && of.IsLeafType():
		cost += guessedValues
	case isList:
		cost += costStatement + c.itemsOf(f)*(1+c.below(f))
	default:
		cost += 1 + c.ofSelection(f.SelectionSet, 0)
	}
	return min(cost, unbounded)
}

// ofNode returns what an item of a connection's list costs before its fields: `nodes` cost as much as `edges`, whose
// `node` is a field.
func ofNode(list *ast.Field) int {
	if list.Name == "nodes" {
		return 1
	}
	return 0
}

// nesting returns what each edge of the present connection costs besides, where that stands within a list.
func (c *complexity) nesting() int {
	if c.connections+len(c.lists) > 1 {
		return costNested
	}
	return 0
}

// isConnection says whether a type is a connection of Relay, a page of a list.
func isConnection(d *ast.Definition) bool { return strings.HasSuffix(d.Name, "Connection") }

// below returns the complexity of the fields of one item of a list.
func (c *complexity) below(list *ast.Field) int {
	c.lists = append(c.lists, list.Definition)
	defer func() { c.lists = c.lists[:len(c.lists)-1] }()
	return c.ofSelection(list.SelectionSet, 0)
}

// edgesOf returns how many edges of a connection are asked for.
func (c *complexity) edgesOf(connection *ast.Field) int {
	n, ok := c.firstOrLast(connection)
	if !ok {
		n = defaultPage
	}
	if ids, ok := c.idsOf(connection); ok {
		n = min(n, ids)
	}
	return n
}

// itemsOf returns how many items a list is expected to have.
func (c *complexity) itemsOf(list *ast.Field) int {
	if strings.HasPrefix(list.ObjectDefinition.Name, "__") { // introspection
		return 1
	}
	if n, ok := c.firstOrLast(list); ok {
		return n
	}
	if n, ok := c.idsOf(list); ok {
		return n
	}
	if slices.Contains(c.lists, list.Definition) {
		return guessedSize
	}
	if n, ok := listSizes[list.ObjectDefinition.Name+"."+list.Name]; ok {
		return n
	}
	return guessedSize
}

// firstOrLast returns the size of the page that is asked for; ok is false where none is.
func (c *complexity) firstOrLast(f *ast.Field) (n int, ok bool) {
	for _, name := range []string{"first", "last"} {
		v, ok := c.argument(f, name)
		if !ok {
			continue
		}
		n, err := graphql.UnmarshalInt(v)
		if err != nil { // it is no number, which the resolver refuses
			n = largePage
		}
		return min(max(n, 1), largePage), true
	}
	return 0, false
}

// idsOf returns how many IDs a field is given in the argument that lists them; ok is false where it isn't given any.
func (c *complexity) idsOf(f *ast.Field) (n int, ok bool) {
	for _, a := range f.Definition.Arguments {
		if a.Type.Elem == nil || a.Type.Name() != "ID" {
			continue
		}
		if ids, ok := c.argument(f, a.Name); ok {
			return lengthOf(ids), true
		}
	}
	return 0, false
}

// argument returns the value of an argument or its default; ok is false where it has neither.
func (c *complexity) argument(f *ast.Field, name string) (any, bool) {
	a := f.Arguments.ForName(name)
	var value *ast.Value
	switch def := f.Definition.Arguments.ForName(name); {
	case a != nil && a.Value.Kind == ast.Variable:
		if v, given := c.variables[a.Value.Raw]; given {
			return v, v != nil
		}
		fallthrough
	case a == nil:
		if def == nil || def.DefaultValue == nil {
			return nil, false
		}
		value = def.DefaultValue
	default:
		value = a.Value
	}
	v, err := value.Value(c.variables)
	return v, err == nil && v != nil
}

// lengthOf returns the length of a list in an argument. GraphQL takes a single value for a
// list of one.
func lengthOf(list any) int {
	if v := reflect.ValueOf(list); v.Kind() == reflect.Slice {
		return v.Len()
	}
	return 1
}
