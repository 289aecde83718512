package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/store/mongo/mongotest"
)

// tokenOf signs a persona in.
func tokenOf(t *testing.T, at, id string) string {
	t.Helper()
	res, err := http.PostForm(at+"/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {issuer.Secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&token); err != nil || token.AccessToken == "" {
		t.Fatalf("no token for %s: status %d, %v", id, res.StatusCode, err)
	}
	return token.AccessToken
}

// buildNode builds the program.
func buildNode(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "entente")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("couldn't build the program: %v\n%s", err, out)
	}
	return binary
}

// A process is an entente serve that listens. It must end well when the test does.
type process struct {
	url string
	log bytes.Buffer // complete once the process has ended
}

func startProcess(t *testing.T, binary string, args ...string) *process {
	t.Helper()
	p, listening := &process{}, make(chan string, 1)
	command := exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	errs, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(listening)
		lines := bufio.NewScanner(errs)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			p.log.Write(append(lines.Bytes(), '\n'))
			var line struct{ Msg, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
				listening <- line.Address
			}
		}
	}()
	t.Cleanup(func() {
		stopped := command.Process.Signal(syscall.SIGTERM)
		<-ended
		if err := errors.Join(stopped, command.Wait()); err != nil {
			t.Errorf("a node ended badly: %v", err)
		}
		if t.Failed() {
			t.Logf("a node's log:\n%s", p.log.String())
		}
	})
	address, ok := <-listening
	if !ok {
		t.Fatal("the node doesn't listen")
	}
	p.url = "http://" + address + "/graphql"
	return p
}

// A reply is GraphQL's.
type reply struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
}

// post asks a node that has seen at least so many entries; an answer that another
// try may change is an error that is errTryAgain.
func (p *process) post(ctx context.Context, token string, seen int64, query string, input any) (map[string]any, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"input": input}})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set(acting.AtLeastHeader, strconv.FormatInt(seen, 10))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusServiceUnavailable {
		return nil, errTryAgain
	}
	var a reply
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, fmt.Errorf("status %d: %s", res.StatusCode, text)
	}
	if len(a.Errors) > 0 && a.Errors[0].Extensions.Code == "UNAVAILABLE" {
		return nil, errTryAgain
	}
	if len(a.Errors) > 0 || res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s", res.StatusCode, text)
	}
	return a.Data, nil
}

var errTryAgain = errors.New("not now")

// ask posts until there is an answer.
func (p *process) ask(ctx context.Context, token string, seen int64, query string, input any) (map[string]any, error) {
	for {
		data, err := p.post(ctx, token, seen, query, input)
		if !errors.Is(err, errTryAgain) {
			return data, err
		}
	}
}

// change carries a mutation out and returns the ID of what it made and the position.
func (p *process) change(t *testing.T, token, mutation, made string, seen int64, input map[string]any) (id string, position int64) {
	t.Helper()
	name := strings.ToUpper(mutation[:1]) + mutation[1:]
	data, err := p.ask(t.Context(), token, seen, fmt.Sprintf(
		"mutation($input: %sInput!) { did: %s(input: $input) { made: %s { id } ledgerPosition errors { message path } } }", name, mutation, made), input)
	if err != nil {
		t.Fatalf("%s: %v", mutation, err)
	}
	did := data["did"].(map[string]any)
	if refused := did["errors"].([]any); len(refused) > 0 {
		t.Fatalf("%s: %v", mutation, refused)
	}
	return did["made"].(map[string]any)["id"].(string), whole(did["ledgerPosition"])
}

// whole reads a Long, which comes as a number or as its digits.
func whole(v any) int64 {
	n, err := strconv.ParseInt(strings.TrimSuffix(fmt.Sprint(v), ".0"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// TestTwoNodes lets many callers write at once to two processes on one database.
// Each command gets in once, even where it is sent to both, and both nodes end with
// the same record.
func TestTwoNodes(t *testing.T) {
	database := mongotest.URI(t)
	at, binary := people(t, "office", "author", "carrier"), buildNode(t)
	folders := []string{t.TempDir(), t.TempDir()}
	run := func(folder string) *process {
		return startProcess(t, binary, "--data", folder, "--store", database, "--issuer", at+"="+testAudience,
			"--secretariat-name", "Office", "--secretariat-issuer", at, "--secretariat-subject", "office")
	}
	nodes := []*process{run(folders[0]), nil}
	if err := os.CopyFS(filepath.Join(folders[1], "keys"), os.DirFS(filepath.Join(folders[0], "keys"))); err != nil {
		t.Fatal(err)
	}
	checkpoint, err := os.ReadFile(filepath.Join(folders[0], "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folders[1], "checkpoint"), checkpoint, 0o600); err != nil {
		t.Fatal(err)
	}
	nodes[1] = run(folders[1])
	consultation, first := openForComment(t, nodes, at)

	const callers, each = 24, 20
	var mu sync.Mutex
	told := map[string]string{} // comments by key
	var last int64
	var writing sync.WaitGroup
	token := tokenOf(t, at, "carrier")
	for caller := range callers {
		writing.Go(func() {
			for n := range each {
				key := fmt.Sprintf("%d-%d", caller, n)
				sendTo := []*process{nodes[caller%2]}
				if n%5 == 0 { // again, at the other node
					sendTo = append(sendTo, nodes[1-caller%2])
				}
				for again, node := range sendTo {
					id, position, repeated, err := comment(t.Context(), node, token, first, consultation, key)
					if err != nil {
						t.Errorf("%s: %v", key, err)
						return
					}
					mu.Lock()
					if before, ok := told[key]; ok && (before != id || !repeated) || repeated && again == 0 {
						t.Errorf("%s made %s, then %s, repeated %v", key, before, id, repeated)
					}
					told[key], last = id, max(last, position)
					mu.Unlock()
				}
			}
		})
	}
	writing.Wait()
	if t.Failed() {
		return
	}
	if want := first + callers*each; last != want || len(told) != callers*each {
		t.Errorf("the last comment is at position %d of %d keys, want %d of %d", last, len(told), want, callers*each)
	}
	sameRecord(t, nodes, token, last, told)
}

// openForComment sets the scene, by turns through both nodes, and returns the
// consultation and the position at which it is there.
func openForComment(t *testing.T, nodes []*process, at string) (consultation string, seen int64) {
	t.Helper()
	turn := 0
	do := func(who, mutation, made string, input map[string]any) (id string) {
		t.Helper()
		turn++
		id, seen = nodes[turn%2].change(t, tokenOf(t, at, who), mutation, made, seen, input)
		return id
	}
	data, err := nodes[0].ask(t.Context(), tokenOf(t, at, "office"), 0, `{ viewer { invitations { nodes { id } } } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	mine := data["viewer"].(map[string]any)["invitations"].(map[string]any)["nodes"].([]any)[0].(map[string]any)["id"]
	do("office", "acceptInvitation", "member", map[string]any{"invitationId": mine})
	for _, who := range []string{"author", "carrier"} {
		organisation := do("office", "registerOrganisation", "organisation", map[string]any{"kind": "BUSINESS", "name": "The " + who, "jurisdiction": "EE"})
		invited := do("office", "inviteMember", "invitation", map[string]any{"organisationId": organisation, "issuer": at, "subject": who, "role": "ADMIN"})
		do(who, "acceptInvitation", "member", map[string]any{"invitationId": invited})
	}
	document := do("author", "proposeDocument", "document", map[string]any{"kind": "STANDARD", "title": "Parcels", "language": "en", "parties": []string{"EE"}})
	do("author", "commitRevision", "revision", map[string]any{"documentId": document, "source": "# Parcels\n\n## Duties\n\nThe carrier declares every parcel.\n"})
	consultation = do("author", "openConsultation", "consultation", map[string]any{"documentId": document,
		"closesAtLocal": time.Now().Add(90 * 24 * time.Hour).UTC().Format("2006-01-02T15:04"), "zone": "UTC"})
	return consultation, seen
}

func comment(ctx context.Context, p *process, token string, seen int64, consultation, key string) (id string, position int64, repeated bool, err error) {
	data, err := p.ask(ctx, token, seen, `mutation($input: SubmitCommentInput!) {
		submitComment(input: $input) { comment { id } ledgerPosition repeated errors { message path } } }`,
		map[string]any{"consultationId": consultation, "stance": "OPPOSE", "text": "Words of " + key, "idempotencyKey": key})
	if err != nil {
		return "", 0, false, err
	}
	did := data["submitComment"].(map[string]any)
	return did["comment"].(map[string]any)["id"].(string), whole(did["ledgerPosition"]), did["repeated"].(bool), nil
}

// sameRecord compares both nodes' records, entry by entry and by their roots, and
// holds them against what the callers were told.
func sameRecord(t *testing.T, nodes []*process, token string, position int64, told map[string]string) {
	t.Helper()
	var records [2][]string
	var roots [2]any
	for i, node := range nodes {
		data, err := node.ask(t.Context(), token, position, `{ ledger { position root } }`, nil)
		if err != nil {
			t.Fatal(err)
		}
		record := data["ledger"].(map[string]any)
		if whole(record["position"]) != position {
			t.Errorf("node %d is at %v, want %d", i, record["position"], position)
		}
		roots[i], records[i] = record["root"], statements(t, node, token, position)
	}
	if diff := cmp.Diff(records[0], records[1]); diff != "" || roots[0] != roots[1] {
		t.Errorf("the nodes' records differ, roots %v (-first +second):\n%s", roots, diff)
	}
	times := map[string]int{} // each comment stands in the record
	for _, statement := range records[0] {
		var entry struct{ Kind, Subject string }
		if err := json.Unmarshal([]byte(statement), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.Kind == "comment.submitted/1" {
			times[entry.Subject]++
		}
	}
	want := map[string]int{}
	for _, id := range told {
		want[id] = 1
	}
	if diff := cmp.Diff(want, times); diff != "" {
		t.Errorf("comments in the record (-told +there):\n%s", diff)
	}
}

// statements reads a node's whole record.
func statements(t *testing.T, p *process, token string, position int64) (all []string) {
	t.Helper()
	for after := ""; int64(len(all)) < position; {
		data, err := p.ask(t.Context(), token, position, fmt.Sprintf(
			`{ ledgerEntries(first: 100%s) { edges { cursor node { statement } } } }`, after), nil)
		if err != nil {
			t.Fatal(err)
		}
		edges := data["ledgerEntries"].(map[string]any)["edges"].([]any)
		if len(edges) == 0 {
			t.Fatalf("the record ends at %d of %d", len(all), position)
		}
		for _, edge := range edges {
			e := edge.(map[string]any)
			all = append(all, e["node"].(map[string]any)["statement"].(string))
			after = fmt.Sprintf(", after: %q", e["cursor"])
		}
	}
	return all
}
