package reports

import (
	"fmt"
	"strings"

	"github.com/ewtp/entente/clauses"
)

// Markdown writes the report as CommonMark with the tables of
// GitHub. What others wrote is escaped or quoted as it is: it can't become a heading,
// a link or HTML of the report.
func (h *Heard) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s %s\n\n", plainMarkdown(h.heading()), kindNames[h.Document.Kind], plainMarkdown(h.Document.Number))
	for _, k := range h.Rounds {
		b.WriteString("- " + plainMarkdown(roundHeld(k)) + "\n")
	}
	b.WriteString("\n## Who answered\n\n" + h.answeredBy() + "\n\n")
	for _, t := range h.voiceTables() {
		t.markdown(&b)
	}
	if len(h.Questions) > 0 {
		b.WriteString("## What was asked\n\n")
	}
	for _, q := range h.Questions {
		q.markdown(&b, len(h.Rounds))
	}
	b.WriteString("## What changed\n\n" + h.between() + "\n\n")
	for _, c := range h.Changes {
		c.markdown(&b)
	}
	if len(h.Others) > 0 {
		b.WriteString("## What else was said\n\n")
	}
	for _, s := range h.Others {
		b.WriteString("### " + plainMarkdown(s.where(len(h.Rounds))) + "\n\n")
		if s.Words != "" {
			b.WriteString(fencedMarkdown(s.Words))
		}
		for _, r := range s.Responses {
			r.markdown(&b)
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (c HeardChange) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "### %s: %s\n\n", plainMarkdown(c.Citation), c.fate())
	switch c.Op {
	case clauses.Changed:
		b.WriteString(redlineMarkdown(c.Spans) + "\n\n")
	case clauses.Added:
		b.WriteString(redlineMarkdown([]clauses.Span{{Op: clauses.Insert, Text: clauses.Plain(c.After)}}) + "\n\n")
	case clauses.Removed:
		b.WriteString(redlineMarkdown([]clauses.Span{{Op: clauses.Delete, Text: clauses.Plain(c.Before)}}) + "\n\n")
	default:
		b.WriteString(fencedMarkdown(c.After))
	}
	for _, r := range c.Because {
		r.markdown(b)
	}
	for _, m := range c.Marks {
		b.WriteString("- **Editorial.** " + plainMarkdown(m) + "\n")
	}
	if s := c.verdictOn(); s != "" {
		b.WriteString("- " + s + "\n")
	}
	b.WriteString("\n")
}

func (r Response) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "- **%s.** %s", r.verdict(), plainMarkdown(r.whose(asWritten)))
	if r.Quote != "" {
		b.WriteString(", on “" + plainMarkdown(clipped(r.Quote)) + "”")
	}
	if r.Sample != "" {
		b.WriteString(": “" + plainMarkdown(r.Sample) + "”")
	}
	b.WriteString(r.proposed())
	if len(r.Repeats) > 0 {
		b.WriteString(" " + plainMarkdown(r.repeated(asWritten)))
	}
	r.markdownAround(b)
	if r.Reason != "" {
		b.WriteString(" **Answer:** " + plainMarkdown(r.Reason))
	}
	b.WriteString("\n")
}

// markdownAround tells the cost, what others say, and the files.
func (r Response) markdownAround(b *strings.Builder) {
	if r.Cost != "" {
		b.WriteString(" " + plainMarkdown("Cost: "+r.Cost+"."))
	}
	if s := r.endorsed(); s != "" {
		b.WriteString(" " + s)
	}
	for i, f := range r.Files {
		b.WriteString([]string{" Files: ", ", "}[min(i, 1)] + "[" + plainMarkdown(f.Name) + "](" + f.Path + ")")
	}
	if len(r.Files) > 0 {
		b.WriteString(".")
	}
	for _, s := range r.Replies {
		fmt.Fprintf(b, " Reply to comment %d by %s: “%s”", s.Number, plainMarkdown(s.By), plainMarkdown(s.Words))
	}
	if r.MoreReplies {
		b.WriteString(" There are more replies.")
	}
}

// redlineMarkdown marks what is gone and what is new as HTML does: the marks of Markdown
// are none where they touch a word on one side and a comma on the other.
func redlineMarkdown(spans []clauses.Span) string {
	var b strings.Builder
	b.WriteString("> ")
	for _, s := range spans {
		tag := map[clauses.SpanOp]string{clauses.Insert: "ins", clauses.Delete: "del"}[s.Op]
		words := plainMarkdown(s.Text)
		if words == "" {
			b.WriteString(" ")
			continue
		}
		if s.Text != strings.TrimLeft(s.Text, " \t\r\n") {
			words = " " + words
		}
		if s.Text != strings.TrimRight(s.Text, " \t\r\n") {
			words += " "
		}
		if tag != "" {
			words = "<" + tag + ">" + words + "</" + tag + ">"
		}
		b.WriteString(words)
	}
	return strings.TrimRight(b.String(), " ")
}

// fencedMarkdown quotes Markdown as it is written.
func fencedMarkdown(s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + "\n" + clauses.Visible(unixLines(s)) + "\n" + fence + "\n\n"
}

// plainMarkdown writes a plain text so that Markdown shows it as it is, on one line.
func plainMarkdown(s string) string {
	s = clauses.Visible(strings.Join(strings.Fields(s), " "))
	var b strings.Builder
	for i, r := range s {
		switch {
		case strings.ContainsRune("\\`*_{}[]<>|~&$@", r),
			i == 0 && strings.ContainsRune("#+-=", r),
			(r == '.' || r == ')') && strings.Trim(s[:i], "0123456789") == "", // else a list
			r == ':' && strings.HasPrefix(s[i+1:], "/"),                       // else a link, as the next
			r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
