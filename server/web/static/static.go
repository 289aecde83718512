// Package static serves what pages are made of besides their words: the stylesheet, the fonts,
// the marks and the modules. All of it is in the program.
//
// Each file is at a path with the hash of all of them, so that it may be kept for ever and is never
// out of date. Fonts: Public Sans and Source Serif 4, variable, as subset by Fontsource 5.3, under
// the SIL Open Font License 1.1 that lies beside them.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed style.css mark.svg *.js fonts/*.woff2 fonts/*.txt
var files embed.FS

// Prefix is where all files are served.
const Prefix = "/static/"

// A file as it is sent.
type file struct {
	media          string
	plain, gzipped []byte // gzipped is nil where that doesn't pay
}

var (
	served  = map[string]file{} // by name
	version string              // names the content of all files
)

func init() {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
		served[name] = newFile(name, content)
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("static: %v", err)) // what is embedded can be read
	}
	version = hex.EncodeToString(sum.Sum(nil)[:6])
}

func newFile(name string, content []byte) file {
	f := file{media: mime.TypeByExtension(path.Ext(name)), plain: content}
	switch path.Ext(name) {
	case ".woff2":
		f.media = "font/woff2"
		return f
	case ".txt":
		f.media = "text/plain; charset=utf-8"
	case ".js":
		f.media = "text/javascript; charset=utf-8"
	}
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is a good one
	_, _ = z.Write(content)                                    // a buffer takes everything
	_ = z.Close()
	f.gzipped = packed.Bytes()
	return f
}

// Path returns where a file is served. A name that isn't there is a fault of the program.
func Path(name string) string {
	if _, ok := served[name]; !ok {
		panic("static: there is no " + name)
	}
	return Prefix + version + "/" + name
}

// Handler serves the files, and notFound what is none.
func Handler(notFound http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		f, ok := served[name]
		if !ok || given != version {
			notFound.ServeHTTP(w, r)
			return
		}
		header := w.Header()
		header.Set("Content-Type", f.media)
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
		header.Add("Vary", "Accept-Encoding")
		body := f.plain
		if f.gzipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			header.Set("Content-Encoding", "gzip")
			body = f.gzipped
		}
		header.Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body) // whoever hung up doesn't get it
	})
}
