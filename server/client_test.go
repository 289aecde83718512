package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/servertest"
)

// A Client asks an Entente server; docs/api.md shows it. It is whole: what is below needs nothing but Go.
type Client struct {
	URL   string // such as https://registry.example/graphql
	Token string // "" asks as the public
	HTTP  *http.Client

	// Position is how far the ledger was when the last answer was made. Whichever node is asked
	// next answers with at least that, so that we read what we wrote.
	Position int64
}

// A Refusal is an error at the top of an answer. Message is for people, Code for programs.
type Refusal struct {
	Message    string
	Extensions struct {
		Code   string
		Reason string
		Field  any // a path, such as ["input", "documentId"]
	}
	RetryAfter string // in seconds, where waiting helps
}

// A UserError says what is wrong with a change, at a path below its input. A change that has none was made.
type UserError struct {
	Code, Message string
	Path          []string
}

func (r *Refusal) Error() string { return r.Extensions.Code + ": " + r.Message }

// Ask sends a query or mutation and reads its data.
func (c *Client) Ask(ctx context.Context, query string, variables map[string]any, data any) error {
	res, err := c.send(ctx, "application/graphql-response+json, application/json", query, variables)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer struct {
		Data   json.RawMessage
		Errors []*Refusal
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %w", res.Status, err)
	}
	if at, err := strconv.ParseInt(res.Header.Get("Entente-Position"), 10, 64); err == nil {
		c.Position = max(c.Position, at)
	}
	if len(answer.Errors) > 0 {
		answer.Errors[0].RetryAfter = res.Header.Get("Retry-After")
		return answer.Errors[0]
	}
	return json.Unmarshal(answer.Data, data)
}

// Listen sends a subscription, and calls heard with the data of each event until it returns false or the
// stream ends.
func (c *Client) Listen(ctx context.Context, query string, variables map[string]any, heard func(data json.RawMessage) bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	res, err := c.send(ctx, "text/event-stream", query, variables)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue // a ping, or the name of an event
		}
		var event struct {
			Data   json.RawMessage
			Errors []*Refusal
		}
		if err := json.Unmarshal([]byte(text), &event); err != nil {
			return err
		}
		if len(event.Errors) > 0 {
			return event.Errors[0]
		}
		if !heard(event.Data) {
			return nil
		}
	}
	return lines.Err()
}

func (c *Client) send(ctx context.Context, accept, query string, variables map[string]any) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if c.Position > 0 {
		r.Header.Set("Entente-At-Least", strconv.FormatInt(c.Position, 10))
	}
	return c.HTTP.Do(r)
}

const submit = `mutation ($input: SubmitCommentInput!) { submitComment(input: $input) { repeated comment { id } ...outcome } }
fragment outcome on MutationPayload { errors { code message path } }`

// The client of docs/api.md comments once however often it sends, reads what it wrote, page by page, hears
// of it, and is told what it did wrong.
func TestWorkedClient(t *testing.T) {
	f := servertest.NewFront(t)
	paper := f.Paper("open")
	ctx := t.Context()
	member := &Client{URL: f.URL + "/graphql", Token: f.Tokens["reader-delegate"], HTTP: http.DefaultClient}
	public := &Client{URL: f.URL + "/graphql", HTTP: http.DefaultClient}

	input := map[string]any{"consultationId": paper.Consultation, "stance": "SUPPORT", "text": "It helps.", "idempotencyKey": "our-comment-1"}
	var first, again struct {
		SubmitComment struct {
			Repeated bool
			Comment  *struct{ ID string }
			Errors   []UserError
		}
	}
	if err := member.Ask(ctx, submit, map[string]any{"input": input}, &first); err != nil {
		t.Fatal(err)
	}
	if err := member.Ask(ctx, submit, map[string]any{"input": input}, &again); err != nil {
		t.Fatal(err)
	}
	if !again.SubmitComment.Repeated || *again.SubmitComment.Comment != *first.SubmitComment.Comment {
		t.Errorf("%+v, then %+v", first, again)
	}

	public.Position = member.Position
	var found []string
	for after := any(nil); ; {
		var page struct {
			Node struct {
				Comments struct {
					Nodes    []struct{ ID string }
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
		}
		err := public.Ask(ctx, `query ($id: ID!, $after: String) { node(id: $id) { ... on Document {
			comments(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`, map[string]any{"id": paper.ID, "after": after}, &page)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Node.Comments.Nodes {
			found = append(found, n.ID)
		}
		if !page.Node.Comments.PageInfo.HasNextPage {
			break
		}
		after = page.Node.Comments.PageInfo.EndCursor
	}
	if len(found) != 2 || !strings.Contains(strings.Join(found, " "), first.SubmitComment.Comment.ID) {
		t.Errorf("found %v, and wrote %s", found, first.SubmitComment.Comment.ID)
	}

	heard := 0
	err := public.Listen(ctx, `subscription { ledgerEntryAdded(after: 0, kinds: ["comment.submitted"]) { seq } }`, nil, func(json.RawMessage) bool { heard++; return heard < 2 })
	if err != nil || heard != 2 {
		t.Errorf("heard of %d comments: %v", heard, err)
	}

	delete(input, "idempotencyKey")
	input["text"] = ""
	err = member.Ask(ctx, submit, map[string]any{"input": input}, &again)
	if wrong := again.SubmitComment.Errors; err != nil || len(wrong) != 1 || wrong[0].Code != "INVALID" || fmt.Sprint(wrong[0].Path) != "[text]" || again.SubmitComment.Comment != nil {
		t.Errorf("an empty comment: %v, %+v", err, again)
	}
	var refusal *Refusal
	if err := public.Ask(ctx, submit, map[string]any{"input": input}, &first); !errors.As(err, &refusal) || refusal.Extensions.Code != "UNAUTHENTICATED" {
		t.Errorf("a comment of nobody's: %v", err)
	}
}
