package squeeze

import (
	"bytes"
	"compress/gzip"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"strconv"
	"testing"
)

// Whatever the pieces, any reader of gzip reads their bytes one after another; its own check of
// the sum is the test of ours.
func TestSend(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var pieces []Piece
		var want []byte
		for range random.IntN(6) {
			text := make([]byte, random.IntN(5000))
			for i := range text {
				text[i] = "abcdefgh <>"[random.IntN(11)]
			}
			want = append(want, text...)
			pieces = append(pieces, New(text))
		}
		for _, packed := range []bool{true, false} {
			r := httptest.NewRequest("GET", "/", nil)
			if packed {
				r.Header.Set("Accept-Encoding", "br, gzip;q=0.5")
			}
			w := httptest.NewRecorder()
			Send(w, r, 200, pieces...)
			if got := w.Header().Get("Content-Length"); got != strconv.Itoa(w.Body.Len()) {
				t.Fatalf("Content-Length %s, sent %d", got, w.Body.Len())
			}
			var body io.Reader = w.Body
			if packed {
				z, err := gzip.NewReader(body)
				if err != nil {
					t.Fatal(err)
				}
				body = z
			}
			got, err := io.ReadAll(body)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes of %d, %v", len(got), len(want), err)
			}
		}
	}
}

func TestAccepts(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br": false, "br, GZIP": true, "gzip;q=0": false, "gzip; q=0.000": false, "gzip;q=0.1": true, "x-gzip": false, "gzipped": false, "gzip;q=x": false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if Accepts(r) != want {
			t.Errorf("%q: %t", header, !want)
		}
	}
}

func FuzzCombine(f *testing.F) {
	f.Add([]byte("a"), []byte(""))
	f.Add([]byte(""), []byte("b"))
	f.Add([]byte{0, 0}, []byte{0, 0, 0})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if got, want := combine(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), len(b)), crc32.ChecksumIEEE(append(bytes.Clone(a), b...)); got != want {
			t.Errorf("%08x, want %08x", got, want)
		}
	})
}
