package policies

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// All faults of one input come back at once, each with its field; what the state forbids,
// and a failure, come alone.
func TestFaultsComeTogether(t *testing.T) {
	failure := errors.New("the disk is gone")
	short, long := errInvalid("name", "is missing"), errInvalid("title", "is too long")
	tests := []struct {
		name string
		errs []error
		want []string
	}{
		{"none", []error{nil, nil}, nil},
		{"one", []error{nil, short}, []string{"name"}},
		{"two", []error{short, nil, long}, []string{"name", "title"}},
		{"two of two", []error{joinFaults(short, long), joinFaults(long, short)}, []string{"name", "title", "title", "name"}},
		{"a state after a fault", []error{short, errConflict("documentId", "is adopted"), long}, []string{"name", "title"}},
		{"a state before", []error{errConflict("documentId", "is adopted"), short}, []string{"documentId"}},
		{"below a field", []error{errBelow(joinFaults(short, long), "words")}, []string{"words.name", "words.title"}},
		{"of a list", []error{checkNames("topics", []string{"", "a", "Ａ ", strings.Repeat("x", MaxName+1)})},
			[]string{"topics.0", "topics.2", "topics.3"}},
		{"of a comment", []error{(&CommentWords{Stance: "shout", Type: "song", Replacement: "x", Summary: "y"}).check(true)},
			[]string{"stance", "type", "text", "replacement", "summary"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			var e *Error
			if errors.As(joinFaults(test.errs...), &e) {
				for _, f := range e.Faults() {
					got = append(got, f.Field)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("fields at fault (-want +got):\n%s", diff)
			}
		})
	}
	if err := joinFaults(short, failure); !errors.Is(err, failure) {
		t.Errorf("a failure behind a fault is %v", err)
	}
}

// What is wanted says something: what can't be seen, or is punctuation alone, is as good as nothing.
func TestWhatIsWantedSaysSomething(t *testing.T) {
	for s, says := range map[string]bool{
		"": false, " \t\n": false, "\u200b": false, "\u3164": false, "\u00ad": false, "\u202e\u2066": false, ".": false, "…": false, "-": false, "\u2800": false, "\u00a0\u2003": false,
		"No.": true, "5": true, "👍": true, "不": true, "ไม่": true, "\u200bNo": true, "€": true, "لا": true,
	} {
		if err := checkText("reason", s, 100, true); (err == nil) != says {
			t.Errorf("%q: %v", s, err)
		}
		if err := checkText("reason", s, 100, false); err != nil {
			t.Errorf("%q where none is wanted: %v", s, err)
		}
	}
}
