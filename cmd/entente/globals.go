package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// defaultData is the data folder where none is named.
const defaultData = "./data"

// globals are the settings of every command that opens a registry.
type globals struct {
	Data              string `placeholder:"DIR" help:"The node's own folder: keys, views, the last checkpoint. Made if need be. Where none is named it is ./data; the demo takes a temporary one."`
	Store             string `placeholder:"STORE" help:"Where the ledger is kept: sqlite:DIR, mongodb://… (with a password: by ENTENTE_STORE only), or mem (gone at the end). Default: sqlite: and the data folder."`
	WithoutCheckpoint bool   `help:"Open a ledger that has entries although the data folder has no last checkpoint to hold it against. Use it once: at the first start of another node that got no copy of one, or after restoring a backup without."`

	AcceptShorter bool `name:"accept-shorter-ledger" help:"Open a ledger that has lost entries which this node's views have; the views are made anew without them. Use it once, when the entries can't be had back: it gives up the last evidence of them."`
	AcceptClock   bool `help:"Write to a ledger although its last entry is more than a month old. Use it once, when you know that this machine's clock is right: one entry under a clock that is far ahead closes every consultation for good."`

	NewKey []string `enum:"checkpoint,release" placeholder:"KEY" help:"Take another key than the one on record from now on: ${enum}; where its file is missing, make one. Use it once, when you mean it: hubs refuse a release key, and watchers a checkpoint key, that they weren't told of."`

	LogLevel string `default:"info" enum:"debug,info,warn,error" help:"Log from this level on: ${enum}. The log is JSON on standard error."`
	Progress bool   `help:"Show how far long work is even where standard error is no terminal."`

	WindowRegulation   window `default:"60d" placeholder:"60d" help:"The shortest consultation of a regulation, in days or as Go writes durations."`
	WindowStandard     window `default:"30d" placeholder:"30d" help:"The shortest consultation of a standard."`
	WindowBestPractice window `default:"14d" placeholder:"14d" help:"The shortest consultation of a best practice."`

	BallotRegulation   ballotRule `default:"7d,1/2,2/3" placeholder:"RULE" help:"How a ballot on a regulation is held: the shortest, in days or as Go writes durations; the share of a chamber that makes a quorum; the majority of those who take a side. Or none: adopted without a ballot, unless one is opened."`
	BallotStandard     ballotRule `default:"7d,1/2,2/3" placeholder:"RULE" help:"How a ballot on a standard is held."`
	BallotBestPractice ballotRule `default:"7d,1/2,2/3" placeholder:"RULE" help:"How a ballot on a best practice is held."`

	MaxWindowRegulation   window `default:"366d" placeholder:"366d" help:"The longest consultation of a regulation, extensions included, and how far ahead one may open."`
	MaxWindowStandard     window `default:"366d" placeholder:"366d" help:"The longest consultation of a standard."`
	MaxWindowBestPractice window `default:"366d" placeholder:"366d" help:"The longest consultation of a best practice."`

	MaxBallotRegulation   window `default:"90d" placeholder:"90d" help:"The longest ballot on a regulation."`
	MaxBallotStandard     window `default:"90d" placeholder:"90d" help:"The longest ballot on a standard."`
	MaxBallotBestPractice window `default:"90d" placeholder:"90d" help:"The longest ballot on a best practice."`

	MaxAhead           window `default:"3653d" placeholder:"3653d" help:"How far ahead a document may begin to bind, or a repeal to count."`
	MaxValidity        window `default:"18263d" placeholder:"18263d" help:"The longest that a document may bind that states its end."`
	MaxReleaseValidity window `default:"731d" placeholder:"731d" help:"The longest that hubs may trust a release unseen."`

	MaxBytesMember       byteCount `default:"1GiB" placeholder:"1GiB" help:"How many bytes of files a member may have here, each that was uploaded and not cleared; in B, KiB, MiB, GiB or TiB, or off."`
	MaxBytesOrganisation byteCount `default:"10GiB" placeholder:"10GiB" help:"How many bytes of files the members of an organisation may have here together."`

	Origin string `placeholder:"NAME" help:"The ledger's name in its checkpoints: a URL without its scheme. It is part of the key made at the first start; without it that is entente.localhost/ledger."`

	// serve and the imports heed these; what only looks never writes an entry.
	SecretariatName         string `placeholder:"NAME" help:"When serving or importing, register a secretariat of this name, or give the one that there is this name."`
	SecretariatJurisdiction string `default:"CH" placeholder:"CODE" help:"Its ISO 3166 code."`
	SecretariatIssuer       string `placeholder:"URL" help:"The issuer of the secretariat's first admin, invited once."`
	SecretariatSubject      string `placeholder:"SUB" help:"The issuer's name for that person."`

	clocks   clocks
	memory   int // of the views; 0: what a server needs
	in       io.Reader
	out, err io.Writer
}

// logger logs JSON to standard error.
func (g *globals) logger() *slog.Logger {
	var level slog.Level
	if level.UnmarshalText([]byte(g.LogLevel)) != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(g.err, &slog.HandlerOptions{Level: level}))
}

// rules are the settings of the dialogue.
func (g *globals) rules() policies.Rules {
	r := policies.DefaultRules()
	for kind, w := range map[standards.Kind]window{standards.Regulation: g.WindowRegulation,
		standards.Standard: g.WindowStandard, standards.BestPractice: g.WindowBestPractice} {
		if w > 0 {
			r.MinimumWindow[kind] = time.Duration(w)
		}
	}
	for kind, b := range map[standards.Kind]ballotRule{standards.Regulation: g.BallotRegulation,
		standards.Standard: g.BallotStandard, standards.BestPractice: g.BallotBestPractice} {
		b.apply(&r, kind)
	}
	for kind, most := range map[standards.Kind]struct{ window, ballot window }{
		standards.Regulation: {g.MaxWindowRegulation, g.MaxBallotRegulation}, standards.Standard: {g.MaxWindowStandard, g.MaxBallotStandard},
		standards.BestPractice: {g.MaxWindowBestPractice, g.MaxBallotBestPractice}} {
		r.MaximumWindow[kind], r.MaximumBallot[kind] = time.Duration(most.window), time.Duration(most.ballot)
	}
	r.MaxAhead, r.MaxValidity, r.MaxReleaseValidity = time.Duration(g.MaxAhead), time.Duration(g.MaxValidity), time.Duration(g.MaxReleaseValidity)
	r.MemberBytes, r.OrganisationBytes = int64(g.MaxBytesMember), int64(g.MaxBytesOrganisation)
	return r
}

// holdsPassword says whether an argument is, or a flag has, a store's URL with a password.
func holdsPassword(args []string) bool {
	for _, arg := range args {
		_, rest, found := strings.Cut(arg, "mongodb")
		_, rest, isURL := strings.Cut(rest, "://")
		authority, _, _ := strings.Cut(rest, "/")
		user, _, named := strings.Cut(authority, "@")
		if found && isURL && named && strings.Contains(user, ":") {
			return true
		}
	}
	return false
}

// newKeys are the files of the keys that are new.
func (g *globals) newKeys() (files []string) {
	for _, name := range g.NewKey {
		files = append(files, newKeys[name])
	}
	return files
}

// inData names something in the data folder.
func (g *globals) inData(parts ...string) string {
	return filepath.Join(append([]string{g.Data}, parts...)...)
}

// showsProgress says whether somebody looks.
func (g *globals) showsProgress() bool {
	f, ok := g.err.(*os.File)
	return g.Progress || ok && isatty.IsTerminal(f.Fd())
}

// A progress is told how far long work is; total is 0 where nobody knows.
type progress func(what string, done, total int64)

// progress tells of long work, at most once a second and at its end; it is quiet
// where nobody looks.
func (g *globals) progress() progress {
	if !g.showsProgress() {
		return func(string, int64, int64) {}
	}
	var mu sync.Mutex // guards last
	var last time.Time
	return func(what string, done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(last) >= time.Second || done == total && !last.IsZero() {
			last = now
			of := ""
			if total > 0 {
				of = fmt.Sprintf(" of %d", total)
			}
			fmt.Fprintf(g.err, "%s: %d%s\n", what, done, of)
		}
	}
}
