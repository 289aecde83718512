// Package graphtest helps tests to ask a GraphQL server for changes: each mutation
// that a test writes is asked for its refusals too, so that none goes unnoticed.
package graphtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// A Refusal is one of the `errors` of a mutation's payload.
type Refusal struct {
	Type           string `json:"__typename"`
	Message, Code  string
	Path           []string
	Clashes        []map[string]any // of a TextConflict
	Gaps           []map[string]any // of a GateUnmet, without what is null
	LedgerPosition float64          // of a KeyReused
	Field          string           `json:"-"` // the mutation's name, or the alias that the query gives it
	Payload        string           `json:"-"` // the payload's type
}

const errorsOf = `{ f { payloadType: __typename errors { __typename message code path ... on TextConflict { clashes { clauseId citation base head submitted } }
	... on KeyReused { ledgerPosition }
	... on GateUnmet { gaps { reason message commentId clauseId organisationId ballotId party instrumentId } } } } }`

// AskErrors returns a query with `errors` added to each mutation in it, and says whether
// there is any. A mutation that asks for them itself stays as it is, and so does what is no GraphQL.
func AskErrors(query string) (with string, added bool) {
	if !strings.Contains(query, "mutation") {
		return query, false
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		return query, false
	}
	wanted, err := parser.ParseQuery(&ast.Source{Input: errorsOf})
	if err != nil {
		panic(err)
	}
	errors := wanted.Operations[0].SelectionSet[0].(*ast.Field).SelectionSet
	for _, o := range doc.Operations {
		for _, s := range o.SelectionSet {
			f, ok := s.(*ast.Field)
			if !ok || o.Operation != ast.Mutation || slices.ContainsFunc(f.SelectionSet, isErrors) || len(f.SelectionSet) == 0 {
				continue
			}
			f.SelectionSet, added = append(f.SelectionSet, errors...), true
		}
	}
	if !added {
		return query, false
	}
	var b strings.Builder
	formatter.NewFormatter(&b).FormatQueryDocument(doc)
	return b.String(), true
}

func isErrors(s ast.Selection) bool {
	f, ok := s.(*ast.Field)
	return ok && f.Alias == "errors"
}

// TakeErrors takes what AskErrors asked for out of an answer.
func TakeErrors(data map[string]any) (list []Refusal, err error) {
	for name, v := range data {
		payload, ok := v.(map[string]any)
		if !ok {
			continue
		}
		text, err := json.Marshal(payload["errors"])
		if err != nil {
			return nil, err
		}
		var told []Refusal
		if err := json.Unmarshal(text, &told); err != nil {
			return nil, fmt.Errorf("couldn't read the errors of %s: %w", name, err)
		}
		of, _ := payload["payloadType"].(string)
		delete(payload, "errors")
		delete(payload, "payloadType")
		for _, r := range told {
			r.Field, r.Payload = name, of
			for _, g := range r.Gaps {
				for k, v := range g {
					if v == nil {
						delete(g, k)
					}
				}
			}
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b Refusal) int { return strings.Compare(a.Field, b.Field) })
	return list, nil
}
