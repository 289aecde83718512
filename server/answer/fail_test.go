package answer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// Whatever face an error comes from, it is told in the same way, and a caller can tell
// "stop" from "try again".
func TestFail(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name       string
		ctx        context.Context
		err        error
		status     int
		message    string
		extensions map[string]any
		retry      bool
		logged     string // level and message; "" for nothing
	}{
		{"a refusal", t.Context(), fmt.Errorf("couldn't do it: %w", &policies.Error{Code: policies.Conflict, Field: "base", Message: "is stale"}),
			409, "is stale", map[string]any{"code": "CONFLICT", "field": "base"}, false, ""},
		{"a refusal without a field says none", t.Context(), &policies.Error{Code: policies.Forbidden, Reason: policies.WrongRole, Message: "not with this role"},
			403, "not with this role", map[string]any{"code": "FORBIDDEN", "reason": "ROLE"}, false, "INFO refused a request"},
		{"a refusal is told even to whom that isn't there any more", gone, &policies.Error{Code: policies.Forbidden, Message: "no"},
			403, "no", map[string]any{"code": "FORBIDDEN"}, false, "INFO refused a request"},
		{"nothing of that name", t.Context(), fmt.Errorf("couldn't load it: %w", policies.ErrNotFound),
			404, "there is nothing of that name, or nothing that you may see", map[string]any{"code": "NOT_FOUND"}, false, ""},
		{"a registry that takes no changes", t.Context(), fmt.Errorf("%w: no primary", registry.ErrUnavailable),
			503, "that can't be done now; nothing was changed, and the same again does no harm", map[string]any{"code": "UNAVAILABLE"}, true, "WARN a change couldn't be taken"},
		{"a change that may have been made", t.Context(), fmt.Errorf("couldn't: %w", &registry.UnknownOutcome{Key: "k", Err: errors.New("no primary")}),
			504, "whether that was done isn't known; the same again does it at most once", map[string]any{"code": "OUTCOME_UNKNOWN"}, true, "WARN the outcome of a change is unknown"},
		{"a change that can't be shown", gone, &registry.Unread{Outcome: registry.Outcome{Seq: 6}, Err: context.Canceled},
			500, "that was done, but what came of it can't be read now", map[string]any{"code": "ANSWER_LOST", "ledgerPosition": 7.0}, false, "WARN a change couldn't be shown"},
		{"a request that ended", gone, errors.New("the database is interrupted"),
			503, "the answer took too long; ask again", map[string]any{"code": "UNAVAILABLE"}, true, ""},
		{"something that took too long", t.Context(), fmt.Errorf("couldn't ask: %w", context.DeadlineExceeded),
			503, "the answer took too long; ask again", map[string]any{"code": "UNAVAILABLE"}, true, ""},
		{"our own fault", t.Context(), errors.New("dsn=secret"),
			500, "internal error", map[string]any{"code": "INTERNAL", "requestId": "R1"}, false, "ERROR a request couldn't be answered"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var lines bytes.Buffer
			w := httptest.NewRecorder()
			w.Header().Set(RequestIDHeader, "R1")
			Fail(w, httptest.NewRequestWithContext(test.ctx, "GET", "/x", nil), slog.New(slog.NewTextHandler(&lines, nil)), test.err)
			message, extensions := readRefusal(t, w.Body.Bytes())
			if diff := cmp.Diff(test.extensions, extensions); w.Code != test.status || message != test.message || diff != "" {
				t.Errorf("%d %q (-want +got):\n%s", w.Code, message, diff)
			}
			if retry := w.Header().Get("Retry-After") != ""; retry != test.retry {
				t.Errorf("Retry-After is said: %t, want %t", retry, test.retry)
			}
			level, words, _ := strings.Cut(test.logged, " ")
			log := lines.String()
			if said := log != ""; said != (test.logged != "") || said && !(strings.Contains(log, "level="+level) && strings.Contains(log, words) &&
				strings.Contains(log, "path=/x") && strings.Contains(log, "request=R1") && strings.Contains(log, strings.ReplaceAll(test.err.Error(), `"`, `\"`))) {
				t.Errorf("the log says %q", log)
			}
		})
	}
}

// An answer that has begun is cut off, whichever writer around it knows that it has;
// that a caller hung up is nobody's fault and isn't logged.
func TestFailInMidAnswer(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name   string
		ctx    context.Context
		begins bool
		logged bool
	}{{"begun", t.Context(), true, true}, {"begun, for somebody who hung up", gone, true, false}, {"not begun", t.Context(), false, true}} {
		t.Run(test.name, func(t *testing.T) {
			var lines bytes.Buffer
			w := httptest.NewRecorder()
			inner := Before(w, nil)
			outer := struct {
				http.ResponseWriter
				wrapping
			}{inner, wrapping{inner}}
			if test.begins {
				_, _ = inner.Write([]byte("half"))
			}
			defer func() {
				if cut := recover() == http.ErrAbortHandler; cut != test.begins {
					t.Errorf("the answer was cut off: %t", cut)
				}
				if logged := lines.Len() > 0; logged != test.logged {
					t.Errorf("the log says %q", &lines)
				}
			}()
			Fail(outer, httptest.NewRequestWithContext(test.ctx, "GET", "/x", nil), slog.New(slog.NewTextHandler(&lines, nil)), errors.New("boom"))
		})
	}
}

// A wrapping writer knows nothing but what it wraps.
type wrapping struct{ inner http.ResponseWriter }

func (w wrapping) Unwrap() http.ResponseWriter { return w.inner }

func TestAllows(t *testing.T) {
	for _, test := range []struct {
		method  string
		allowed []string
		want    string // of the refusal; "" where it passes
	}{
		{"GET", []string{"GET", "HEAD"}, ""},
		{"HEAD", []string{"GET", "HEAD"}, ""},
		{"POST", []string{"GET", "HEAD"}, "only GET and HEAD are answered here"},
		{"get", []string{"GET", "HEAD"}, "only GET and HEAD are answered here"},
		{"POST", []string{"POST"}, ""},
		{"OPTIONS", []string{"POST"}, "only POST is answered here"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.Method = test.method
		if Allows(w, r, test.allowed...) != (test.want == "") {
			t.Errorf("%s among %v passes: %t", test.method, test.allowed, test.want != "")
		}
		if test.want == "" {
			continue
		}
		message, extensions := readRefusal(t, w.Body.Bytes())
		if w.Code != 405 || w.Header().Get("Allow") != strings.Join(test.allowed, ", ") || message != test.want || extensions["code"] != "INVALID" {
			t.Errorf("%s among %v: %d %v %s", test.method, test.allowed, w.Code, w.Header(), w.Body)
		}
	}
}
