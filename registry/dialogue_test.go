package registry

import (
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/mongo"
	"github.com/ewtp/entente/store/mongo/mongotest"
	"github.com/ewtp/entente/store/sqlite"
)

// Random dialogues: people of many organisations, and strangers, ask for what they
// may and what they may not, through the registry; and what the design promises is
// held against every answer. dialogue_moves_test.go draws what is asked,
// dialogue_world_test.go asks it, dialogue_promises_test.go and
// dialogue_public_test.go say what must hold.

var (
	dialogues     = flag.Int("dialogues", 1, "how many random dialogues of a kind are played")
	dialogueSeed  = flag.Uint64("dialogue.seed", 0, "the first dialogue's; 0 for one by chance")
	dialogueSteps = flag.String("dialogue.steps", "", "play only these steps, as a failure names them: 3,17,20")
)

// shorten divides how many steps a dialogue has.
var shorten = 1

// A variant is how dialogues are played.
type variant struct {
	steps    int
	store    func(dir string) (store.Store, error)
	durable  bool // the store is closed and opened again with the registry
	callers  int  // more than 1: up to so many ask at once
	erasing  bool // the operator erases entries now and then
	twoNodes bool // on one store, and either is asked
}

func inMemory(string) (store.Store, error) { return mem.Open(), nil }

// One asks after the other.
func TestDialogues(t *testing.T) { playAll(t, variant{steps: 220, store: inMemory}) }

// Many ask at once, so that what is decided together sees each other.
func TestDialoguesAtOnce(t *testing.T) { playAll(t, variant{steps: 60, store: inMemory, callers: 12}) }

// Two nodes write to one ledger and read what the other wrote.
func TestDialoguesOnTwoNodes(t *testing.T) {
	playAll(t, variant{steps: 50, store: inMemory, twoNodes: true, callers: 3})
}

// Entries are erased meanwhile.
func TestDialoguesWithErasures(t *testing.T) {
	playAll(t, variant{steps: 80, store: inMemory, erasing: true})
}

// The same on the store that is the default, opened again and again.
func TestDialoguesOnSQLite(t *testing.T) {
	playAll(t, variant{steps: 50, callers: 4, durable: true,
		store: func(dir string) (store.Store, error) { return sqlite.Open(context.Background(), dir) }})
}

// The same on MongoDB, where there is one: by one node that comes and goes, and by two.
func TestDialoguesOnMongoDB(t *testing.T) {
	mongotest.URI(t) // skips the test where there is none
	for name, v := range map[string]variant{
		"one node":  {steps: 50, callers: 4, durable: true},
		"two nodes": {steps: 50, callers: 3, twoNodes: true},
	} {
		t.Run(name, func(t *testing.T) {
			databases := map[string]string{} // by the folder of a dialogue
			v.store = func(dir string) (store.Store, error) {
				if databases[dir] == "" {
					databases[dir] = mongotest.URI(t)
				}
				return mongo.Open(context.Background(), databases[dir])
			}
			playAll(t, v)
		})
	}
}

// playAll plays some dialogues; of one that breaks a promise it looks for a shorter
// one that does so too.
func playAll(t *testing.T, v variant) {
	t.Parallel()
	first := *dialogueSeed
	if first == 0 {
		first = rand.Uint64N(1_000_000_000) + 1
	}
	v.steps /= shorten
	steps := make([]int, v.steps)
	for i := range steps {
		steps[i] = i
	}
	if *dialogueSteps != "" {
		steps = steps[:0]
		for _, s := range strings.Split(*dialogueSteps, ",") {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, n)
		}
	}
	happened := tally{}
	for seed := first; seed < first+uint64(*dialogues); seed++ {
		at, err := play(t, v, seed, steps, happened)
		if err == nil {
			continue
		}
		short, last := shorter(t, v, seed, steps[:min(at+1, len(steps))])
		if last == nil {
			last = err
		}
		t.Fatalf("%v\n\nplay it again: go test ./registry -run '%s$' -dialogues 1 -dialogue.seed %d -dialogue.steps %s",
			last, t.Name(), seed, strings.Trim(strings.ReplaceAll(fmt.Sprint(short), " ", ","), "[]"))
	}
	happened.check(t, v)
}

// shorter leaves out steps as long as what remains still breaks a promise, in a number
// of tries. It returns the last failure too, nil where none came again.
func shorter(t *testing.T, v variant, seed uint64, steps []int) (short []int, last error) {
	tries := 50
	for chunk := max(len(steps)/2, 1); ; chunk /= 2 {
		for from := 0; from < len(steps) && tries > 0; tries-- {
			less := slices.Concat(steps[:from], steps[min(from+chunk, len(steps)):])
			at, err := play(t, v, seed, less, tally{})
			if err == nil {
				from += chunk
				continue
			}
			steps, last = less[:min(at+1, len(less))], err
		}
		if chunk <= 1 || tries <= 0 {
			return steps, last
		}
	}
}

// play plays the steps of a dialogue. A broken promise is an error; at says at which
// of the steps, -1 before the first.
func play(t *testing.T, v variant, seed uint64, steps []int, happened tally) (at int, err error) {
	w := &world{variant: v, dir: t.TempDir(), tally: happened}
	at = -1
	defer func() {
		switch p := recover().(type) {
		case nil:
		case broken:
			err = fmt.Errorf("dialogue %d, step %d: %s\n\nthe last moves:\n%s", seed, at, p.why, strings.Join(w.story, "\n"))
		default:
			panic(p)
		}
		w.close()
	}()
	w.rnd = rand.New(rand.NewPCG(seed, 0))
	w.open()
	w.begin()
	for i, n := range steps {
		at = i
		w.rnd = rand.New(rand.NewPCG(seed, uint64(n)+1))
		w.step(n)
	}
	at = len(steps)
	w.holdAll()
	return at, nil
}

// commands are the names of all commands of policies, as the source has them.
func commands(t *testing.T) (names []string) {
	const dir = "../policies"
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), dir+"/"+f.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "Decide" {
				continue
			}
			if name, ok := fn.Recv.List[0].Type.(*ast.Ident); ok {
				names = append(names, name.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// Whatever command there is, dialogues have moves that make it.
func TestEveryCommandIsPlayed(t *testing.T) {
	var names []string
	for _, m := range moves {
		names = append(names, m.name)
	}
	slices.Sort(names)
	have := commands(t)
	if diff := cmp.Diff(have, slices.Compact(names)); diff != "" || len(have) < 30 {
		t.Errorf("commands of policies and those that dialogues make (-commands +moves); a new one gets a line in moves:\n%s", diff)
	}
}

// A tally counts what was taken and what was refused, by command.
type tally map[string]struct{ taken, refused int }

func (h tally) note(command string, taken bool) {
	n := h[command]
	if taken {
		n.taken++
	} else {
		n.refused++
	}
	h[command] = n
}

// check: where many are played, every command was taken and refused, lest dialogues
// prove nothing.
func (h tally) check(t *testing.T, v variant) {
	t.Log(h)
	if v.steps**dialogues < 4000 || *dialogueSteps != "" {
		return
	}
	for _, name := range commands(t) {
		if n := h[name]; n.taken == 0 || n.refused == 0 {
			t.Errorf("%s was taken %d times and refused %d times", name, n.taken, n.refused)
		}
	}
}
