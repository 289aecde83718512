package graph

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// clausePages returns the loader of pages of comments by clause of one revision. key says
// with which arguments. It announces the clauses that were listed together with c.
func (l *loaders) clausePages(key string, c wire.Clause, fetch func(context.Context, []string) (map[string]views.List[policies.Comment], error)) *loader[string, views.List[policies.Comment]] {
	pages := l.keyedCommentPages.of(key, fetch, l.sawComments)
	for _, at := range l.listed().beside(placeOf(&c)) {
		pages.announce(at.ClauseID)
	}
	return pages
}

// sawComments announces what a page of comments refers to.
func (l *loaders) sawComments(list views.List[policies.Comment]) {
	for _, c := range list.Items {
		l.sawComment(c)
	}
}

// duplicatesOf returns the loader of pages of duplicates by comment, for one page, and
// announces the comments seen so far.
func (l *loaders) duplicatesOf(p views.Page) *loader[string, views.List[policies.Comment]] {
	pages := l.keyedCommentPages.of(fmt.Sprintf("duplicates %+v", p), func(ctx context.Context, ids []string) (map[string]views.List[policies.Comment], error) {
		return l.db.DuplicatePages(ctx, l.viewer, ids, p)
	}, l.sawComments)
	l.seenComments.announceTo(pages)
	return pages
}

// commentsOf lists the comments that of describes, narrowed by the field's filter, as of its moment.
func (r *resolver) commentsOf(ctx context.Context, of views.CommentFilter, f *gen.CommentFilter, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	if of, err = narrowCommentFilter(of, f, momentOf(ctx)); err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.CommentList(ctx, l.viewer, of, p)
	if err != nil {
		return nil, err
	}
	return connectComments(l, list, of), nil
}

// connectComments makes the connection of a page of comments.
func connectComments(l *loaders, list views.List[policies.Comment], f views.CommentFilter) *gen.CommentConnection {
	return &gen.CommentConnection{Filter: f, PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v policies.Comment) gen.CommentEdge {
		l.sawComment(v)
		return gen.CommentEdge{Cursor: c, Node: v}
	})}
}

// narrowCommentFilter narrows the comments that a field is about by its filter. It refuses a
// filter that contradicts the field, such as one that names another document.
func narrowCommentFilter(of views.CommentFilter, f *gen.CommentFilter, asOf time.Time) (views.CommentFilter, error) {
	of.AsOf = asOf
	if f == nil {
		return of, nil
	}
	for _, x := range []struct {
		field string
		have  *string
		ask   *string
	}{
		{"documentId", &of.DocumentID, f.DocumentID},
		{"consultationId", &of.ConsultationID, f.ConsultationID},
		{"organisationId", &of.OrganisationID, f.OrganisationID},
	} {
		if x.ask == nil {
			continue
		}
		if *x.have != "" && *x.have != *x.ask {
			return of, invalidField("filter."+x.field, "contradicts the field that it narrows")
		}
		*x.have = *x.ask
	}
	whole := ""
	switch {
	case f.ClauseID != nil && valueOf(f.OnWhole):
		return of, invalidField("filter.onWhole", "goes without clauseId")
	case f.ClauseID != nil && *f.ClauseID == "":
		return of, invalidField("filter.clauseId", "is empty; ask for onWhole")
	case f.ClauseID != nil && of.DocumentID == "":
		return of, invalidField("filter.clauseId", "goes with documentId: a clause is of one document")
	case f.ClauseID != nil && of.ClauseID != nil && *f.ClauseID != *of.ClauseID, valueOf(f.OnWhole) && of.ClauseID != nil:
		return of, invalidField("filter.clauseId", "contradicts the field that it narrows")
	case f.ClauseID != nil:
		of.ClauseID = f.ClauseID
	case valueOf(f.OnWhole):
		of.ClauseID = &whole
	}
	if err := narrowToQuestion(&of, f.QuestionID); err != nil {
		return of, err
	}
	of.Stances, of.Types, of.Answered, of.Withdrawn = f.Stances, f.Types, f.Answered, f.Withdrawn
	of.Disowned, of.Confidential = f.Disowned, f.Confidential
	of.MemberID, of.Jurisdictions, of.Sectors, of.Chambers = valueOf(f.MemberID), f.Jurisdictions, f.Sectors, f.Chambers
	of.From, of.Until = valueOf(f.SubmittedFrom), valueOf(f.SubmittedUntil)
	of.FirstNumber, of.LastNumber = valueOf(f.FirstNumber), valueOf(f.LastNumber)
	return of, nil
}

// narrowToQuestion narrows comments to those that answer a question, which is of one consultation.
func narrowToQuestion(of *views.CommentFilter, id *string) error {
	if id == nil {
		return nil
	}
	consultation, name := cutPart(*id)
	switch {
	case name == "" || policies.PrefixOf(consultation) != policies.PrefixConsultation:
		return invalidField("filter.questionId", "is no ID of a question")
	case of.ConsultationID != "" && of.ConsultationID != consultation, of.QuestionID != "" && of.QuestionID != name:
		return invalidField("filter.questionId", "contradicts the field that it narrows, or consultationId")
	}
	of.ConsultationID, of.QuestionID = consultation, name
	return nil
}

// commentsAt lists the comments on a document or on one of its clauses. In the same statement it
// reads the comments on all that was listed on one page with it.
func (r *resolver) commentsAt(ctx context.Context, at views.CommentPlace, f *gen.CommentFilter, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	of := views.CommentFilter{DocumentID: at.DocumentID}
	if at.ClauseID != "" {
		of.ClauseID = &at.ClauseID
	}
	if of, err = narrowCommentFilter(of, f, momentOf(ctx)); err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := l.commentPagesAt(of, p, at).load(ctx, at)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return connectComments(l, list, of), nil
}

// commentPagesAt returns the loader of pages of comments by document or clause, for one
// filter and page. It announces what was listed on one page with at.
func (l *loaders) commentPagesAt(of views.CommentFilter, p views.Page, at views.CommentPlace) *loader[views.CommentPlace, views.List[policies.Comment]] {
	of.DocumentID = ""
	if at.ClauseID != "" {
		of.ClauseID = nil // at names it
	}
	asked := fmt.Sprintf("%q %q %q %q %d %d %d %d %t %q %q %q %q %q %s %s %s %s %s %d %+v", of.MemberID, of.Jurisdictions, of.Sectors, of.Chambers,
		of.From.UnixMilli(), of.Until.UnixMilli(), of.FirstNumber, of.LastNumber, at.ClauseID != "", of.ConsultationID, of.QuestionID, of.OrganisationID,
		of.Stances, of.Types, keyPart(of.ClauseID), keyPart(of.Answered), keyPart(of.Withdrawn),
		keyPart(of.Disowned), keyPart(of.Confidential), of.AsOf.UnixMilli(), p)
	pages := l.commentPages.of(asked, func(ctx context.Context, places []views.CommentPlace) (map[views.CommentPlace]views.List[policies.Comment], error) {
		return l.db.CommentPages(ctx, l.viewer, places, of, p)
	}, l.sawComments)
	pages.announce(l.listed().beside(at)...)
	return pages
}

// keyPart writes an optional argument into the key of a variant.
func keyPart[T any](p *T) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%q", fmt.Sprint(*p))
}
