package web

import (
	"net/url"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// documentsPage lists the documents that a visitor may read, as far as they were asked for.
type documentsPage struct {
	frame.Frame
	Asked   documentsAsked
	Rows    []documentRow
	Kinds   []choice
	Phases  []choice
	Earlier string // where the page before is; "" for none
	Later   string
}

// documentsAsked is what the form holds: what the address says.
type documentsAsked struct {
	Words string
	Kinds []standards.Kind
	Phase []policies.Phase
}

// A choice is a box of the form.
type choice struct {
	Value, Word string
	Chosen      bool
}

// A documentRow is a document in a list.
type documentRow struct {
	Document policies.Document
	Phase    policies.Phase
	Comments int
	ClosesAt time.Time
}

const documentsShown = 20

// documents lists documents.
func (s *site) documents(v *visit) error {
	p := documentsPage{Frame: s.frame(v, v.say("Documents"))}
	p.Section = "/documents"
	p.Description = v.say("Regulations, best practices and standards for electronic trade: proposed, in consultation, adopted and in force.")
	query := v.r.URL.Query()
	p.Asked = readDocumentsAsked(query)
	for _, k := range []standards.Kind{standards.Regulation, standards.BestPractice, standards.Standard} {
		p.Kinds = append(p.Kinds, choice{string(k), kindsWord(v.lang, k), slices.Contains(p.Asked.Kinds, k)})
	}
	for _, f := range policies.Phases {
		p.Phases = append(p.Phases, choice{string(f), phaseWord(v.lang, f), slices.Contains(p.Asked.Phase, f)})
	}
	page := pageOf(query, documentsShown)
	list, err := s.views.DocumentList(v.ctx, v.viewer, views.DocumentFilter{Kinds: p.Asked.Kinds, Phases: p.Asked.Phase, Title: p.Asked.Words, At: v.now, Order: views.ByUpdated}, page)
	if err != nil {
		return err
	}
	var ids []string
	for _, d := range list.Items {
		ids = append(ids, d.ID)
	}
	counts, err := s.views.CommentCounts(v.ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range list.Items {
		p.Rows = append(p.Rows, documentRow{d, d.Phase(v.now), counts[d.ID].Total, d.ClosesAt})
	}
	p.Earlier, p.Later = turns(v.r.URL, list)
	return s.show(v, "documents", &p)
}

func readDocumentsAsked(query url.Values) (a documentsAsked) {
	a.Words = query.Get("q")
	for _, k := range query["kind"] {
		a.Kinds = append(a.Kinds, standards.Kind(k))
	}
	for _, f := range query["phase"] {
		a.Phase = append(a.Phase, policies.Phase(f))
	}
	return a
}

// turns says where the pages before and after one of a list are: "" where there are none.
func turns[T any](here *url.URL, list views.List[T]) (earlier, later string) {
	at := func(key, cursor string) string {
		query := here.Query()
		query.Del("after")
		query.Del("before")
		query.Set(key, cursor)
		return here.Path + "?" + query.Encode()
	}
	if list.HasPrevious && len(list.Cursors) > 0 {
		earlier = at("before", list.Cursors[0])
	}
	if list.HasNext && len(list.Cursors) > 0 {
		later = at("after", list.Cursors[len(list.Cursors)-1])
	}
	return earlier, later
}
