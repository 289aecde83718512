// Package plot draws the figures of pages as SVG: presentation attributes and classes, and no
// style of its own, which the pages' content security policy would drop. A figure says in words
// what it shows, and beside each stands a table with the same numbers.
package plot

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// A Bar is a column or row of parts, in the order of the figure's kinds.
type Bar struct {
	Label string // for people who point at it
	Parts []int
}

func (b Bar) sum() (n int) {
	for _, p := range b.Parts {
		n += p
	}
	return n
}

// A Figure is drawn into a box of that many units, stretched to the width that there is.
type Figure struct {
	Label   string   // what it shows, in a sentence: a reader that can't see it says that
	Classes []string // of the parts: "s", "n", "o" for support, neutral, object
}

const (
	stripHeight = 56
	stripColumn = 10
	stripStep   = 12
)

// Strip draws bars side by side on a line, the first part at the bottom, and a dashed line behind
// each bar that is marked.
func (f Figure) Strip(bars []Bar, marks ...int) template.HTML {
	most := 1
	for _, b := range bars {
		most = max(most, b.sum())
	}
	width := max(1, len(bars)) * stripStep
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="%s">`, width, stripHeight+1, html.EscapeString(f.Label))
	fmt.Fprintf(&s, `<path class="base" d="M0 %d.5h%d"/>`, stripHeight, width)
	for i, b := range bars {
		y := float64(stripHeight)
		for k, n := range b.Parts {
			if n == 0 {
				continue
			}
			height := max(2, float64(stripHeight)*float64(n)/float64(most))
			y -= height
			fmt.Fprintf(&s, `<rect class="%s" x="%d" y="%.1f" width="%d" height="%.1f"><title>%s</title></rect>`, f.Classes[k], i*stripStep+1, max(0, y), stripColumn, height, html.EscapeString(b.Label))
		}
	}
	for _, m := range marks {
		fmt.Fprintf(&s, `<path class="mark" d="M%d 0v%d"/>`, (m+1)*stripStep, stripHeight)
	}
	s.WriteString("</svg>")
	return template.HTML(s.String()) // #nosec G203 -- numbers, classes of the program and escaped words
}

const (
	rowWidth  = 400
	rowHeight = 16
)

// Row draws one bar alone as wide as its share of the longest: a row of a table shows it beside its numbers.
func (f Figure) Row(b Bar, most int) template.HTML {
	var s strings.Builder
	fmt.Fprintf(&s, `<svg class="row" viewBox="0 0 %d %d" preserveAspectRatio="none" aria-hidden="true">`, rowWidth, rowHeight)
	x := 0.0
	for k, n := range b.Parts {
		if n == 0 {
			continue
		}
		width := float64(rowWidth) * float64(n) / float64(max(1, most))
		fmt.Fprintf(&s, `<rect class="%s" x="%.1f" y="0" width="%.1f" height="%d"/>`, f.Classes[k], x, width, rowHeight)
		x += width
	}
	s.WriteString("</svg>")
	return template.HTML(s.String()) // #nosec G203 -- numbers and classes of the program
}
