// Package matrix is what people take away as files and bring home: response matrices,
// comment forms, and what we heard.
package matrix

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/reports"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/answer"
)

const (
	// reportsAtOnce is how many reports are made at a time: a large one is as much work
	// as thousands of other requests.
	reportsAtOnce = 2
	// patience is how long a request waits for its turn.
	patience = 20 * time.Second
)

type handler struct {
	registry *registry.Registry
	log      *slog.Logger
	turns    chan struct{}
	most     int // comments of a matrix
}

// New serves, for every document by ID or number, what people take away and bring home:
//
//	GET  /reports/{document}/responses.csv    the response matrix; ?bom=false without
//	                                          byte order mark. One with more than
//	                                          [reports.MaxLines] comments is refused, and
//	                                          asked for in parts: ?round=1, ?clause=ID (with
//	                                          nothing: on the whole text), ?campaign=ID,
//	                                          ?from=1&to=25000 (comments' numbers), or
//	                                          several of these
//	GET  /reports/{document}/responses.xlsx   the same as a spreadsheet
//	POST /reports/{document}/responses        a matrix that was filled in, CSV or XLSX,
//	                                          as the body, or as the file of a form
//	                                          (multipart/form-data). Without more it is a trial:
//	                                          ?apply=all gives the answers if every
//	                                          row is in order, ?apply=good those that are
//
//	GET  /reports/{document}/comments.csv     the clauses of a consultation, the latest or ?round=1,
//	GET  /reports/{document}/comments.xlsx    as a form in which a member prepares comments, with
//	                                          the drafts of its organisation
//	POST /reports/{document}/comments         such a form that was filled in: its comments become
//	                                          drafts, as of a matrix the answers
//
//	GET  /reports/{document}/heard.html       what we heard: who answered, what was
//	GET  /reports/{document}/heard.md         changed for whom, and why the rest wasn't
//
// An import answers with JSON, see [reports.Result] and [reports.FormResult]: status 422 where answers were to
// be given or drafts written and none were. Whoever calls bounds the body. The caller is who
// registry.ActorFrom finds; the logger may be nil.
func New(r *registry.Registry, log *slog.Logger) http.Handler {
	if log == nil {
		log = slog.Default()
	}
	return &handler{registry: r, log: log, turns: make(chan struct{}, reportsAtOnce), most: reports.MaxLines}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	named, file, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/reports/"), "/")
	serve, methods := h.findReport(file)
	switch {
	case serve == nil || named == "":
		answer.WriteError(w, policies.NotFound, "there is no such report")
		return
	case !answer.Allows(w, r, methods...):
		return
	}
	d, err := h.findDocument(r, named) // who may not know of it waits for no turn and takes none
	if err == nil {
		err = serve(w, r, d)
	}
	if err != nil {
		h.fail(w, r, err)
	}
}

type serveReport func(http.ResponseWriter, *http.Request, policies.Document) error

// findReport returns what serves a file, and the methods it takes.
func (h *handler) findReport(file string) (serve serveReport, methods []string) {
	reads, posts := []string{http.MethodGet, http.MethodHead}, []string{http.MethodPost}
	switch file {
	case "responses.csv":
		return h.inTurn(h.sendMatrix(reports.CSV)), reads
	case "responses.xlsx":
		return h.inTurn(h.sendMatrix(reports.XLSX)), reads
	case "responses":
		return h.takeAnswers, posts
	case "comments.csv":
		return h.inTurn(h.sendForm(reports.CSV)), reads
	case "comments.xlsx":
		return h.inTurn(h.sendForm(reports.XLSX)), reads
	case "comments":
		return h.takeComments, posts
	case "heard.html":
		return h.inTurn(h.sendHeard(true)), reads
	case "heard.md":
		return h.inTurn(h.sendHeard(false)), reads
	}
	return nil, nil
}

// findDocument finds a document by ID or number, as the caller may see it.
func (h *handler) findDocument(r *http.Request, named string) (d policies.Document, err error) {
	actor := registry.ActorFrom(r.Context())
	if policies.PrefixOf(named) == policies.PrefixDocument {
		d, err = h.registry.Views().Document(r.Context(), actor, named, time.Time{})
	} else {
		d, err = h.registry.Views().DocumentByNumber(r.Context(), actor, named, time.Time{})
	}
	if err != nil {
		return d, fmt.Errorf("couldn't load the document: %w", err)
	}
	return d, nil
}

// medias are the media types of the formats.
var medias = map[reports.Format]string{reports.CSV: "text/csv; charset=utf-8; header=present",
	reports.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// sendMatrix sends a response matrix.
func (h *handler) sendMatrix(f reports.Format) serveReport {
	return func(w http.ResponseWriter, r *http.Request, d policies.Document) error {
		part, err := partAsked(r)
		if err != nil {
			return err
		}
		e := reports.Export{DocumentID: d.ID, Format: f, Part: part, NoMark: r.URL.Query().Get("bom") == "false", Most: h.most}
		views, actor := h.registry.Views(), registry.ActorFrom(r.Context())
		return sendFile(w, r, medias[f], matrixName(d, e),
			func() error { return reports.CheckMatrix(r.Context(), views, actor, e) },
			func(w io.Writer) error { return reports.WriteMatrix(r.Context(), views, actor, e, w) })
	}
}

// sendFile sends a file that write writes, or says by check whether there is one.
func sendFile(w http.ResponseWriter, r *http.Request, media, name string, check func() error, write func(io.Writer) error) error {
	setOwnHeaders(w, media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if r.Method == http.MethodHead {
		return check()
	}
	return write(w)
}

// sendHeard sends the report on what was heard.
func (h *handler) sendHeard(page bool) serveReport {
	return func(w http.ResponseWriter, r *http.Request, d policies.Document) error {
		report, err := reports.WhatWeHeard(r.Context(), h.registry.Views(), registry.ActorFrom(r.Context()), d.ID)
		if err != nil {
			return err
		}
		media, text := "text/markdown; charset=utf-8; variant=GFM", report.Markdown()
		if page {
			media = "text/html; charset=utf-8"
			if text, err = report.HTML(); err != nil {
				return err
			}
			w.Header().Set("Content-Security-Policy", reports.HeardPolicy)
		}
		setOwnHeaders(w, media)
		_, err = io.WriteString(w, text)
		return err
	}
}

// setOwnHeaders sets the header of an answer that is for its caller alone.
func setOwnHeaders(w http.ResponseWriter, media string) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Vary", "Authorization, Cookie, "+acting.OrganisationHeader)
}

// fail answers what went wrong.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errBody):
		err = &policies.Error{Code: policies.Invalid, Field: "body", Message: "the body couldn't be read"}
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "10")
		err = &policies.Error{Code: policies.Unavailable, Message: "too many reports are being made; try again in a moment"}
	case errors.Is(err, policies.ErrNotFound):
		err = &policies.Error{Code: policies.NotFound, Message: "there is no such document, or none that you may see"}
	}
	answer.Fail(w, r, h.log, fmt.Errorf("couldn't make a report: %w", err))
}
