package answer

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// readRefusal reads an error answer.
func readRefusal(t *testing.T, body []byte) (message string, extensions map[string]any) {
	t.Helper()
	var answer struct {
		Errors []struct {
			Message    string
			Extensions map[string]any
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Errors) != 1 {
		t.Fatalf("the answer %q isn't one error: %v", body, err)
	}
	return answer.Errors[0].Message, answer.Errors[0].Extensions
}

func TestWriteError(t *testing.T) {
	for code, status := range map[policies.Code]int{
		policies.Unauthenticated: 401, policies.Forbidden: 403, policies.NotFound: 404, policies.Invalid: 400, policies.Conflict: 409,
		policies.GateUnmet: 409, policies.RateLimited: 429, policies.Unavailable: 503, policies.Internal: 500, policies.OutcomeUnknown: 504, policies.AnswerLost: 500, "NONSENSE": 500,
	} {
		w := httptest.NewRecorder()
		w.Header().Set("ETag", `"x"`)
		w.Header().Set("Content-Encoding", "gzip")
		WriteError(w, code, "no <b>", Field("input.title"), Reason("why"))
		if w.Code != status || w.Header().Get("ETag")+w.Header().Get("Content-Encoding") != "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v, want %d", code, w.Code, w.Header(), status)
		}
		message, extensions := readRefusal(t, w.Body.Bytes())
		want := map[string]any{"code": string(code), "field": "input.title", "reason": "why"}
		if diff := cmp.Diff(want, extensions); diff != "" || message != "no <b>" {
			t.Errorf("%s: %q (-want +got):\n%s", code, message, diff)
		}
	}
	w := httptest.NewRecorder()
	WriteError(w, policies.Invalid, "x", Detail{Key: "bad", Value: func() {}})
	if _, extensions := readRefusal(t, w.Body.Bytes()); w.Code != 500 || extensions["code"] != "INTERNAL" {
		t.Errorf("a detail that can't be written: %d %s", w.Code, w.Body)
	}
}
