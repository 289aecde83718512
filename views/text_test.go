package views

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/ewtp/entente/store/pack"
)

// A text that isn't the one that was put there is served to nobody.
func TestDamagedTextIsNotServed(t *testing.T) {
	s, c := docket(t)
	db := openTest(t)
	foldAll(t, db, s.entries)
	if err := db.file.Exec("UPDATE texts SET packed = x'" + hex.EncodeToString(pack.Encode([]byte("# Forged\n"))) + "'"); err != nil {
		t.Fatal(err)
	}
	db.texts.Clear()
	if _, err := db.Text(ctx, c.RevisionID); !errors.Is(err, errDamagedText) {
		t.Errorf("a forged text: %v, want errDamagedText", err)
	}
}
