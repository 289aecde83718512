package graph

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/ewtp/entente/graph/gen"
)

// sdl is the schema as one text in the schema definition language, as tools that make clients take it.
func sdl() []byte {
	var b bytes.Buffer
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(byName(schema))
	return b.Bytes()
}

// byName returns the schema with the fields of each type by name: where the schema's
// files define something says nothing to a client.
func byName(s *ast.Schema) *ast.Schema {
	copied := *s
	copied.Types = make(map[string]*ast.Definition, len(s.Types))
	for name, d := range s.Types {
		of := *d
		of.Fields = slices.SortedFunc(slices.Values(d.Fields), func(a, b *ast.FieldDefinition) int { return strings.Compare(a.Name, b.Name) })
		copied.Types[name] = &of
	}
	return &copied
}

// sdlFile serves the schema's text. It is the same for everybody, so that any cache may keep it, and a new
// version of the server is seen soon.
func sdlFile() http.Handler {
	formatted := sync.OnceValues(func() (text []byte, tag string) {
		text = sdl()
		sum := sha256.Sum256(text)
		return text, `"` + hex.EncodeToString(sum[:16]) + `"`
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, tag := formatted()
		h := w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("Etag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
}
