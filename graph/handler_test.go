package graph

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

func TestGraphQLOverHTTP(t *testing.T) {
	w := newWorld(t)
	get := func(query string) string { return w.url + "?query=" + url.QueryEscape(query) }
	const plain, response = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
	for _, c := range []struct {
		name, method, url, body, accept, content string
		status                                   int
		kind, has, hasNot                        string
	}{
		{"a query by GET", "GET", get("{__typename}"), "", "*/*", "", 200, plain, `{"data":{"__typename":"Query"},"extensions":{"cost":{"complexity":1,"complexityLimit":40000,`, "errors"},
		{"a mutation by GET", "GET", get(`mutation { createRuleSet(input: {slug: "x", title: "x"}) { ledgerPosition } }`), "", "", "", 405, plain, "POST", "data"},
		{"a subscription by GET", "GET", get(`subscription { ledgerEntryAdded { seq } }`), "", "text/event-stream", "", 405, plain, "POST", "data"},
		{"variables that are none", "GET", get("{__typename}") + "&variables=%5B", "", "", "", 400, plain, "variables", "data"},
		{"no query", "POST", w.url, `{}`, "", "application/json", 400, plain, "missing", "data"},
		{"no JSON", "POST", w.url, `{"query": "{a}", "password": "hunter2`, "", "application/json", 400, plain, "no JSON", "hunter2"},
		{"more than JSON", "POST", w.url, `{"query": "{a}"} {}`, "", "application/json", 400, plain, "more after", "data"},
		{"a wrong type", "POST", w.url, `{"query": 7}`, "", "application/json", 400, plain, "query has the wrong type", "data"},
		{"a key twice", "POST", w.url, `{"query": "{__typename}", "query": "{ viewer { role } }"}`, "", "application/json", 400, plain, `\"query\" stands twice`, "data"},
		{"a variable twice", "POST", w.url, `{"query": "{__typename}", "variables": {"a": {"x": [1, {"y": 1, "\u0079": 2}]}}}`, "", "application/json", 400, plain, `\"y\" stands twice`, "data"},
		{"a key in capitals", "POST", w.url, `{"Query": "{__typename}"}`, "", "application/json", 400, plain, `is spelt \"query\"`, "data"},
		{"variables of two cases", "POST", w.url, `{"query": "query($a: Int, $A: Int) {documents(first: $a) {pageInfo{hasNextPage}} viewer {role}}", "variables": {"a": 1, "A": 2}}`, "", "application/json", 200, plain, "never used", "data"},
		{"a key that isn't ours", "POST", w.url, `{"query": "{__typename}", "traceId": 7}`, "", "application/json", 200, plain, "Query", "errors"},
		{"a query twice", "GET", get("{__typename}") + "&query=%7Bviewer%7Brole%7D%7D", "", "", "", 400, plain, `\"query\" stands twice`, "data"},
		{"variables that say it twice", "GET", get("{__typename}") + "&variables=" + url.QueryEscape(`{"a":1,"a":2}`), "", "", "", 400, plain, `\"a\" stands twice`, "data"},
		{"a form", "POST", w.url, `query={a}`, "", "application/x-www-form-urlencoded", 415, plain, "application/json", "data"},
		{"another character set", "POST", w.url, `{"query": "{__typename}"}`, "", "application/json; charset=latin1", 415, plain, "UTF-8", "data"},
		{"another method", "PUT", w.url, `{"query": "{__typename}"}`, "", "application/json", 405, plain, "GET or POST", "data"},
		{"what doesn't parse, the old way", "POST", w.url, `{"query": "{"}`, "application/json", "application/json", 200, plain, "GRAPHQL_PARSE_FAILED", "data"},
		{"what doesn't parse, the new way", "POST", w.url, `{"query": "{"}`, "application/graphql-response+json", "application/json", 400, response, "GRAPHQL_PARSE_FAILED", "data"},
		{"what isn't valid", "POST", w.url, `{"query": "{ nothing }"}`, "application/graphql-response+json", "application/json", 400, response, "GRAPHQL_VALIDATION_FAILED", `"data"`},
		{"a field that fails", "POST", w.url, `{"query": "{ documents(first: 0) { edges { cursor } } viewer { role } }"}`, "application/graphql-response+json", "application/json", 200, response, "INVALID", "zzz"},
		{"a type nobody has", "POST", w.url, `{"query": "{__typename}"}`, "image/png", "application/json", 200, plain, "Query", "errors"},
		{"the new way, but not wanted", "POST", w.url, `{"query": "{__typename}"}`, "application/graphql-response+json;q=0, application/json", "application/json", 200, plain, "Query", "errors"},
		{"a body too large", "POST", w.url, `{"query": "{__typename}", "variables": {"x": "` + strings.Repeat("x", 11<<20) + `"}}`, "", "application/json", 413, plain, "10485760 bytes", "data"},
		{"introspection", "POST", w.url, `{"query": "{ __schema { queryType { name } } __type(name: \"Document\") { fields { name } } }"}`, "", "application/json", 200, plain, `"adoptionGate"`, "errors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, header, body := w.send(c.method, c.url, "office", c.body, "Accept", c.accept, "Content-Type", c.content)
			if status != c.status || header.Get("Content-Type") != c.kind {
				t.Errorf("%d %q, want %d %q", status, header.Get("Content-Type"), c.status, c.kind)
			}
			if !strings.Contains(string(body), c.has) || strings.Contains(string(body), c.hasNot) || !json.Valid(body) {
				t.Errorf("body without %q, or with %q: %.300s", c.has, c.hasNot, body)
			}
			if header.Get("Cache-Control") != "no-store" {
				t.Errorf("it may be cached: %q", header.Get("Cache-Control"))
			}
		})
	}
}

func TestTheIDE(t *testing.T) {
	w := newWorld(t)
	status, header, page := w.send("GET", w.url, "", "", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if status != http.StatusOK || header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %s", status, header.Get("Content-Type"))
	}
	if csp := header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; script-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	for _, word := range []string{"//", "<style", " style=", " onclick=", "localStorage"} {
		if strings.Contains(string(page), word) {
			t.Errorf("the page has %q", word)
		}
	}
	for name, kind := range map[string]string{"ide.js": "text/javascript; charset=utf-8", "ide.css": "text/css; charset=utf-8"} {
		status, header, body := w.send("GET", w.url+"/"+name, "", "")
		if status != http.StatusOK || header.Get("Content-Type") != kind || !strings.Contains(string(page), "/graphql/"+name) {
			t.Errorf("%s: %d %s", name, status, header.Get("Content-Type"))
		}
		for _, word := range []string{"http://", "https://", "innerHTML", "localStorage", "sessionStorage", "eval("} {
			if strings.Contains(string(body), word) {
				t.Errorf("%s has %q", name, word)
			}
		}
	}
	if _, _, body := w.send("GET", w.url+"?query=%7B__typename%7D", "", "", "Accept", "text/html"); !strings.Contains(string(body), "Query") {
		t.Errorf("a query in the address is answered with %.100s", body)
	}
}

func TestWhatGoesWrongHereIsLoggedAndNotTold(t *testing.T) {
	var log lockedBuffer
	p := presenter{slog.New(slog.NewTextHandler(&log, nil))}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		err    error
		code   string
		logged string
	}{
		{"a broken disk", t.Context(), errors.New("disk /var/secret is broken"), "INTERNAL", "disk /var/secret"},
		{"a busy store", t.Context(), errors.Join(registry.ErrUnavailable, errors.New("no primary at 10.0.0.7")), "UNAVAILABLE", "10.0.0.7"},
		{"who went away", gone, context.Canceled, "UNAVAILABLE", ""},
		{"a panic", t.Context(), p.recovered(t.Context(), "index out of /var/secret"), "INTERNAL", "index out of"},
		{"a refusal", t.Context(), &policies.Error{Code: policies.Invalid, Field: "change.clauseId", Message: "is no clause"}, "INVALID", ""},
	} {
		e := p.present(c.ctx, c.err)
		if e.Extensions["code"] != c.code || strings.Contains(e.Message, "secret") || strings.Contains(e.Message, "10.0.0.7") {
			t.Errorf("%s: %v %q", c.name, e.Extensions, e.Message)
		}
		if c.logged != "" && !strings.Contains(log.String(), c.logged) {
			t.Errorf("%s isn't in the log: %s", c.name, &log)
		}
	}
}

func TestTheViewsGoneIsAnErrorAndNoPanic(t *testing.T) {
	w := newWorld(t)
	if err := w.registry.Views().Close(); err != nil {
		t.Fatal(err)
	}
	a := w.ask("", `{ documents { edges { cursor } } }`, nil)
	a.refused(t, "INTERNAL", nil)
	if text := a.Errors[0].Message; strings.Contains(text, "sql") || strings.Contains(text, "database") {
		t.Errorf("told: %s", text)
	}
	if !strings.Contains(w.log.String(), "documents") {
		t.Errorf("not logged: %s", w.log)
	}
}

// Reasons for gaps are the domain's words; each must be a word of the enum.
func TestGapReasonsAreInTheSchema(t *testing.T) {
	values := theSchema().Types["GapReason"].EnumValues
	for _, reason := range []string{"notInReview", "roundAnnounced", "revisionBeforeConsultation", "commentUnanswered", "changeMissing", "confidenceUnsettled", "changeUnexplained", "textErased",
		"partyWithoutGovernment", "ballotMissing", "ballotOpen", "ballotNotCarried", "blockingPosition",
		"termsMissing", "termsPast", "termsChanged", "consentMissing", "predecessorEnded"} {
		if values.ForName(enumName(reason)) == nil {
			t.Errorf("%s isn't in the schema", enumName(reason))
		}
	}
	if len(values) != 18 {
		t.Errorf("the schema has %d reasons", len(values))
	}
}

// Every reason of FORBIDDEN is explained where the schema explains refusals; that each has
// one is looked at with every refusal in these tests.
func TestReasonsAreInTheSchema(t *testing.T) {
	words := theSchema().Types["Query"].Description
	for _, reason := range policies.Reasons {
		if !strings.Contains(words, string(reason)) {
			t.Errorf("the schema's words on refusals lack %s", reason)
		}
	}
}
