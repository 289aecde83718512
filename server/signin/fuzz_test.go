package signin

import (
	"net/url"
	"strings"
	"testing"
)

// Nobody without a key makes a value that opens.
func FuzzOpen(f *testing.F) {
	file, err := GenerateKeys()
	if err != nil {
		f.Fatal(err)
	}
	keys, err := ParseKeys(file)
	if err != nil {
		f.Fatal(err)
	}
	sealed := keys.seal("a", []byte("text"))
	f.Add("a", "")
	f.Add("b", sealed)
	f.Add("a", sealed[:len(sealed)-1])
	f.Add("a", strings.Repeat("A", 60))
	f.Fuzz(func(t *testing.T, name, value string) {
		text, err := keys.open(name, value)
		if err == nil && !(name == "a" && value == sealed && string(text) == "text") {
			t.Errorf("open(%q, %q) = %q", name, value, text)
		}
	})
}

// Whatever it is given, local stays on this server.
func FuzzLocal(f *testing.F) {
	for _, text := range []string{"/", "//x", "/\\x", "/a?b=c#d", "https://x", "/\t/x", "/%2f%2fx", "/?//x", "/.//x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := localPath(text)
		whole, err := url.Parse("https://registry.example" + got)
		if err != nil || whole.Host != "registry.example" || whole.Scheme != "https" || whole.User != nil {
			t.Errorf("local(%q) = %q: %v", text, got, err)
		}
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t\x00 ") {
			t.Errorf("local(%q) = %q", text, got)
		}
		if again := localPath(got); again != got {
			t.Errorf("local(%q) = %q, and then %q", text, got, again)
		}
	})
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte("# x\nAAAA\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if keys, err := ParseKeys(file); err == nil && len(keys.aeads) == 0 {
			t.Error("no key, and no error")
		}
	})
}
