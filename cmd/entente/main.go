// Command entente runs the registry and what belongs to it: the server, a
// demonstration, imports, a hub's pull, and checks of the ledger.
//
// Every flag can be given by an environment variable too, ENTENTE_ and the flag's
// name in capitals; `entente COMMAND --help` lists them. Exit status: 0 done; 1 an
// error; 2 wrong usage; 3 refused, since a verification failed; 4 unavailable now;
// 5 an import that refused some of its input; 6 a ledger in which nothing is wrong, but
// of which no signature covers some entries.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // consultations close at a local time, also where no zone files are

	"github.com/alecthomas/kong"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/store"
)

// commandLine is all there is to say on the command line.
type commandLine struct {
	globals

	Serve   serveCommand   `cmd:"" help:"Run the registry."`
	Demo    demoCommand    `cmd:"" help:"Run a registry with a scenario inside, for trying things out on this machine."`
	Import  importCommand  `cmd:"" help:"Bring in what exists elsewhere."`
	Hub     hubCommand     `cmd:"" help:"What a hub does: pull releases, verify them. Also: make a key to sign them."`
	Ledger  ledgerCommand  `cmd:"" help:"Check the record or a receipt, print a checkpoint, erase an entry's words."`
	Backup  backupCommand  `cmd:"" help:"Copy the ledger with its files and verify the copy, while the server runs or not."`
	Restore restoreCommand `cmd:"" help:"Put a backup where there is no ledger. Exit status 3: it isn't what was signed, or lacks entries that somebody has seen."`
	Person  personCommand  `cmd:"" help:"List or erase what the ledger holds of a person, while the server runs or not."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

func main() { os.Exit(runProcess(clocks{time.Now, registry.Steady})) }

// clocks are the registry's clock, and one that nobody sets to hold it against: nil where
// the first isn't the machine's.
type clocks struct {
	now    func() time.Time
	steady func() time.Duration
}

// runProcess runs the program as this process, until it ends or is told to.
func runProcess(c clocks) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the program at once
	return run(ctx, c, os.Args[1:], os.Stdout, os.Stderr)
}

// exitUnsigned is ledger verify's, where no signature reaches the end.
const exitUnsigned = 6

// The exit statuses of more than one command.
const (
	exitOK = iota
	exitError
	exitUsage
	exitVerification
	exitUnavailable
)

// run is the whole program but for its process. It returns the exit status.
func run(ctx context.Context, c clocks, args []string, out, log io.Writer) int {
	var line commandLine
	ended := -1
	parser, err := kong.New(&line, kong.Name("entente"), kong.Writers(out, log), kong.UsageOnError(),
		kong.Description("A public-private policy dialogue and standards registry for cross-border e-trade."),
		kong.DefaultEnvars("ENTENTE"), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(status int) { ended = status }))
	if err != nil {
		fmt.Fprintln(log, "entente:", err)
		return exitError
	}
	chosen, err := parser.Parse(args)
	if ended >= 0 { // --help was all
		return ended
	}
	if err == nil && holdsPassword(args) {
		err = &usageError{"a password doesn't belong on the command line, where other users of the machine can read it: set ENTENTE_STORE"}
	}
	if err != nil {
		fmt.Fprintf(log, "entente: %v\nentente --help says what there is\n", err)
		return exitUsage
	}
	line.globals.clocks, line.globals.in, line.globals.out, line.globals.err = c, os.Stdin, out, log
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(&line.globals); err != nil {
		fmt.Fprintln(log, "entente:", err)
		return exitStatus(err)
	}
	return exitOK
}

// A usageError is a setting that can't be, found after the line was parsed.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// ExitCode is the exit status that the program ends with.
func (e *usageError) ExitCode() int { return exitUsage }

// exitStatus is the one table from errors to exit statuses.
func exitStatus(err error) int {
	var own interface{ ExitCode() int }
	var corrupt *ledger.Corrupt
	var refused *hub.Error
	var unknown *registry.UnknownOutcome
	var unread *registry.Unread
	switch {
	case errors.As(err, &own):
		return own.ExitCode()
	case errors.As(err, &corrupt), errors.Is(err, ledger.ErrCheckpoint), errors.Is(err, ledger.ErrReceipt), errors.Is(err, store.ErrDamaged),
		errors.Is(err, registry.ErrNoCheckpoint), errors.Is(err, registry.ErrShorter), errors.Is(err, registry.ErrViews):
		return exitVerification
	case errors.As(err, &refused):
		return hub.ExitStatus(err)
	case errors.Is(err, registry.ErrUnavailable), errors.Is(err, store.ErrUnavailable), errors.As(err, &unknown), errors.As(err, &unread):
		return exitUnavailable
	}
	return exitError
}
