package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"unicode"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// codeTooLarge is the code of queries whose text is too long, too deep or too wide. Besides it and
// codeTooCostly there are the codes of package policies, and gqlgen's GRAPHQL_PARSE_FAILED
// and GRAPHQL_VALIDATION_FAILED.
const codeTooLarge = "QUERY_TOO_LARGE"

// errPanicked takes the place of a panic that has been logged.
var errPanicked = errors.New("a resolver panicked")

// presenter turns errors into what a client is told. Nothing else decides that. An error that is
// no refusal is logged, and the client learns no more than that there was one.
type presenter struct{ log *slog.Logger }

func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	return changesFrom(ctx).tell(p.judge(ctx, err))
}

// judge turns an error into what a client is told where nothing has been changed before.
func (p presenter) judge(ctx context.Context, err error) *gqlerror.Error {
	path := graphql.GetPath(ctx)
	var own *gqlerror.Error
	if errors.As(err, &own) && own.Path != nil {
		path = own.Path
	}
	var refusal *policies.Error
	var unknown *registry.UnknownOutcome
	var unread *registry.Unread
	switch {
	case errors.As(err, &unknown):
		p.log.WarnContext(ctx, "the outcome of a change is unknown", "error", err, "path", path.String())
		return unknownOutcome(path, unknown)
	case errors.As(err, &unread):
		p.log.WarnContext(ctx, "a change couldn't be shown", "error", err, "path", path.String())
		return lostAnswer(path, unread.Outcome)
	case errors.As(err, &refusal):
		p.noteRefused(ctx, refusal, path)
		return presentRefusal(ctx, refusal, path)
	case errors.Is(err, registry.ErrUnavailable):
		p.log.WarnContext(ctx, "a change couldn't be taken", "error", err, "path", path.String())
		return codedError(path, policies.Unavailable, "the registry can't do this right now; this changed nothing, try again")
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return codedError(path, policies.Unavailable, "the request was cancelled or took too long")
	case own != nil && own.Extensions["code"] != nil:
		return own // the query wasn't executed: it doesn't parse or validate, or is too large
	case own != nil && isInput(ctx, own):
		e := codedError(graphql.GetPath(ctx), policies.Invalid, own.Message)
		e.Extensions["field"] = inputPath(ctx, own.Path)
		return e
	}
	if !errors.Is(err, errPanicked) {
		p.log.ErrorContext(ctx, "a field couldn't be answered", "error", err, "path", path.String())
	}
	return codedError(path, policies.Internal, "something went wrong here, and it was logged")
}

// noteRefused logs that somebody may not see what was asked for. Refused changes are logged by the
// registry.
func (p presenter) noteRefused(ctx context.Context, r *policies.Error, path ast.Path) {
	if r.Code != policies.Forbidden && r.Code != policies.Unauthenticated || graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		return
	}
	a := registry.ActorFrom(ctx)
	p.log.InfoContext(ctx, "refused a question", "code", string(r.Code), "reason", string(r.Reason), "path", path.String(),
		"member", a.MemberID, "organisation", a.OrganisationID)
}

// recovered logs a panic.
func (p presenter) recovered(ctx context.Context, panicked any) error {
	p.log.ErrorContext(ctx, "a resolver panicked", "panic", panicked, "path", graphql.GetPath(ctx).String(), "stack", string(debug.Stack()))
	return errPanicked
}

// codedError makes an error with a code.
func codedError(path ast.Path, code policies.Code, message string) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Path: path, Extensions: map[string]any{"code": string(code)}}
}

// presentRefusal turns a refusal of the domain into an error with its code, field and details.
func presentRefusal(ctx context.Context, r *policies.Error, path ast.Path) *gqlerror.Error {
	fc := graphql.GetFieldContext(ctx)
	e := codedError(graphql.GetPath(ctx), r.Code, r.Message)
	switch {
	case r.Field != "":
		e.Extensions["field"] = fieldPath(fc, r.Field)
	case fc != nil && len(path) > len(graphql.GetPath(ctx)):
		e.Extensions["field"] = inputPath(ctx, path) // a scalar wasn't readable
	}
	if r.Reason != "" {
		e.Extensions["reason"] = string(r.Reason)
	}
	if len(r.Others) > 0 {
		e.Extensions["faults"] = faultExtensions(fc, r.Faults())
	}
	return e
}

// fieldPath returns the path of an argument: "change.clauseId" of a mutation becomes
// ["input", "change", "clauseId"], and numbers become indexes.
func fieldPath(fc *graphql.FieldContext, field string) []any {
	var path []any
	if fc != nil && fc.Object == "Mutation" {
		path = append(path, "input")
	}
	for s := range strings.SplitSeq(field, ".") {
		if n, err := strconv.Atoi(s); err == nil {
			path = append(path, n)
			continue
		}
		path = append(path, s)
	}
	return path
}

// isInput says whether an error arose while an argument was read. gqlgen then gives it a
// path that begins with the field's own and goes on.
func isInput(ctx context.Context, e *gqlerror.Error) bool {
	fc := graphql.GetFieldContext(ctx)
	return fc != nil && e.Err != nil && len(e.Path) > len(fc.Path())
}

// inputPath returns the part of such a path that comes after the field's own.
func inputPath(ctx context.Context, path ast.Path) []any {
	var out []any
	for _, e := range path[len(graphql.GetFieldContext(ctx).Path()):] {
		switch e := e.(type) {
		case ast.PathName:
			out = append(out, string(e))
		case ast.PathIndex:
			out = append(out, int(e))
		}
	}
	return out
}

// faultExtensions lists all faults of an input, for extensions.faults.
func faultExtensions(fc *graphql.FieldContext, faults []*policies.Error) []map[string]any {
	list := make([]map[string]any, len(faults))
	for i, f := range faults {
		list[i] = map[string]any{"field": fieldPath(fc, f.Field), "message": f.Message}
	}
	return list
}

// enumName writes a word of the domain as the schema's enums do: "commentUnanswered"
// is COMMENT_UNANSWERED.
func enumName(s string) string {
	var b strings.Builder
	for _, c := range s {
		if unicode.IsUpper(c) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(c))
	}
	return b.String()
}

// invalidField refuses the value of an argument.
func invalidField(field, format string, args ...any) error {
	return &policies.Error{Code: policies.Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// notFoundError refuses a thing that isn't there, or that the viewer may not see: the two can't
// be told apart.
func notFoundError(field, what string) error {
	return &policies.Error{Code: policies.NotFound, Field: field, Message: fmt.Sprintf("there is no such %s, or none that you may see", what)}
}
