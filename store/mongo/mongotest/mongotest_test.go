package mongotest

import "testing"

func TestWithDatabase(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://h":  "mongodb://h/new",
		"mongodb://h/": "mongodb://h/new",
		"mongodb://u:p@h:1,g:2/old?replicaSet=r/s": "mongodb://u:p@h:1,g:2/new?replicaSet=r/s",
		"mongodb+srv://h?tls=true":                 "mongodb+srv://h/new?tls=true",
	} {
		if got := withDatabase(uri, "new"); got != want {
			t.Errorf("withDatabase(%q) = %q, want %q", uri, got, want)
		}
	}
}
