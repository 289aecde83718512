package registry

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/views"
)

// A world is a registry that a dialogue happens in, and beside it the plain record
// that the same entries make, which says what must be taken and what refused.
type world struct {
	variant
	dir   string
	rnd   *rand.Rand
	tally tally
	story []string // the last moves, for a failure

	store   store.Store
	*node         // that is asked
	other   *node // on the same store; nil unless there are two
	opened  int   // views made anew so far
	log     *logbook
	clockMu sync.Mutex
	clock   time.Time

	model    *policiestest.Memory
	size     int64     // entries in the model
	last     time.Time // of the last of them
	ids      map[string][]string
	known    map[string]bool // the same
	words    int             // how many words of its own it has given out
	secrets  map[string]secret
	spread   map[string]bool        // words that were in the open
	going    map[string]string      // files that are being deleted, and by which clearing
	confided map[string][]string    // whom comments were told to in confidence, by their ID
	endorsed []policies.Endorsement // which there were: of what comment, by whom
	told     map[string]told        // by ledger key
	erased   map[int64]bool         // entries
	asked    []question             // with a key
	people   []person
	rules    policies.Rules
	key      *ledger.Signer

	rows  string // dump of the views
	was   shot   // of the model
	start shot   // of the model when the questions came
}

// A node is a registry with its views.
type node struct {
	path  string
	views *views.DB
	file  *sql.DB // the views' file, read from outside
	reg   *Registry
}

// broken is what a promise that wasn't kept panics with.
type broken struct{ why string }

func (w *world) fail(format string, args ...any) { panic(broken{fmt.Sprintf(format, args...)}) }

func (w *world) ok(err error) {
	if err != nil {
		w.fail("%v", err)
	}
}

// open opens the registry for the first time.
func (w *world) open() {
	var err error
	w.clock = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w.log = &logbook{}
	w.model, w.ids, w.known = &policiestest.Memory{}, map[string][]string{}, map[string]bool{}
	w.confided, w.going = map[string][]string{}, map[string]string{}
	w.secrets, w.spread, w.told, w.erased, w.was = map[string]secret{}, map[string]bool{}, map[string]told{}, map[int64]bool{}, shot{}
	w.rules = policies.DefaultRules()
	key, _, err := ledger.GenerateKey(zeroes{}, "registry.example/ledger")
	w.ok(err)
	w.key, err = ledger.NewSigner(key)
	w.ok(err)
	w.store, err = w.variant.store(filepath.Join(w.dir, "ledger"))
	w.ok(err)
	w.node = w.openNode("views")
	if w.twoNodes {
		w.other = w.openNode("other")
	}
}

// zeroes is a source of the same key every time.
type zeroes struct{}

func (zeroes) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func (w *world) openNode(path string) *node {
	n := &node{path: path}
	var err error
	file := filepath.Join(w.dir, path+".db")
	n.views, err = views.Open(context.Background(), file, views.Options{})
	w.ok(err)
	n.reg, err = Open(context.Background(), w.options(n.views, filepath.Join(w.dir, path+".checkpoint"), slog.New(w.log)))
	w.ok(err)
	n.file, err = sql.Open("sqlite", "file:"+filepath.ToSlash(file)+"?_pragma=query_only(ON)&_pragma=busy_timeout(10000)")
	w.ok(err)
	n.file.SetMaxOpenConns(1)
	return n
}

func (w *world) options(db *views.DB, checkpoint string, log *slog.Logger) Options {
	return Options{Store: w.store, Views: db, Rules: w.rules, Clock: w.time, AnyClock: true, Sign: signed, Checkpoints: w.key,
		CheckpointFile: checkpoint, Log: log}
}

func signed(manifest []byte) (string, error) {
	return fmt.Sprintf("signed %d bytes", len(manifest)), nil
}

func (w *world) time() time.Time {
	w.clockMu.Lock()
	defer w.clockMu.Unlock()
	return w.clock
}

func (w *world) wait(d time.Duration) {
	w.clockMu.Lock()
	defer w.clockMu.Unlock()
	w.clock = w.clock.Add(d)
}

// now is the moment of the next decision.
func (w *world) now() time.Time {
	if now := w.time().UTC().Truncate(time.Millisecond); now.After(w.last) {
		return now
	}
	return w.last
}

func (n *node) close() error {
	if n == nil {
		return nil
	}
	return errors.Join(n.file.Close(), n.reg.Close(), n.views.Close())
}

func (w *world) close() {
	_ = errors.Join(w.node.close(), w.other.close())
	if w.store != nil {
		_ = w.store.Close()
	}
}

// reopen closes everything and opens it again: all is as it was.
func (w *world) reopen() {
	rows := w.dump(w.file)
	w.ok(w.node.close())
	if w.durable {
		w.ok(w.store.Close())
		var err error
		w.store, err = w.variant.store(filepath.Join(w.dir, "ledger"))
		w.ok(err)
	}
	w.node = w.openNode(w.path)
	if diff := cmp.Diff(rows, w.dump(w.file)); diff != "" {
		w.fail("the views before and after the registry was opened again (-+):\n%s", diff)
	}
}

// A logbook counts log lines and keeps their words.
type logbook struct {
	mu    sync.Mutex
	lines []string
}

func (*logbook) Enabled(context.Context, slog.Level) bool { return true }
func (b *logbook) WithAttrs([]slog.Attr) slog.Handler     { return b }
func (b *logbook) WithGroup(string) slog.Handler          { return b }
func (b *logbook) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
	return nil
}

// taken returns the lines so far and forgets them.
func (b *logbook) taken() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := b.lines
	b.lines = nil
	return lines
}

// A question is a command with who asks and by which key.
type question struct {
	who policies.Actor
	key string
	c   policies.Command
}

func (q question) name() string { return reflect.TypeOf(q.c).Name() }

func (q question) String() string {
	who := q.who.MemberID
	switch {
	case q.who.Operator:
		who = "operator " + q.who.OrganisationID
	case who == "":
		who = "stranger " + q.who.Subject
	}
	said := fmt.Sprintf("%+v", q.c)
	if len(said) > 700 {
		said = said[:700] + "…"
	}
	return fmt.Sprintf("%s (%s) %q: %s %s", who, q.who.Role, q.key, q.name(), said)
}

// ask asks the questions, in one batch, and holds the answers against what must be.
func (w *world) ask(list ...question) []result {
	now, before := w.now(), w.size
	answers := make([]result, len(list))
	w.start = w.was
	w.log.taken()
	order := make([]int, len(list)) // in which they were decided
	for i := range order {
		order[i] = i
	}
	if len(list) == 1 {
		q := list[0]
		answers[0].outcome, answers[0].err = w.reg.Do(context.Background(), q.who, q.key, q.c)
	} else {
		order = w.atOnce(list, answers)
	}
	lines := w.log.taken()
	entries := w.entries(before)
	refused := 0
	for _, i := range order {
		q := list[i]
		w.tell("%s at %s", q, now.Format(time.DateTime))
		rest, no := w.hold(now, q, answers[i], entries)
		entries = rest
		if no {
			refused++
		}
	}
	if len(entries) > 0 {
		w.fail("the ledger has %d entries more than commands were taken; the first is %s", len(entries), entries[0].Kind)
	}
	if len(lines) != refused {
		w.fail("%d refusals were logged in %d lines:\n%s", refused, len(lines), strings.Join(lines, "\n"))
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "INFO refused command=") || ownWord.MatchString(line) {
			w.fail("a refusal was logged as %q", line)
		}
	}
	w.holdRows(w.size > before)
	return answers
}

// tell keeps what happened for a failure to tell.
func (w *world) tell(format string, args ...any) {
	w.story = append(w.story, fmt.Sprintf(format, args...))
	if len(w.story) > 12 {
		w.story = w.story[1:]
	}
}

type placeOf struct{}

// atOnce has each question wait for the writer before it begins, in their order. It returns the order in
// which they were decided: those that turn out to take long are prepared, and come again after the others.
func (w *world) atOnce(list []question, answers []result) (order []int) {
	var callers sync.WaitGroup
	err := w.reg.onWriter(context.Background(), func() error {
		w.reg.ordered = func(q *request) {
			i := q.ctx.Value(placeOf{}).(int)
			order = append(slices.DeleteFunc(order, func(before int) bool { return before == i }), i)
		}
		for i, q := range list {
			waiting := len(w.reg.queue)
			callers.Go(func() {
				answers[i].outcome, answers[i].err = w.reg.Do(context.WithValue(context.Background(), placeOf{}, i), q.who, q.key, q.c)
			})
			for len(q.key) <= maxKey && len(w.reg.queue) == waiting {
				runtime.Gosched()
			}
		}
		return nil
	})
	callers.Wait()
	w.ok(err)
	w.ok(w.reg.onWriter(context.Background(), func() error { w.reg.ordered = nil; return nil }))
	for i := range list { // what was never decided
		if !slices.Contains(order, i) {
			order = append(order, i)
		}
	}
	return order
}

// entries reads the ledger from an entry on.
func (w *world) entries(from int64) (all []ledger.Entry) {
	for {
		some, err := w.store.Read(context.Background(), from+int64(len(all)), 1000)
		w.ok(err)
		if len(some) == 0 {
			return all
		}
		all = append(all, some...)
	}
}

// hold holds one answer against what the plain record decides, and folds its entry.
func (w *world) hold(now time.Time, q question, a result, entries []ledger.Entry) (rest []ledger.Entry, refused bool) {
	if len(q.key) > maxKey {
		w.holdRefusal(q, a.err, &policies.Error{Code: policies.Invalid, Field: "idempotencyKey"})
		return entries, true
	}
	who, err := q.who.Current(w.model, q.c)
	if err != nil {
		w.holdRefusal(q, a.err, err)
		return entries, true
	}
	if first, at := w.usedFor(q); at >= 0 {
		if first == nil {
			w.holdRefusal(q, a.err, errKeyUsed(at))
			return entries, true
		}
		again := *first
		again.Repeated = true
		if a.err != nil || a.outcome != again {
			w.fail("%s: the key was used before, but the answer is %+v, %v instead of %+v", q, a.outcome, a.err, again)
		}
		return entries, false
	}
	env := policies.Env{Now: now, Actor: who, Rules: w.rules, Fresh: newID, Sign: signed}
	ev, want := q.c.Decide(env, w.model)
	w.tally.note(q.name(), want == nil)
	if want != nil {
		w.holdRefusal(q, a.err, want)
		return entries, true
	}
	switch {
	case a.err != nil:
		w.fail("%s: refused, which the plain record takes: %v", q, a.err)
	case len(entries) == 0:
		w.fail("%s: was taken, but there is no entry of it", q)
	}
	e := entries[0]
	given := q.key
	if q.key == "" && isMade(a.outcome.Key) { // then this is the key to ask again with
		q.key = a.outcome.Key
		w.asked = append(w.asked, q)
	}
	if e.Kind != ev.Kind() || e.Seq != w.size || !e.At.Equal(now) || a.outcome != (Outcome{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Key: q.key}) {
		w.fail("%s: %+v was told of entry %d of %s, which is %s at %s", q, a.outcome, e.Seq, e.Subject, e.Kind, e.At)
	}
	if q.key == "" {
		w.fail("%s: no key was made for it", q)
	}
	w.told[ledgerKey(q.who, q.key, q.c)] = told{a.outcome, hashOf(q.who, q.c)}
	q.key = given
	w.holdEvent(q, &e)
	return entries[1:], false
}

// told is what a key's first caller was told, and of what.
type told struct {
	outcome Outcome
	words   [32]byte
}

// usedFor says what the key was used for before, by the same person: nil, where for
// something else, or for what was erased since.
func (w *world) usedFor(q question) (first *Outcome, at int64) {
	if q.key == "" {
		return nil, -1
	}
	if t, ok := w.told[ledgerKey(q.who, q.key, q.c)]; ok {
		if t.words != hashOf(q.who, q.c) || w.erased[t.outcome.Seq] {
			return nil, t.outcome.Seq
		}
		return &t.outcome, t.outcome.Seq
	}
	if q.who.Operator {
		return nil, -1
	}
	if t, used := w.told[personKey(q.who, q.key)]; used {
		return nil, t.outcome.Seq
	}
	for _, id := range w.ids["mem"] {
		if m, err := w.model.Member(id); err == nil && m.Issuer == q.who.Issuer && m.Subject == q.who.Subject {
			if t, used := w.told[memberKey(id, q.key)]; used {
				return nil, t.outcome.Seq
			}
		}
	}
	return nil, -1
}

// holdRefusal: what is refused is so with a value that has a code, and the same one
// as the plain record's.
func (w *world) holdRefusal(q question, err, want error) {
	var is, must *policies.Error
	if !errors.As(err, &is) || !errors.As(want, &must) {
		w.fail("%s: got %v, want %v", q, err, want)
	}
	if must.Message == "" { // of the registry itself
		is = &policies.Error{Code: is.Code, Field: is.Field}
	}
	if diff := cmp.Diff(must, is); diff != "" {
		w.fail("%s: what the plain record refuses, and the registry (-+):\n%s", q, diff)
	}
}

// take reads the event of an entry into the model, and the IDs in it.
func (w *world) take(e *ledger.Entry) policies.Event {
	var ev policies.Event
	if e.Erased() {
		ev = policies.Remains(e.Kind, e.Subject)
	} else {
		var err error
		ev, err = policies.Decode(e.Kind, e.Payload)
		w.ok(err)
		for _, id := range typeID.FindAllString(string(e.Payload), -1) {
			if !w.known[id] {
				prefix, _, _ := strings.Cut(id, "_")
				w.ids[prefix], w.known[id] = append(w.ids[prefix], id), true
			}
		}
	}
	if ev != nil {
		w.ok(ev.Fold(policies.Stamp{Seq: e.Seq, At: e.At}, w.model))
	}
	w.size, w.last = e.Seq+1, e.At
	return ev
}

var (
	typeID  = regexp.MustCompile(`\b[a-z]{3}_[0-9a-z]{26}\b`)
	ownWord = regexp.MustCompile(`\bw[0-9]+q[0-9]+\b`) // see world.word
)
