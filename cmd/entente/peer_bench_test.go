package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// peerSchema has what a comment has here that is asked for or sorted by: the same columns, the same indexes, and
// a full text. A commit waits for the disk, as here.
const peerSchema = `
CREATE TABLE organisations (id text PRIMARY KEY, name text NOT NULL, kind text NOT NULL, jurisdiction text NOT NULL);
CREATE TABLE comments (
	seq bigserial PRIMARY KEY, id text NOT NULL UNIQUE DEFAULT gen_random_uuid()::text, number bigint NOT NULL DEFAULT nextval('comments_seq_seq'),
	document text NOT NULL, consultation text NOT NULL, clause text NOT NULL, organisation text NOT NULL REFERENCES organisations, member text NOT NULL,
	stance text NOT NULL, type text NOT NULL, text text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
	words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED);
CREATE INDEX ON comments (document, clause, seq);
CREATE INDEX ON comments (consultation, seq);
CREATE INDEX ON comments (organisation, seq);
CREATE INDEX ON comments USING gin (words);
COMMENT ON COLUMN comments.words IS E'@omit';
INSERT INTO organisations SELECT 'org' || i, 'Business ' || i, 'business', 'NZ' FROM generate_series(0, 31) i;
`

// BenchmarkBeside asks this program and PostGraphile 4 on PostgreSQL the same, over HTTP, with the same client on the same
// cores: to submit a comment, on 64 connections, and for the first 20 comments of a consultation, on 32. cpu-µs/op
// is the processor's time that the servers took for a request, which other work on the machine changes little.
// docs/performance.md says how to get the peer.
func BenchmarkBeside(b *testing.B) {
	c := newCrashed(b, 32)
	stop := c.serve("--limit-write", "off", "--limit-read", "off")
	b.Run("submit/entente", func(b *testing.B) { beside(b, 64, c.pid, func(client *http.Client, i int) { c.submit(b, client, i) }) })
	b.Run("read/entente", func(b *testing.B) {
		beside(b, 32, c.pid, func(client *http.Client, _ int) { c.twentyComments(b, client) })
	})
	if err := stop(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	p := startPeer(b)
	b.Run("submit/postgraphile", func(b *testing.B) { beside(b, 64, os.Getpid(), p.submit(b)) })
	b.Run("read/postgraphile", func(b *testing.B) { beside(b, 32, os.Getpid(), p.twentyComments(b)) })
}

// beside asks on so many connections, b.N times in all.
func beside(b *testing.B, connections, server int, ask func(client *http.Client, i int)) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	for i := range connections { // connections are open, and caches warm
		ask(client, i)
	}
	before := treeTime(b, server)
	b.ResetTimer()
	var next atomic.Int64
	c := &crashed{t: b}
	took := c.askAlike(b, connections, func(int) bool {
		i := int(next.Add(1))
		if i <= b.N {
			ask(client, i)
		}
		return i <= b.N
	})()
	b.StopTimer()
	b.ReportMetric(float64((treeTime(b, server)-before).Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	b.ReportMetric(at(took, .99), "p99-ms")
}

// treeTime is the processor's time that a process's children took, and theirs; of one that isn't this process, its own too.
func treeTime(b *testing.B, root int) time.Duration {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		b.Skip("there is no /proc here")
	}
	type process struct{ parent, ticks int }
	all := map[int]process{}
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		f := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // state, parent, …, utime and stime as 11 and 12
		parent, _ := strconv.Atoi(f[1])
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		all[pid] = process{parent, user + system}
	}
	sum := 0
	for pid := range all {
		for p := pid; p > 1; p = all[p].parent {
			if p == root {
				if pid != os.Getpid() {
					sum += all[pid].ticks
				}
				break
			}
		}
	}
	const perSecond = 100 // USER_HZ, which Linux shows to programs everywhere
	return time.Duration(sum) * time.Second / perSecond
}

// twentyComments asks for the first 20 comments of the consultation.
func (c *crashed) twentyComments(b *testing.B, client *http.Client) {
	c.post(b, client, "", fmt.Sprintf(`{"query": "query($c: ID!) { node(id: $c) { ... on Consultation { comments(first: 20) { edges { node { number text stance organisation { name } } } } } } }",
		"variables": {"c": %q}}`, c.consultation))
}

// A peer is PostGraphile on PostgreSQL.
type peer struct{ crashed }

// startPeer starts one in a folder of its own, or skips.
func startPeer(b *testing.B) *peer {
	cli := os.Getenv("POSTGRAPHILE")
	bin, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if cli == "" || err != nil || len(bin) == 0 {
		b.Skip("POSTGRAPHILE doesn't name the program, or PostgreSQL isn't installed; docs/performance.md says how to get them")
	}
	dir, err := os.MkdirTemp("", "peer")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	as := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			b.Skip(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			b.Fatal(err)
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.SysProcAttr = dir, as
		return cmd
	}
	run := func(in, name string, args ...string) {
		cmd := command(name, args...)
		cmd.Stdin = strings.NewReader(in)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	data, last := filepath.Join(dir, "data"), bin[len(bin)-1]
	run("", filepath.Join(last, "initdb"), "-D", data, "-A", "trust", "-U", "postgres")
	db := freePort(b)
	startServer(b, command(filepath.Join(last, "postgres"), "-D", data, "-p", db, "-k", dir, "-c", "synchronous_commit=on", "-c", "shared_buffers=256MB"), db)
	run(peerSchema, filepath.Join(last, "psql"), "-h", dir, "-p", db, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q")
	web := freePort(b)
	startServer(b, command("node", cli, "-c", "postgres://postgres@localhost:"+db+"/postgres", "-s", "public", "-p", web, "--disable-graphiql", "--disable-query-log", "-n", "localhost"), web)
	return &peer{crashed{t: b, base: "http://localhost:" + web}}
}

func freePort(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// startServer starts a program and waits until it listens.
func startServer(b *testing.B, cmd *exec.Cmd, port string) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", "localhost:"+port); err == nil {
			_ = conn.Close()
			return
		}
	}
	b.Fatalf("%s doesn't listen: %s", cmd.Path, &said)
}

func (p *peer) submit(b *testing.B) func(*http.Client, int) {
	return func(client *http.Client, i int) {
		p.post(b, client, "", fmt.Sprintf(`{"query": "mutation($c: CommentInput!) { createComment(input: {comment: $c}) { comment { id number } } }",
			"variables": {"c": {"document": "doc", "consultation": "csn", "clause": "c%d", "organisation": "org%d", "member": "m", "stance": "OPPOSE", "type": "GENERAL", "text": "Comment %d: what this asks of a small business is more than it says."}}}`, i%50, i%32, i))
	}
}

func (p *peer) twentyComments(b *testing.B) func(*http.Client, int) {
	return func(client *http.Client, _ int) {
		p.post(b, client, "", `{"query": "query($c: String!) { allComments(condition: {consultation: $c}, first: 20) { edges { node { number text stance organisationByOrganisation { name } } } } }", "variables": {"c": "csn"}}`)
	}
}
