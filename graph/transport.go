package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// overHTTP implements the GraphQL over HTTP specification in full. gqlgen's own transports answer
// 422 where it says 200, put "data": null beside request errors, and echo bodies that
// they can't read. With Accept: text/event-stream the response is a stream of events, as
// in the distinct connections mode of graphql-sse.
type overHTTP struct {
	body int64 // bytes at most
	ping time.Duration

	recovered graphql.RecoverFunc
	root      *resolver
}

var _ graphql.Transport = overHTTP{}

// Media types.
const (
	typeJSON     = "application/json"
	typeResponse = "application/graphql-response+json"
	typeEvents   = "text/event-stream"
)

// What an event stream says besides its events.
var (
	pingText = []byte(": ping\n\n")
	endText  = []byte("event: complete\ndata:\n\n")
)

// Supports implements graphql.Transport.
func (overHTTP) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "" }

// Do implements graphql.Transport.
func (t overHTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Set("Vary", "Accept")
	w.Header().Set("Cache-Control", "no-store") // each caller sees something else
	media := acceptedMedia(r.Header.Values("Accept"))
	start := graphql.Now()
	params, bad := t.read(w, r)
	if bad != nil {
		bad.write(w, media)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	op, errs := exec.CreateOperationContext(r.Context(), params)
	if errs == nil && r.Method == http.MethodGet && op.Operation.Operation != ast.Query {
		w.Header().Set("Allow", "POST")
		(&badRequest{http.StatusMethodNotAllowed, "GET is for queries; POST this operation"}).write(w, media)
		return
	}
	if media == typeEvents {
		t.stream(w, r, exec, op, errs)
		return
	}
	ctx := graphql.WithOperationContext(r.Context(), op)
	if errs == nil && op.Operation.Operation == ast.Subscription {
		errs = gqlerror.List{codedError(nil, "SUBSCRIPTION_NEEDS_STREAM", "ask for this with Accept: text/event-stream, or over a WebSocket")}
	}
	if errs != nil {
		status := http.StatusOK
		if media == typeResponse {
			status = http.StatusBadRequest
		}
		writeErrors(w, media, status, exec.DispatchError(ctx, errs).Errors)
		return
	}
	next, ctx := exec.DispatchOperation(r.Context(), op)
	if response := next(ctx); response != nil {
		if c, ok := response.Extensions["cost"].(cost); ok {
			w.Header().Set("Entente-Cost", c.header())
		}
		writeResponse(w, media, http.StatusOK, response)
	}
}

// badRequest says why a request isn't one of GraphQL over HTTP.
type badRequest struct {
	status  int
	message string
}

func (b *badRequest) write(w http.ResponseWriter, media string) {
	if media == typeEvents {
		media = typeJSON
	}
	writeErrors(w, media, b.status, gqlerror.List{codedError(nil, "BAD_REQUEST", b.message)})
}

// read reads the parameters of a request.
func (t overHTTP) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *badRequest) {
	var p *graphql.RawParams
	var bad *badRequest
	switch r.Method {
	case http.MethodGet:
		p, bad = readURL(r.URL.RawQuery)
	case http.MethodPost:
		p, bad = t.readBody(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		return nil, &badRequest{http.StatusMethodNotAllowed, "the method is GET or POST"}
	}
	if bad == nil && p.Query == "" {
		bad = &badRequest{http.StatusBadRequest, "the query is missing"}
	}
	return p, bad
}

func readURL(raw string) (*graphql.RawParams, *badRequest) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &badRequest{http.StatusBadRequest, "the address can't be read"}
	}
	for name, values := range q {
		if len(values) > 1 {
			return nil, &badRequest{http.StatusBadRequest, fmt.Sprintf("%.40q stands twice in the address", name)}
		}
	}
	p := &graphql.RawParams{Query: q.Get("query"), OperationName: q.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions} {
		err := error(nil)
		if s := q.Get(name); s != "" {
			err = decodeJSON([]byte(s), into)
		}
		var twice twiceSaid
		switch {
		case errors.As(err, &twice):
			return nil, &badRequest{http.StatusBadRequest, name + ": " + err.Error()}
		case err != nil:
			return nil, &badRequest{http.StatusBadRequest, name + " are no JSON object"}
		}
	}
	return p, nil
}

func (t overHTTP) readBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *badRequest) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := strings.ToLower(params["charset"]); err != nil || media != typeJSON || charset != "" && charset != "utf-8" {
		return nil, &badRequest{http.StatusUnsupportedMediaType, "the body's type is application/json, in UTF-8"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, t.body))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &badRequest{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", large.Limit)}
	case err != nil:
		return nil, &badRequest{http.StatusBadRequest, "the body couldn't be read to its end"}
	}
	p, err := readParams(body)
	if err != nil {
		return nil, &badRequest{http.StatusBadRequest, err.Error()}
	}
	return p, nil
}

// readParams reads the parameters of a request from JSON.
func readParams(b []byte) (*graphql.RawParams, error) {
	var p graphql.RawParams
	err := members(b, map[string]any{"query": &p.Query, "operationName": &p.OperationName, "variables": &p.Variables, "extensions": &p.Extensions})
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &kind) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.New("the body is no JSON object")
	}
	return &p, err
}

// acceptedMedia chooses the media type of a response: the first of ours in the header, else
// application/json, which older clients expect.
func acceptedMedia(accept []string) string {
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		media, params, err := mime.ParseMediaType(item)
		if err != nil || params["q"] == "0" {
			continue
		}
		switch media {
		case typeJSON, typeResponse, typeEvents:
			return media
		case "*/*", "application/*":
			return typeJSON
		}
	}
	return typeJSON
}

// writeResponse writes a response as JSON of a media type.
func writeResponse(w http.ResponseWriter, media string, status int, response any) {
	b, err := responseText(response)
	if err != nil { // a resolver made something that isn't JSON; the client gets no half response
		http.Error(w, `{"errors":[{"message":"the answer couldn't be written"}]}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // fails only where the client went away
}

// responseText writes a response as JSON. The data of one is JSON already, and a page of it isn't read again.
func responseText(response any) ([]byte, error) {
	r, ok := response.(*graphql.Response)
	if !ok || r.Data == nil || r.HasNext != nil || r.Label != "" || r.Path != nil {
		return json.Marshal(response)
	}
	b := make([]byte, 0, len(r.Data)+512)
	b = append(b, '{')
	if len(r.Errors) > 0 {
		errs, err := json.Marshal(r.Errors)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, `"errors":`...), errs...), ',')
	}
	b = append(append(b, `"data":`...), r.Data...)
	if len(r.Extensions) > 0 {
		extensions, err := json.Marshal(r.Extensions)
		if err != nil {
			return nil, err
		}
		b = append(append(b, `,"extensions":`...), extensions...)
	}
	return append(b, '}'), nil
}

// writeErrors answers a request that wasn't executed: the response has no data, not even null.
func writeErrors(w http.ResponseWriter, media string, status int, errs gqlerror.List) {
	writeResponse(w, media, status, map[string]any{"errors": errs})
}

// stream sends events: "next" for each response, then "complete".
func (t overHTTP) stream(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, op *graphql.OperationContext, errs gqlerror.List) {
	w.Header().Set("Content-Type", typeEvents+"; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	send := func(event []byte) bool {
		_, err := w.Write(event)
		return err == nil && out.Flush() == nil
	}
	ctx, cancel := context.WithCancel(graphql.WithOperationContext(r.Context(), op))
	defer Finally(ctx, cancel)
	if errs != nil {
		send(append(eventText(map[string]any{"errors": exec.DispatchError(ctx, errs).Errors}), endText...))
		return
	}
	s := &eventStream{root: t.root, op: op}
	// A subscription begins here, before the client is told that it has, so that the client
	// misses nothing that happens from then on.
	next, ctx := exec.DispatchOperation(context.WithValue(ctx, eventStreamKey{}, s), op)
	d := departureOf(ctx)
	if s.listener != nil && d.may(r) {
		w.Header().Set("Connection", "close") // nobody is to ask on it what net/http no longer hears
	}
	if !send([]byte(":\n\n")) {
		return
	}
	if s.listener == nil { // no subscription, or refused
		t.forward(t.events(ctx, next), send)
		return
	}
	s.next = next
	defer Finally(ctx, s.leave)
	if d.take(w, r) {
		op.Headers = nil // they are read from there no more, and are large
		d.leave(ctx, cancel, t.telling(ctx, s))
		return
	}
	t.tell(ctx, s, send)
}

// telling is tell for who holds nothing else of a request, and has nobody to recover.
func (t overHTTP) telling(ctx context.Context, s *eventStream) func(send func([]byte) bool) {
	return func(send func([]byte) bool) {
		defer func() {
			if v := recover(); v != nil {
				_ = t.recovered(ctx, v) // logs it; the stream ends
			}
		}()
		t.tell(ctx, s, send)
	}
}

// tell sends a subscription's events, pings between them, and "complete" in the end. It returns
// early where the client has gone.
func (t overHTTP) tell(ctx context.Context, s *eventStream, send func([]byte) bool) {
	due := time.NewTicker(t.ping)
	defer due.Stop()
	gone := false
	w := waiting{ctx, due.C, func() { gone = gone || !send(pingText) }}
	for !gone {
		text, changed, over := s.read(w)
		switch {
		case over || ctx.Err() != nil:
			send(endText)
			return
		case changed != nil:
			w.wait(changed)
		default:
			gone = gone || len(text) > 0 && !send(text)
			s.root.pace.rest(w, sending(len(text)))
		}
	}
}

// events sends each response as an event, until the operation or ctx is over. gqlgen reuses the
// response, so that its text is sent.
func (t overHTTP) events(ctx context.Context, next graphql.ResponseHandler) <-chan []byte {
	events := make(chan []byte)
	go func() {
		defer close(events)
		defer func() {
			if v := recover(); v != nil {
				_ = t.recovered(ctx, v) // logs it; the stream ends
			}
		}()
		for r := next(ctx); r != nil; r = next(ctx) {
			select {
			case events <- eventText(r):
			case <-ctx.Done():
				return
			}
		}
	}()
	return events
}

// forward sends the events, pings between them, and "complete" in the end. It returns early where
// the client has gone.
func (t overHTTP) forward(events <-chan []byte, send func([]byte) bool) {
	ping := time.NewTicker(t.ping)
	defer ping.Stop()
	for {
		text := pingText
		select {
		case e, open := <-events:
			if !open {
				send(endText)
				return
			}
			text = e
		case <-ping.C:
		}
		if !send(text) {
			return
		}
	}
}

// eventText writes a response as an event.
func eventText(response any) []byte {
	b, err := responseText(response)
	if err != nil {
		b = []byte(`{"errors":[{"message":"the answer couldn't be written"}]}`)
	}
	return slices.Concat([]byte("event: next\ndata: "), b, []byte("\n\n"))
}
