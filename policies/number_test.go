package policies_test

import (
	"reflect"
	"strings"
	"testing"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// foldLog folds entries as a ledger would replay them.
func foldLog(t *testing.T, log []entry) *policiestest.Memory {
	t.Helper()
	m := new(policiestest.Memory)
	for _, entry := range log {
		e, err := Decode(entry.kind, entry.payload)
		if err == nil {
			err = e.Fold(entry.stamp, m)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// Whatever gave the newest number and is erased, the number isn't given again: the very
// command that led to it, given once more, leads to a higher one, and so after the erasure is
// erased itself.
func TestErasedNumbersAreSpent(t *testing.T) {
	type decision struct {
		actor   Actor
		command Command
		env     Env
		entry   int // the entry that it led to, if it did
	}
	w := newTown(t)
	var made []decision
	w.watch = func(a Actor, c Command) { made = append(made, decision{a, c, w.env(a), len(w.log)}) }
	everything(w)
	w.watch = nil
	held := map[string]bool{}
	for i, d := range made {
		if d.entry == len(w.log) || i+1 < len(made) && made[i+1].entry == d.entry { // it was refused
			continue
		}
		e, err := Decode(w.log[d.entry].kind, w.log[d.entry].payload)
		if err != nil {
			t.Fatal(err)
		}
		given := NumberOf(e)
		if given == nil || e.Kind() == "entry.erased/1" {
			continue
		}
		m := foldLog(t, w.log[:d.entry])
		for _, spent := range []*SpentNumber{given, NumberOf(&EntryErased{Spent: given})} {
			if err := (&EntryErased{Spent: spent}).Fold(Stamp{}, m); err != nil {
				t.Fatal(err)
			}
			again, err := d.command.Decide(d.env, m)
			if err != nil {
				t.Fatalf("%s: %v", e.Kind(), err)
			}
			if n := NumberOf(again); n.Series != given.Series || n.Number != given.Number+1 {
				t.Errorf("%s: %+v was erased, and given is %+v", e.Kind(), given, n)
			}
		}
		held[e.Kind()] = true
	}
	for _, kind := range EventKinds() {
		if gives(t, w, kind) && !held[kind] {
			t.Errorf("%s gives numbers: make it numbered, and have a story tell of it", kind)
		}
	}
}

// gives says whether events of a kind have a number of their own.
func gives(t *testing.T, w *town, kind string) bool {
	for _, entry := range w.log {
		if entry.kind != kind {
			continue
		}
		e, err := Decode(kind, entry.payload)
		if err != nil {
			t.Fatal(err)
		}
		of := reflect.TypeOf(e).Elem()
		for i := range of.NumField() {
			if name := of.Field(i).Tag.Get("json"); name == "number" || name == "round" {
				return !strings.HasPrefix(kind, "document.adopted/") // which has its document's
			}
			if of.Field(i).Type == reflect.TypeFor[RevisionCommitted]() {
				return true
			}
		}
		return false
	}
	return false
}

// A release that was erased is still the one before the next: hubs have it.
func TestErasedReleaseIsFollowed(t *testing.T) {
	w := newTown(t)
	everything(w)
	for i, entry := range w.log {
		if entry.kind != "release.published/1" {
			continue
		}
		e, err := Decode(entry.kind, entry.payload)
		if err != nil {
			t.Fatal(err)
		}
		published := e.(*ReleasePublished)
		m := foldLog(t, w.log[:i])
		if err := (&EntryErased{Spent: NumberOf(e)}).Fold(Stamp{}, m); err != nil {
			t.Fatal(err)
		}
		env := w.env(w.office)
		env.Now = published.PublishedAt
		next, err := PublishRelease{RuleSetID: published.RuleSetID, Instruments: published.Instruments, ValidUntil: published.ValidUntil}.Decide(env, m)
		if err != nil {
			t.Fatal(err)
		}
		if manifest := next.(*ReleasePublished).Manifest; !strings.Contains(manifest, `"previous":"`+published.Digest+`"`) {
			t.Errorf("the next release follows another: %s", manifest)
		}
		return
	}
	t.Error("no story tells of a release")
}
