package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// personCommand answers whoever asks what is known of them, or wishes to be forgotten.
type personCommand struct {
	Show  personShow  `cmd:"" help:"List every entry that holds something of a person, and what erasing it means."`
	Erase personErase `cmd:"" help:"Destroy for good who a person is and what is theirs alone; what they did for their organisation stays, under an ID that names nobody. It is shown first."`
}

// personArgs say who is meant, and what is to go.
type personArgs struct {
	Issuer  string `arg:"" help:"The identity provider's issuer, a URL."`
	Subject string `arg:"" help:"Its name for the person (sub)."`
	Words   bool   `help:"The comments and replies that they wrote for their organisation go too."`
	JSON    bool   `name:"json" help:"Write the list as JSON."`
}

type personShow struct{ personArgs }

// Run implements the command.
func (c *personShow) Run(ctx context.Context, g *globals) error {
	found, err := c.find(ctx, g)
	if err != nil {
		return err
	}
	return c.write(g.out, found)
}

type personErase struct {
	personArgs
	Reason string `required:"" help:"The request or the law that demands it, for the record; without the person's name."`
	Yes    bool   `help:"Don't ask whether it is the right person."`
}

// Run implements the command.
func (c *personErase) Run(ctx context.Context, g *globals) error {
	found, err := c.find(ctx, g)
	if err != nil {
		return err
	}
	var seqs []int64
	for _, e := range found.Entries {
		if e.Goes {
			seqs = append(seqs, e.Seq)
		}
	}
	if err := c.write(g.out, found); err != nil || len(seqs) == 0 {
		return err
	}
	if err := g.confirm(c.Yes, c.Subject); err != nil {
		return err
	}
	if _, err := perform[any](ctx, g, "erase", &eraseErrand{Seqs: seqs, Reason: c.Reason}); err != nil {
		return err
	}
	if c.JSON {
		return nil
	}
	_, err = fmt.Fprintf(g.out, "erased %d entries\n", len(seqs))
	return err
}

// personFound is what the ledger holds of a person.
type personFound struct {
	Issuer  string        `json:"issuer"`
	Subject string        `json:"subject"`
	Members []string      `json:"members"`
	Names   []string      `json:"names"`
	Emails  []string      `json:"emails"`
	Entries []personEntry `json:"entries"`
}

type personEntry struct {
	Seq     int64            `json:"seq"`
	At      time.Time        `json:"at"`
	Kind    string           `json:"kind"`
	Subject string           `json:"subject"`
	Holds   policies.Holding `json:"holds"`
	Goes    bool             `json:"goes"` // when the person is erased
	Means   string           `json:"means"`
}

var errUnknownPerson = errors.New("the ledger holds nothing of that person: issuer and subject are compared letter by letter")

func (c *personArgs) find(ctx context.Context, g *globals) (personFound, error) {
	if c.Issuer == "" || c.Subject == "" {
		return personFound{}, &usageError{"issuer and subject together say who is meant"}
	}
	found, err := perform[personFound](ctx, g, "person", &personErrand{Issuer: c.Issuer, Subject: c.Subject, Words: c.Words})
	if err == nil && len(found.Entries) == 0 {
		err = errUnknownPerson
	}
	return found, err
}

// write writes a table, an entry a line, or JSON.
func (c *personArgs) write(out io.Writer, found personFound) error {
	if c.JSON {
		return writeJSON(out, found)
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s of %s\nnames: %s\naddresses: %s\nmemberships: %s\n\n", found.Subject, found.Issuer,
		listed(found.Names), listed(found.Emails), listed(found.Members))
	fmt.Fprintln(t, "ENTRY\tRECORDED\tKIND\tSUBJECT\tHOLDS\tERASING THE PERSON")
	for _, e := range found.Entries {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.At.UTC().Format(ledger.TimeLayout), e.Kind, e.Subject, e.Holds, e.Means)
	}
	return t.Flush()
}

// listed puts what there is of something on one line.
func listed(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, ", ")
}

// personErrand looks for a person.
type personErrand struct {
	Issuer, Subject string
	Words           bool
}

func (c *personErrand) run(ctx context.Context, n *node, show progress) (any, error) {
	record, err := n.registry.Person(ctx, c.Issuer, c.Subject, c.Words, func(done, total int64) { show("looked through", done, total) })
	if err != nil {
		return nil, fmt.Errorf("couldn't look for the person: %w", err)
	}
	found := personFound{Issuer: c.Issuer, Subject: c.Subject, Members: record.Members, Names: record.Names, Emails: record.Emails}
	for _, e := range record.Entries {
		found.Entries = append(found.Entries, personEntry{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Holds: e.Holds,
			Goes: e.Goes, Means: meaningOf(e.Holds, e.Goes)})
	}
	return found, nil
}

// meaningOf says what erasing the person does to an entry.
func meaningOf(h policies.Holding, goes bool) string {
	switch {
	case h == policies.HoldsIdentity:
		return "goes: nobody knows any more who it was, and a membership ends"
	case h == policies.HoldsPrivate && goes:
		return "goes: it was theirs alone"
	case h == policies.HoldsPrivate:
		return "stays: a comment that stays names the file; ledger erase takes it"
	case h == policies.HoldsWords && goes:
		return "goes: the comment or reply is gone for everybody"
	case h == policies.HoldsWords:
		return "stays: their organisation's words, under an ID that names nobody; --words takes them"
	case h == policies.HoldsDeed:
		return "stays: what they did for their organisation, under an ID that names nobody"
	}
	return "stays: others' words that may name them; read it, and ledger erase takes it"
}
