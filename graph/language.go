package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

// languageArgument asks for a text in a language. Where it isn't given it costs nothing: no resolver and no method takes it.
const languageArgument = "language"

// inLanguage refuses a text in a language that its document hasn't.
func inLanguage(ctx context.Context, next graphql.Resolver) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	if len(fc.Field.Arguments) == 0 || fc.Field.Arguments.ForName(languageArgument) == nil {
		return next(ctx)
	}
	asked, ok := fc.Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)[languageArgument].(string)
	if !ok { // null
		return next(ctx)
	}
	d, err := loadersFrom(ctx).documents.maybe(ctx, textDocument(fc.Parent.Result))
	if err != nil {
		return nil, err
	}
	if d == nil || lookUpLanguage(asked, languagesOf(d)) == "" {
		return nil, notFoundError(languageArgument, "language of this text")
	}
	return next(ctx)
}

// textDocument is the ID of the document whose text, or a piece of it, a field is asked of; "" of anything else.
func textDocument(of any) string {
	switch v := of.(type) {
	case *policies.Revision:
		return v.DocumentID
	case policies.Revision:
		return v.DocumentID
	case *wire.Clause:
		return v.In.DocumentID
	case wire.Clause:
		return v.In.DocumentID
	}
	return ""
}

// languagesOf are the languages in which a document's text is authentic.
func languagesOf(d *policies.Document) []string { return []string{d.Language} }

// lookUpLanguage returns the language of those there are that is the one asked for, or else the one with fewer
// subtags that comes next, so that who asks for en-GB finds en, and who asks for en doesn't find en-GB: the lookup of RFC 4647,
// section 3.4. It returns "" for none.
func lookUpLanguage(asked string, there []string) string {
	for asked != "" {
		for _, l := range there {
			if strings.EqualFold(l, asked) {
				return l
			}
		}
		cut := max(strings.LastIndexByte(asked, '-'), 0)
		if asked = asked[:cut]; cut >= 2 && asked[cut-2] == '-' {
			asked = asked[:cut-2] // a subtag of one letter says nothing without the next
		}
	}
	return ""
}
