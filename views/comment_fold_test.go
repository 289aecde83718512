package views

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// Words that were redacted are in no row and in no index, whether they had been
// indexed before or not.
func TestRedactedWordsAreGone(t *testing.T) {
	for name, indexed := range map[string]bool{"indexed before": true, "not indexed yet": false} {
		t.Run(name, func(t *testing.T) {
			db, err := Open(t.Context(), filepath.Join(t.TempDir(), "views.db"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			s, c := docket(t)
			foldAll(t, db, s.entries)
			list := comments(t, c, db.Position(), 1, 2, false)
			find := func(want int) {
				t.Helper()
				l, err := db.Search(t.Context(), policies.Operator, SearchFilter{Query: c.Text, Kinds: []SearchKind{InComments}}, Page{First: 10})
				if err != nil || len(l.Items) != want {
					t.Errorf("%d hits, want %d, %v", len(l.Items), want, err)
				}
			}
			fold := func(redact bool) {
				tx := begin(t, db)
				if !redact {
					for i := range list {
						foldOne(t, tx, &list[i])
					}
				}
				if redact || !indexed {
					e := list[0]
					e.Seq, e.Kind, e.Command, e.At = tx.Position(), "comment.redacted/1", "redact", e.At.Add(time.Hour)
					if err := tx.Fold(&e, &policies.CommentRedacted{ID: e.Subject, Reason: "a name"}); err != nil {
						t.Fatal(err)
					}
				}
				commit(t, tx)
			}
			fold(false)
			if indexed {
				find(2)
				fold(true)
			}
			find(1)
			found, err := db.Comments(context.Background(), policies.Operator, []string{list[0].Subject})
			if k := found[list[0].Subject]; err != nil || k.Text != "" || k.Redaction != "a name" || k.Number != 1 {
				t.Errorf("redacted: %+v, %v", k, err)
			}
		})
	}
}

// Whatever a comment comes to hold is kept and read again: a field that the columns don't
// have, nor the words, would be lost here.
func TestEveryFieldOfACommentIsKept(t *testing.T) {
	db := openTest(t)
	s, c := docket(t)
	foldAll(t, db, s.entries)
	tx := begin(t, db)
	defer tx.Rollback()
	tx.stamp = policies.Stamp{Seq: tx.Position(), At: s.now}
	want := policies.Comment{ID: "cmt_01kexample0000000000000001", DocumentID: c.DocumentID, ConsultationID: c.ConsultationID, RevisionID: c.RevisionID,
		OrganisationID: c.OrganisationID, Seq: tx.stamp.Seq, CommentWords: policies.CommentWords{ClauseID: c.ClauseID, Stance: policies.Oppose, Type: policies.Technical}}
	fillZeros(t, reflect.ValueOf(&want).Elem(), "")
	want.Masked = false // which no comment of the record is
	if err := errors.Join(tx.AddComment(want), tx.PutComment(want)); err != nil {
		t.Fatal(err)
	}
	got, err := tx.Comment(want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("put and read again (-want +got):\n%s", diff)
	}
}

// fillZeros gives every field that is zero a value of its own.
func fillZeros(t *testing.T, v reflect.Value, name string) {
	t.Helper()
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		if v.IsZero() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_800_000_000_000 + int64(len(name))).UTC()))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fillZeros(t, v.Field(i), name+"."+v.Type().Field(i).Name)
		}
	case !v.IsZero():
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillZeros(t, v.Elem(), name)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillZeros(t, v.Index(0), name)
	case v.Kind() == reflect.String:
		v.SetString("value of " + name)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(int64(7 + len(name)))
	case v.CanUint():
		v.SetUint(uint64(7 + len(name)))
	default:
		t.Fatalf("%s is a %s, of which this knows no value", name, v.Type())
	}
}
