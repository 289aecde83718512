package sheet

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode"
)

// bom tells programs that a file is UTF-8.
const bom = "\uFEFF"

type csvWriter struct {
	w     *csv.Writer
	cells []string
}

// NewCSV begins a CSV file; marked puts a byte order mark at its beginning.
func NewCSV(w io.Writer, t Table, marked bool) (Writer, error) {
	if marked {
		if _, err := io.WriteString(w, bom); err != nil {
			return nil, fmt.Errorf("couldn't write the table: %w", err)
		}
	}
	c := &csvWriter{w: csv.NewWriter(w)}
	c.w.UseCRLF = true
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	return c, c.Write(names)
}

// Write implements Writer.
func (c *csvWriter) Write(cells []string) error {
	c.cells = c.cells[:0]
	for _, cell := range cells {
		c.cells = append(c.cells, escapeFormula(unixLines(cell)))
	}
	if err := c.w.Write(c.cells); err != nil {
		return fmt.Errorf("couldn't write the table: %w", err)
	}
	return nil
}

// Close implements Writer.
func (c *csvWriter) Close() error {
	c.w.Flush()
	if err := c.w.Error(); err != nil {
		return fmt.Errorf("couldn't write the table: %w", err)
	}
	return nil
}

// escapeFormula keeps a cell from being taken for a formula.
func escapeFormula(s string) string {
	if isFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// unescapeFormula undoes escapeFormula.
func unescapeFormula(s string) string {
	if rest, marked := strings.CutPrefix(s, "'"); marked && isFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}

// isFormula says whether a spreadsheet might take a cell for a formula: programs pass
// over white space and control characters before it, and Excel in Japanese takes the
// wide forms.
func isFormula(s string) bool {
	rest := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF' })
	for _, c := range "=+-@＝＋－＠" {
		if strings.HasPrefix(rest, string(c)) {
			return true
		}
	}
	return false
}

func readCSV(ctx context.Context, file []byte, l Limits) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if int64(len(file)) > l.Bytes {
			yield(Row{}, &Error{0, fmt.Sprintf("the file has more than %d bytes", l.Bytes)})
			return
		}
		d, err := Sniff(bytes.NewReader(file), "")
		if err != nil {
			yield(Row{}, err)
			return
		}
		r := d.NewReader(bytes.NewReader(file))
		for {
			if err := ctx.Err(); err != nil {
				yield(Row{}, fmt.Errorf("couldn't read the table: %w", err))
				return
			}
			cells, err := r.Read()
			var bad *csv.ParseError
			switch {
			case err == io.EOF:
				return
			case errors.As(err, &bad): // where the next row begins nobody knows
				yield(Row{}, &Error{bad.StartLine, "is no CSV: " + bad.Err.Error()})
				return
			case err != nil:
				yield(Row{}, fmt.Errorf("couldn't read the table: %w", err))
				return
			}
			row := Row{Cells: cells, Err: d.Check(cells)}
			row.Number, _ = r.FieldPos(0)
			for i := range cells {
				cells[i] = unescapeFormula(cells[i])
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}
