package graph

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
)

const submit = `mutation($c: ID!, $t: String!, $k: String) { submitComment(input: {consultationId: $c, stance: SUPPORT, text: $t, idempotencyKey: $k}) {
	ledgerPosition repeated comment { id text } } }`

// A client is told what is known of a change that went wrong, and asks again with the key that it is given:
// then the change is there once, and the key is its own.
func TestAClientLearnsWhatCameOfAChange(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault func(*registrytest.Store)
		key   any // the client's
		code  string
	}{
		{"away", (*registrytest.Store).BeAway, nil, "UNAVAILABLE"},
		{"away, with a key", (*registrytest.Store).BeAway, "mine", "UNAVAILABLE"},
		{"full", (*registrytest.Store).BeFull, "mine", "UNAVAILABLE"},
		{"unsure", (*registrytest.Store).BeUnsure, nil, "OUTCOME_UNKNOWN"},
		{"unsure, with a key", (*registrytest.Store).BeUnsure, "mine", "OUTCOME_UNKNOWN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			before := s.store.Size(t)
			c.fault(s.store)
			input := map[string]any{"c": s.ids["csn"], "t": "Good.", "k": c.key}
			a := s.ask("loom", submit, input)
			a.refused(t, c.code, nil)
			if strings.Contains(a.Errors[0].Message, "injected") {
				t.Errorf("told: %+v", a)
			}
			key, told := a.Errors[0].Extensions["idempotencyKey"]
			if told != (c.code == "OUTCOME_UNKNOWN") || c.key != nil && told && key != c.key {
				t.Errorf("the key to ask again with is %v", key)
			}
			s.store.Mend()
			if !told {
				key = "another"
			}
			input["k"] = key
			first, again := s.ask("loom", submit, input), s.ask("loom", submit, input)
			if first.at("submitComment.repeated") != false || again.at("submitComment.repeated") != true || s.store.Size(t) != before+1 {
				t.Errorf("asked again with %v: %+v, then %+v; %d entries", key, first, again, s.store.Size(t)-before)
			}
			s.ask("loom", submit, map[string]any{"c": s.ids["csn"], "t": "Bad.", "k": key}).refused(t, "KEY_REUSED", []any{"input", "idempotencyKey"})
			if other := s.ask("ferry", submit, input); other.at("submitComment.repeated") != false || s.store.Size(t) != before+2 {
				t.Errorf("another with that key: %+v", other)
			}
		})
	}
}

// That a change was made is said though its answer is too large, and its key asks for it again.
func TestAChangeIsToldThoughItsAnswerIsLost(t *testing.T) {
	s := newStage(t)
	roomy, before := s.url, s.store.Size(t)
	s.serve(NewHandler(Options{Registry: s.registry, Limits: Limits{Values: 3}}))
	input := map[string]any{"c": s.ids["csn"], "t": "Good."}
	a := s.ask("loom", submit, input)
	if len(a.Errors) != 2 || a.Errors[0].Extensions["code"] != codeTooCostly || a.Errors[1].Extensions["code"] != "ANSWER_LOST" ||
		a.Errors[1].Extensions["ledgerPosition"] != float64(before+1) || a.Errors[1].Path[0] != "submitComment" {
		t.Fatalf("told: %+v", a)
	}
	s.url, input["k"] = roomy, a.Errors[1].Extensions["idempotencyKey"]
	if again := s.ask("loom", submit, input); again.at("submitComment.repeated") != true || s.store.Size(t) != before+1 || again.at("submitComment.comment.text") != "Good." {
		t.Errorf("asked again: %+v", again)
	}
}

// Whatever goes wrong below a change that was made, that it was made is told, and where; that
// it should be tried again is not. Below another change of the request nothing of that is said.
func TestErrorsBelowAChangeSayThatItWasMade(t *testing.T) {
	made := &changes{}
	made.made = []madeChange{{ast.PathName("a"), registry.Outcome{Seq: 6, Key: "k"}}}
	for _, c := range []struct {
		err  error
		code string
	}{
		{errors.New("the disk is broken"), "ANSWER_LOST"},
		{registry.ErrUnavailable, "ANSWER_LOST"},
		{&policies.Error{Code: policies.NotFound, Message: "there is none"}, "NOT_FOUND"},
	} {
		for alias, tells := range map[string]bool{"a": true, "b": false} {
			told := presenter{slog.New(slog.DiscardHandler)}.judge(t.Context(), c.err)
			told.Path = append(told.Path, ast.PathName(alias), ast.PathName("comment"))
			e := made.tell(told)
			_, position := e.Extensions["ledgerPosition"]
			if position != tells || tells && (e.Extensions["code"] != c.code || e.Extensions["ledgerPosition"] != int64(7) || e.Extensions["idempotencyKey"] != "k") ||
				!tells && e.Extensions["code"] == "ANSWER_LOST" {
				t.Errorf("%v below %q: %+v", c.err, alias, e.Extensions)
			}
		}
	}
	var nothing *changes
	unread := presenter{slog.New(slog.DiscardHandler)}.present(t.Context(), &registry.Unread{Outcome: registry.Outcome{Seq: 6, Key: "k"}, Err: errors.New("secret")})
	if unread.Extensions["code"] != "ANSWER_LOST" || unread.Extensions["ledgerPosition"] != int64(7) || strings.Contains(unread.Message, "secret") || nothing.lost() != nil {
		t.Errorf("of what the views can't show: %+v", unread)
	}
}
