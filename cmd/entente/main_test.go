package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ewtp/entente/graph/graphtest"
)

// testAudience is the audience of the tokens of the tests' issuers.
const testAudience = "entente-test"

// TestMain lets the scripts start the program itself: the test binary, called by
// the program's name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"entente": func() { os.Exit(runProcess(clocks{now: scriptClock})) }})
}

// passedFile names the file, in the environment of a script's programs, that says how
// much time has passed in the script besides what really has.
const passedFile = "PASSED"

// scriptClock is the clock of a script's registries, which the script moves.
func scriptClock() time.Time { return time.Now().Add(passed(os.Getenv(passedFile))) }

func passed(file string) time.Duration {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	d, err := time.ParseDuration(string(text))
	if err != nil {
		panic(err)
	}
	return d
}

// cmdPass lets time pass for the script's registries, those that run included.
func cmdPass(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 1, 1, "pass DURATION")
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	file := ts.Getenv(passedFile)
	whole := file + ".new"
	ts.Check(os.WriteFile(whole, []byte((passed(file) + d).String()), 0o600))
	ts.Check(os.Rename(whole, file))
}

// scriptCommands are what the scripts know besides testscript's own commands.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":    cmdExits,
		"freeport": cmdFreePort,
		"clock":    cmdClock,
		"pass":     cmdPass,
		"issuer":   cmdIssuer,
		"token":    cmdToken,
		"http":     cmdHTTP,
		"gql":      cmdGQL,
		"join":     cmdJoin,
		"waitfor":  cmdWaitFor,
		"json":     cmdJSON,
		"forger":   cmdForger,
		"flip":     cmdFlip,
		"holds":    cmdHolds,
		"recode":   cmdRecode,
	}
}

// takes fails the script where a command didn't get what it takes.
func takes(ts *testscript.TestScript, neg bool, args []string, least, most int, usage string) {
	if neg || len(args) < least || len(args) > most {
		ts.Fatalf("usage: %s", usage)
	}
}

// cmdExits runs the program and wants one exit status of it.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 1, 100, "exits STATUS ARGUMENT...")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec("entente", args[1:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("the exit status is %d, not %d", got, want)
	}
}

// cmdFreePort sets a variable to a loopback address at which nobody listens now.
func cmdFreePort(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 1, 1, "freeport NAME")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv(args[0], "localhost:"+strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// cmdClock sets a variable to a time in UTC that lies so far from the script's now: as RFC 3339
// has it, or, with "local", without the zone.
func cmdClock(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 2, 3, "clock NAME DURATION [local]")
	d, err := time.ParseDuration(args[1])
	ts.Check(err)
	layout := time.RFC3339Nano
	if len(args) == 3 {
		layout = "2006-01-02T15:04:05"
	}
	ts.Setenv(args[0], time.Now().UTC().Add(passed(ts.Getenv(passedFile))+d).Format(layout))
}

// cmdIssuer starts an issuer of those people and sets ISSUER to its URL.
func cmdIssuer(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 1, 100, "issuer PERSON...")
	at, closes, err := openIssuer(args...)
	ts.Defer(closes)
	ts.Check(err)
	ts.Setenv("ISSUER", at)
}

// cmdToken gets a person's token at $ISSUER, by the client credentials grant.
func cmdToken(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 2, 2, "token NAME PERSON")
	token, err := fetchToken(ts.Getenv("ISSUER"), args[1])
	ts.Check(err)
	ts.Setenv(args[0], token)
}

func exchange(ts *testscript.TestScript, r *http.Request) (int, []byte) {
	w, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	ts.Check(err)
	return w.StatusCode, body
}

// cmdHTTP gets an address, wants that status, and prints the body.
func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 2, 2, "http STATUS URL")
	r, err := http.NewRequest(http.MethodGet, args[1], nil)
	ts.Check(err)
	status, body := exchange(ts, r)
	fmt.Fprintf(ts.Stdout(), "%s", body)
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("GET %s: status %d, not %s: %s", args[1], status, args[0], body)
	}
}

// ask posts the query in a file, in which variables of the script are replaced, to
// $BASE/graphql.
func ask(ts *testscript.TestScript, args []string) (answer []byte, refused bool) {
	return post(ts, os.Expand(ts.ReadFile(args[0]), ts.Getenv), args[1:])
}

// post posts a query, perhaps with a token.
func post(ts *testscript.TestScript, query string, token []string) (answer []byte, refused bool) {
	query, _ = graphtest.AskErrors(query)
	body, err := json.Marshal(map[string]string{"query": query})
	ts.Check(err)
	r, err := http.NewRequest(http.MethodPost, ts.Getenv("BASE")+"/graphql", bytes.NewReader(body))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	if len(token) > 0 {
		r.Header.Set("Authorization", "Bearer "+token[0])
	}
	_, answer = exchange(ts, r)
	var parsed struct {
		Data   map[string]any
		Errors []json.RawMessage
	}
	if err := json.Unmarshal(answer, &parsed); err != nil {
		ts.Fatalf("the answer %q is no JSON: %v", answer, err)
	}
	refusals, err := graphtest.TakeErrors(parsed.Data)
	ts.Check(err)
	return answer, len(parsed.Errors)+len(refusals) > 0
}

// cmdGQL asks and prints the answer; with ! it wants a refusal.
func cmdGQL(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, false, args, 1, 2, "[!] gql FILE [TOKEN]")
	answer, refused := ask(ts, args)
	fmt.Fprintf(ts.Stdout(), "%s\n", answer)
	if refused != neg {
		ts.Fatalf("refused: %v, wanted: %v: %s", refused, neg, answer)
	}
}

// cmdJoin accepts the one invitation that somebody has.
func cmdJoin(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 1, 1, "join TOKEN")
	answer, refused := post(ts, `{ viewer { invitations { nodes { id } } } }`, args)
	var found struct {
		Data struct {
			Viewer struct {
				Invitations struct{ Nodes []struct{ ID string } }
			}
		}
	}
	ts.Check(json.Unmarshal(answer, &found))
	if refused || len(found.Data.Viewer.Invitations.Nodes) != 1 {
		ts.Fatalf("no invitation: %s", answer)
	}
	accept := fmt.Sprintf(`mutation { acceptInvitation(input: {invitationId: %q}) { ledgerPosition } }`, found.Data.Viewer.Invitations.Nodes[0].ID)
	if answer, refused := post(ts, accept, args); refused {
		ts.Fatalf("the invitation can't be accepted: %s", answer)
	}
}

// cmdWaitFor waits until an address answers with 200, as long as what runs in the
// background does.
func cmdWaitFor(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 1, 1, "waitfor URL")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if w, err := http.Get(args[0]); err == nil {
			ts.Check(w.Body.Close())
			if w.StatusCode == http.StatusOK {
				return
			}
		}
		for _, command := range ts.BackgroundCmds() {
			if command.Process.Signal(syscall.Signal(0)) != nil {
				ts.Fatalf("%s ended", command)
			}
		}
		<-tick.C
	}
}

// cmdJSON takes one value out of the JSON that the last command printed, into a
// variable or, with @FILE, into a file: data.documents.edges.0.node.id.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 2, 2, "json NAME|@FILE PATH")
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	for step := range strings.SplitSeq(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				ts.Fatalf("%s: there is no %q", args[1], step)
			}
			v = at[i]
		default:
			v = nil
		}
		if v == nil {
			ts.Fatalf("%s: there is no %q", args[1], step)
		}
	}
	if file, ok := strings.CutPrefix(args[0], "@"); ok {
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(fmt.Sprint(v)), 0o600))
		return
	}
	ts.Setenv(args[0], fmt.Sprint(v))
}

// cmdForger starts a proxy in front of a registry that changes one byte of
// whatever release it hands on, in its manifest, and sets a variable to its URL.
func cmdForger(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 2, 2, "forger NAME URL")
	target, err := url.Parse(args[1])
	ts.Check(err)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Header.Del("Accept-Encoding") },
		ModifyResponse: func(w *http.Response) error {
			if !strings.Contains(w.Request.URL.Path, "/releases/") {
				return nil
			}
			body, err := io.ReadAll(w.Body)
			if err = errors.Join(err, w.Body.Close()); err != nil {
				return err
			}
			if _, rest, ok := bytes.Cut(body, []byte("validUntil")); ok {
				rest[bytes.IndexByte(rest, '2')] = '3' // a thousand years more
			}
			w.Body = io.NopCloser(bytes.NewReader(body))
			return nil
		},
	}
	s := httptest.NewServer(proxy)
	ts.Defer(s.Close)
	ts.Setenv(args[0], s.URL)
}

// cmdFlip changes one bit in a file, in the middle of the first place that holds
// some text.
func cmdFlip(ts *testscript.TestScript, neg bool, args []string) {
	takes(ts, neg, args, 2, 2, "flip FILE TEXT")
	content := []byte(ts.ReadFile(args[0]))
	at := bytes.Index(content, []byte(args[1]))
	if at < 0 {
		ts.Fatalf("%s doesn't hold %q", args[0], args[1])
	}
	content[at+len(args[1])/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o600))
}
