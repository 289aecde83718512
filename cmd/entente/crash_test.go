package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/standards"
)

var crashes = flag.Int("crashes", 2, "how often TestCrashes kills a server")

// writers are how many members comment at once while a server is killed.
const writers = 6

// A crashed is a folder whose server is killed again and again, what its clients know of
// it, and what they don't.
type crashed struct {
	t            testing.TB
	data         string
	issuer, base string
	consultation string
	tokens       []string
	pid          int // of the server

	acknowledged sync.Map     // what was said, by its key
	open         sync.Map     // what may have been said: the answer never came
	count        atomic.Int64 // of what was acknowledged
}

// TestCrashes kills the real program with kill -9 while members comment, starts it again on
// what is left, and asks what is unknown again by the same keys: what was acknowledged is
// there, everything is there once, and the ledger fits its checkpoint, each time. Then it flips
// bits in copies of the ledger: what is read is refused, or nothing is changed.
func TestCrashes(t *testing.T) {
	c := newCrashed(t, writers)
	random := rand.New(rand.NewPCG(uint64(*crashes), 9))
	for round := range *crashes {
		c.killAfter(round, 1+random.Int64N(400))
	}
	stop := c.serve()
	c.finish()
	c.everythingIsThereOnce()
	if err := stop(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	c.verifies(c.data, exitOK)
	c.verifies(c.copied(), exitOK)
	flips := 0
	for range 4 * *crashes {
		flips += c.flip(random)
	}
	t.Logf("%d kills, %d comments acknowledged, each there once; %d of %d flipped bits refused, the others harmless",
		*crashes, c.count.Load(), flips, 4**crashes)
}

func newCrashed(t testing.TB, writers int) *crashed {
	names := make([]string, writers)
	for i := range names {
		names[i] = fmt.Sprint("writer", i)
	}
	c := &crashed{t: t, data: filepath.Join(t.TempDir(), "node"), issuer: people(t, names...)}
	g := &globals{Data: c.data, LogLevel: "error", clocks: clocks{now: time.Now}, out: io.Discard, err: io.Discard}
	n, err := g.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := n.registry
	ministry := registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Government, Name: "Ministry", Jurisdiction: "NZ"}).Subject
	o, err := r.Views().Organisation(t.Context(), ministry, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	gov := policies.OperatorFor(o)
	doc := registrytest.Do(t, r, gov, policies.ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en"}).Subject
	registrytest.Do(t, r, gov, policies.CommitRevision{DocumentID: doc, Source: "# Labels\n\nOne.\n"})
	registrytest.Do(t, r, gov, policiestest.From(doc, r.Now().AddDate(1, 0, 0)))
	c.consultation = registrytest.Do(t, r, gov, policies.OpenConsultation{DocumentID: doc, Closes: time.Now().UTC().AddDate(0, 0, 60).Format("2006-01-02T15:04:05"),
		Zone: "UTC", Late: policies.LateMarked}).Subject
	for _, name := range names {
		org := registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: name, Jurisdiction: "NZ"}).Subject
		registrytest.Admit(t, r, policies.InviteMember{OrganisationID: org, Issuer: c.issuer, Subject: name, Role: policies.Delegate})
		token, err := fetchToken(c.issuer, name)
		if err != nil {
			t.Fatal(err)
		}
		c.tokens = append(c.tokens, token)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	return c
}

// serve starts the program and waits until it is ready. stop sends it a signal and waits for
// its end.
func (c *crashed) serve(args ...string) (stop func(os.Signal) error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	at := "localhost:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if err := l.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.base = "http://" + at
	var log bytes.Buffer
	p := exec.Command("entente", append([]string{"serve", "--data", c.data, "--listen", at, "--issuer", c.issuer + "=" + testAudience, "--log-level", "warn"}, args...)...)
	p.Stderr = &log
	if err := p.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.pid = p.Process.Pid
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ready := false; !ready; {
		select {
		case err := <-ended:
			c.t.Fatalf("the server didn't start: %v\n%s", err, &log)
		case <-tick.C:
			if w, err := http.Get(c.base + "/readyz"); err == nil {
				ready = w.StatusCode == http.StatusOK
				_ = w.Body.Close()
			}
		}
	}
	return func(s os.Signal) error { return errors.Join(p.Process.Signal(s), quiet(<-ended, s)) }
}

// quiet is no error where a process was to be killed.
func quiet(err error, s os.Signal) error {
	if s == os.Kill {
		return nil
	}
	return err
}

// killAfter serves until so many comments were acknowledged, and kills.
func (c *crashed) killAfter(round int, comments int64) {
	stop := c.serve()
	c.finish()
	until := c.count.Load() + comments
	killed := make(chan struct{})
	var all sync.WaitGroup
	var once sync.Once
	for w := range writers {
		all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-killed:
					return
				default:
				}
				key := fmt.Sprintf("%d-%d-%d", round, w, i)
				c.say(w, key)
				if c.count.Load() >= until {
					once.Do(func() {
						if err := stop(os.Kill); err != nil {
							c.t.Error(err)
						}
						close(killed)
					})
				}
			}
		})
	}
	all.Wait()
}

// say submits a comment, and notes what is known of it.
func (c *crashed) say(writer int, key string) {
	c.open.Store(key, writer)
	query := fmt.Sprintf(`mutation { submitComment(input: {consultationId: %q, stance: OPPOSE, type: GENERAL, text: %q, idempotencyKey: %q}) { comment { id } } }`,
		c.consultation, "Said as "+key, key)
	id, err := c.ask(writer, query)
	if err != nil {
		return // nobody knows: it is asked again
	}
	c.open.Delete(key)
	if _, twice := c.acknowledged.Swap(key, id); !twice {
		c.count.Add(1)
	}
}

// ask posts a query, and returns the ID of the comment that it made.
func (c *crashed) ask(writer int, query string) (string, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequest(http.MethodPost, c.base+"/graphql", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.tokens[writer])
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer w.Body.Close()
	var answer struct {
		Errors []any
		Data   struct {
			SubmitComment *struct{ Comment struct{ ID string } }
		}
	}
	if err := json.NewDecoder(w.Body).Decode(&answer); err != nil {
		return "", err
	}
	if answer.Data.SubmitComment == nil {
		return "", fmt.Errorf("%v", answer.Errors)
	}
	return answer.Data.SubmitComment.Comment.ID, nil
}

// finish asks again for what isn't known, until it is.
func (c *crashed) finish() {
	c.open.Range(func(key, writer any) bool {
		c.say(writer.(int), key.(string))
		return true
	})
	c.open.Range(func(key, _ any) bool { c.t.Errorf("nobody knows of %s", key); return true })
}

// everythingIsThereOnce reads all comments and compares them with what was acknowledged.
func (c *crashed) everythingIsThereOnce() {
	found := map[string]string{} // IDs by text
	for after := ""; ; {
		body, _ := json.Marshal(map[string]any{"query": `query($c: ID!, $after: String) { node(id: $c) { ... on Consultation {
			comments(first: 100, after: $after) { edges { node { id text } } pageInfo { hasNextPage endCursor } } } } }`,
			"variables": map[string]any{"c": c.consultation, "after": orNil(after)}})
		w, err := http.Post(c.base+"/graphql", "application/json", bytes.NewReader(body))
		if err != nil {
			c.t.Fatal(err)
		}
		var answer struct {
			Data struct {
				Node struct {
					Comments struct {
						Edges    []struct{ Node struct{ ID, Text string } }
						PageInfo struct {
							HasNextPage bool
							EndCursor   string
						}
					}
				}
			}
		}
		if err := errors.Join(json.NewDecoder(w.Body).Decode(&answer), w.Body.Close()); err != nil {
			c.t.Fatal(err)
		}
		page := answer.Data.Node.Comments
		for _, e := range page.Edges {
			if first, twice := found[e.Node.Text]; twice {
				c.t.Errorf("%q is there twice: %s and %s", e.Node.Text, first, e.Node.ID)
			}
			found[e.Node.Text] = e.Node.ID
		}
		if after = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
			break
		}
	}
	c.acknowledged.Range(func(key, id any) bool {
		if got := found["Said as "+key.(string)]; got != id {
			c.t.Errorf("%s was acknowledged as %s and is there as %q", key, id, got)
		}
		return true
	})
	if int64(len(found)) != c.count.Load() {
		c.t.Errorf("%d comments are there, %d were acknowledged", len(found), c.count.Load())
	}
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// verifies wants an exit status of ledger verify on a folder, and returns what it printed.
func (c *crashed) verifies(data string, want ...int) string {
	p := exec.Command("entente", "ledger", "verify", "--data", data, "--log-level", "error")
	out, _ := p.CombinedOutput()
	got := p.ProcessState.ExitCode()
	for _, status := range want {
		if got == status {
			return string(out)
		}
	}
	c.t.Errorf("ledger verify ended with %d: %s", got, out)
	return string(out)
}

// copied copies the folder.
func (c *crashed) copied() string {
	to := filepath.Join(c.t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(c.data)); err != nil {
		c.t.Fatal(err)
	}
	return to
}

// flip flips one bit of a copy's ledger: 1 where that is refused, and 0 where the copy verifies,
// which it does only as what it was.
func (c *crashed) flip(random *rand.Rand) int {
	copied := c.copied()
	name := filepath.Join(copied, "ledger.db")
	file, err := os.ReadFile(name)
	if err != nil {
		c.t.Fatal(err)
	}
	at := random.IntN(len(file))
	file[at] ^= 1 << random.IntN(8)
	if err := os.WriteFile(name, file, 0o600); err != nil {
		c.t.Fatal(err)
	}
	p := exec.Command("entente", "ledger", "verify", "--data", copied, "--log-level", "error")
	out, _ := p.CombinedOutput()
	switch p.ProcessState.ExitCode() {
	case exitOK:
		if whole := c.verifies(c.data, exitOK); string(out) != whole {
			c.t.Errorf("byte %d flipped: %s, and whole it is %s", at, out, whole)
		}
		return 0
	case exitVerification:
		return 1
	}
	c.t.Errorf("byte %d flipped: status %d: %s", at, p.ProcessState.ExitCode(), out)
	return 1
}
