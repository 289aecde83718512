package sheet

import (
	"bytes"
	"encoding/xml"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A merge is a cell that reaches over several rows.
type merge struct {
	column    int // from 0
	top, last int // rows, from 1
}

// A merging knows what is merged in a sheet, and what is in it as far as it was read.
type merging struct {
	coming []merge // by their first row
	open   map[int]openMerge
}

type openMerge struct {
	last int
	cell string
}

var mergeCell = regexp.MustCompile(`<(?:[A-Za-z0-9]+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"`)

// mergedCells finds the cells of a sheet that are merged over several rows. excelize would
// load the whole sheet for it, and takes the square of their number in time.
func mergedCells(f *excelize.File, sheet string) *merging {
	m := &merging{open: map[int]openMerge{}}
	part := sheetPart(f, sheet)
	if !bytes.Contains(part, []byte("mergeCell ")) {
		return m
	}
	for _, ref := range mergeCell.FindAllSubmatch(part, -1) {
		column, top, err := excelize.CellNameToCoordinates(string(ref[1]))
		_, last, err2 := excelize.CellNameToCoordinates(string(ref[2]))
		if err == nil && err2 == nil && last > top {
			m.coming = append(m.coming, merge{column - 1, top, last})
		}
	}
	slices.SortStableFunc(m.coming, func(a, b merge) int { return a.top - b.top })
	return m
}

// fill puts into a row what is merged over it and others. Rows come in their order.
func (m *merging) fill(row int, cells []string) []string {
	for len(m.coming) > 0 && m.coming[0].top <= row {
		if c := m.coming[0]; c.top == row && c.column < len(cells) {
			m.open[c.column] = openMerge{c.last, cells[c.column]}
		}
		m.coming = m.coming[1:]
	}
	if isEmpty(cells) {
		return cells // a gap, though something be merged over it
	}
	for column, o := range m.open {
		switch {
		case row > o.last:
			delete(m.open, column)
		case o.cell == "" || column < len(cells) && cells[column] != "":
		default:
			for len(cells) <= column {
				cells = append(cells, "")
			}
			cells[column] = o.cell
		}
	}
	return cells
}

// sheetPart is the XML of a sheet; nil where it isn't found.
func sheetPart(f *excelize.File, sheet string) []byte {
	if f.WorkBook == nil {
		return nil
	}
	var rels struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	const folder = "xl"
	if err := xml.Unmarshal(partOf(f, folder+"/_rels/workbook.xml.rels"), &rels); err != nil {
		return nil
	}
	for _, s := range f.WorkBook.Sheets.Sheet {
		for _, r := range rels.Relationship {
			switch {
			case s.Name != sheet || s.ID != r.ID:
			case strings.HasPrefix(r.Target, "/"):
				return partOf(f, r.Target[1:])
			default:
				return partOf(f, path.Join(folder, r.Target))
			}
		}
	}
	return nil
}

func partOf(f *excelize.File, name string) []byte {
	part, _ := f.Pkg.Load(name)
	content, _ := part.([]byte)
	return content
}
