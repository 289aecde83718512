package hub

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/standards"
)

// BenchmarkPoll measures a hub's poll for the newest release over loopback, beside
// nginx with the same bytes in a file, asked by the same client. The client costs next
// to nothing, so the figures show the servers; what "bare" takes, net/http takes.
func BenchmarkPoll(b *testing.B) {
	signer, m := newSigner(b), newMemory()
	m.releaseWith(b, signer, func(m *standards.Manifest) { // some 30 kB: three laws of 60 clauses each
		for i := range m.Instruments {
			for n := range 60 {
				m.Instruments[i].Clauses = append(m.Instruments[i].Clauses, standards.ManifestClause{
					ID: "clause-" + strconv.Itoa(n), Citation: "§" + strconv.Itoa(n), Kind: "paragraph"})
			}
		}
	}, "one", "two", "three")
	h := newTestHandler(b, positioned{m}, Options{Keys: signer.PublicJWKS()})
	const latest = "/hub/v1/rulesets/parcels/releases/latest"
	body := bodyOf(b, ask(h, "GET", latest, nil))

	poll(b, "entente", serve(b, h), latest, len(body))

	// The floor: net/http with a handler that does nothing but answer.
	whole := []byte(body)
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"x"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(whole)
	})
	poll(b, "bare", serve(b, bare), "/", len(body))

	if nginx, err := exec.LookPath("nginx"); err == nil {
		poll(b, "nginx", startNginx(b, nginx, body), "/latest.json", len(body))
	} else if _, err := os.Stat("/usr/sbin/nginx"); err == nil { // often not on a user's path
		poll(b, "nginx", startNginx(b, "/usr/sbin/nginx", body), "/latest.json", len(body))
	} else {
		b.Run("nginx", func(b *testing.B) { b.Skip("nginx isn't installed") })
	}
}

func serve(b *testing.B, h http.Handler) (address string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go server.Serve(listener)
	b.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}

func poll(b *testing.B, name, address, path string, size int) {
	b.Run(name+"/304", func(b *testing.B) { pollWith(b, address, path, true, 304, 0) })
	b.Run(name+"/200", func(b *testing.B) { pollWith(b, address, path, false, 200, size) })
}

// pollWith asks over one connection a goroutine, by hand: a client that cost more than
// the server would hide the difference.
func pollWith(b *testing.B, address, path string, conditional bool, status, size int) {
	request := "GET " + path + " HTTP/1.1\r\nHost: registry.example\r\n"
	if conditional {
		response, err := http.Get("http://" + address + path)
		if err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
		request += "If-None-Match: " + response.Header.Get("Etag") + "\r\n"
	}
	request += "\r\n"
	b.SetParallelism(8)
	b.SetBytes(int64(size))
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		in := bufio.NewReaderSize(conn, 64<<10)
		for pb.Next() {
			if _, err := io.WriteString(conn, request); err != nil {
				b.Error(err)
				return
			}
			if err := readResponse(in, status, size); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func readResponse(in *bufio.Reader, status, size int) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < 12 || string(line[9:12]) != strconv.Itoa(status) {
		return fmt.Errorf("got %q, want %d", line, status)
	}
	length := 0
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if status == 200 && length != size {
		return fmt.Errorf("got %d bytes, want %d", length, size)
	}
	if status == 200 {
		_, err = in.Discard(length)
	}
	return err
}

// startNginx serves body as latest.json on a free port and returns the address.
func startNginx(b *testing.B, nginx, body string) string {
	dir := b.TempDir()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	root := filepath.Join(dir, "root")
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n" // else the workers may not enter the folder
	}
	config := user + `daemon off; worker_processes auto; pid ` + dir + `/pid; error_log ` + dir + `/error.log;
events { worker_connections 1024; }
http {
	access_log off; sendfile on; tcp_nopush on; etag on; keepalive_requests 1000000000; open_file_cache max=100;
	client_body_temp_path ` + dir + `/b; proxy_temp_path ` + dir + `/p; fastcgi_temp_path ` + dir + `/f; uwsgi_temp_path ` + dir + `/u; scgi_temp_path ` + dir + `/s;
	types { application/json json; }
	server { listen ` + address + `; root ` + root + `; add_header Cache-Control no-cache; }
}`
	path := filepath.Join(dir, "nginx.conf")
	if err := os.Mkdir(root, 0o755); err != nil {
		b.Fatal(err)
	}
	for name, content := range map[string]string{path: config, filepath.Join(root, "latest.json"): body} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	var said strings.Builder
	command := exec.Command(nginx, "-p", dir, "-c", path)
	command.Stderr = &said
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	exited := make(chan struct{})
	go func() { command.Wait(); close(exited) }()
	b.Cleanup(func() { command.Process.Signal(os.Interrupt); <-exited })
	for deadline := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return address
		}
		select {
		case <-exited:
			b.Fatalf("nginx ended: %s", said.String())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			b.Fatalf("nginx doesn't answer: %v", err)
		}
	}
}
