package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ewtp/entente/ledger"
)

// An errand is what an operator has done to a record that is there. Where a server runs on the data folder, it does
// it, since it has the ledger open; else the command opens the ledger and does it itself. So nothing an
// operator must do needs a stopped server. Its exported fields and what run returns travel as JSON.
type errand interface {
	run(ctx context.Context, n *node, show progress) (any, error)
}

// errands are all there are, by the name under which a server does them.
var errands = map[string]func() errand{
	"verify":     func() errand { return &verifyErrand{} },
	"checkpoint": func() errand { return &checkpointErrand{} },
	"entry":      func() errand { return &entryErrand{} },
	"erase":      func() errand { return &eraseErrand{} },
	"person":     func() errand { return &personErrand{} },
	"backup":     func() errand { return &backupErrand{} },
}

// A frame is a line of a server's answer to an errand: progress, any number of times,
// then a result or a failure.
type frame struct {
	Progress *frameProgress  `json:"progress,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Failure  *failure        `json:"failure,omitempty"`
}

type frameProgress struct {
	What  string `json:"what"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

// A failure is an error as it travels: what it says, and what it means to the caller.
type failure struct {
	Message string          `json:"message"`
	Status  int             `json:"status"` // the exit status
	Corrupt *ledger.Corrupt `json:"corrupt,omitempty"`
}

func asFailure(err error) *failure {
	f := &failure{Message: err.Error(), Status: exitStatus(err)}
	errors.As(err, &f.Corrupt)
	return f
}

func (f *failure) Error() string { return f.Message }

// ExitCode is the exit status that the program ends with.
func (f *failure) ExitCode() int { return f.Status }

func (f *failure) Unwrap() error {
	if f.Corrupt == nil {
		return nil
	}
	return f.Corrupt
}

// perform has an errand done, by the server if there is one, and decodes what it leads to.
func perform[R any](ctx context.Context, g *globals, name string, e errand) (result R, err error) {
	if g.Data == "" {
		g.Data = defaultData
	}
	answer, served, err := g.askServer(ctx, name, e)
	if err == nil && !served {
		answer, err = g.doHere(ctx, e)
	}
	if err != nil {
		return result, err
	}
	if err := json.Unmarshal(answer, &result); err != nil {
		return result, fmt.Errorf("couldn't read the server's answer: %w", err)
	}
	return result, nil
}

// doHere opens the registry for one errand.
func (g *globals) doHere(ctx context.Context, e errand) (answer json.RawMessage, err error) {
	n, err := g.openExisting(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	result, err := e.run(ctx, n, g.progress())
	if err != nil {
		return nil, err
	}
	return json.Marshal(result)
}

// newErrand reads an errand as it travels.
func newErrand(name string, body []byte) (errand, error) {
	fresh, ok := errands[name]
	if !ok {
		return nil, &usageError{fmt.Sprintf("the server knows no errand %q, but %q", name, slices.Sorted(maps.Keys(errands)))}
	}
	e := fresh()
	if err := json.Unmarshal(body, e); err != nil {
		return nil, &usageError{"the errand isn't JSON: " + err.Error()}
	}
	return e, nil
}
