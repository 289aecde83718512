package reports

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// The files of testdata/libreoffice are a matrix that LibreOffice 7.4 opened, in which answers were typed, and that it
// saved: as XLSX, by way of ODS, as CSV in two encodings, and that once more as XLSX. In one of them two columns were sorted
// without the rest.
func saved(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", "libreoffice", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Answers come home from LibreOffice as they were typed, whatever it saved them as.
func TestLibreOfficeSavesAnswers(t *testing.T) {
	for _, name := range []string{"filled.xlsx", "by-ods.xlsx", "windows-1252.csv", "utf-16.csv", "by-csv.xlsx"} {
		all, err := readFilled(t.Context(), saved(t, name))
		if err != nil || len(all) != 5 {
			t.Errorf("%s: %d rows, %v", name, len(all), err)
			continue
		}
		outcomes := []policies.Outcome{policies.Noted, policies.AcceptedInPart, policies.Rejected, policies.AcceptedWhole, policies.Noted}
		for i, f := range all {
			revision, clause := "", ""
			if outcomes[i].Accepts() {
				revision, clause = "2", "§2(1)(2)"
			}
			reason := fmt.Sprintf("Grüße für „%d“ – =1+1\nzweite Zeile; 5 €", i+1)
			if len(f.refused) > 0 || policies.PrefixOf(f.comment) != policies.PrefixComment || f.outcome != outcomes[i] || f.reason != reason || f.changeRevision != revision || f.changeClause != clause {
				t.Errorf("%s: %+v", name, f)
			}
			if stray := astray(markedAlone(all))(markedAlone(all)[i]); stray >= 0 {
				t.Errorf("%s: row %d strays at %d", name, f.row, stray)
			}
		}
	}
}

func markedAlone(all []*filled) (rows []markedRow) {
	for _, f := range all {
		rows = append(rows, markedRow{"<" + f.proof.number + ">", f.marks})
	}
	return rows
}

// What LibreOffice sorted in part is seen.
func TestLibreOfficeSortsInPart(t *testing.T) {
	all, err := readFilled(t.Context(), saved(t, "sorted-in-part.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	rows := markedAlone(all)
	for i, f := range all {
		moved := f.reason != fmt.Sprintf("Grüße für „%d“ – =1+1\nzweite Zeile; 5 €", i+1)
		if stray := astray(rows)(rows[i]) >= 0; stray != moved {
			t.Errorf("row %d, %q: strays %t", f.row, f.reason, stray)
		}
	}
}

// A file of another kind is named for what it is, with what to do.
func TestOtherSpreadsheetsAreNamed(t *testing.T) {
	for name, want := range map[string]string{"filled.ods": "an OpenDocument file; save it as XLSX or CSV", "filled.xls": "an Excel workbook of before 2007, or one with a password; save it as XLSX without one, or as CSV"} {
		_, err := readFilled(t.Context(), saved(t, name))
		var refusal *policies.Error
		if !errors.As(err, &refusal) || refusal.Code != policies.Invalid || !strings.Contains(refusal.Message, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
