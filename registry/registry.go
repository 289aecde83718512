package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/durable"
	"github.com/ewtp/entente/views"
)

var (
	// ErrShorter says that a ledger has lost its last entries: its own views have them.
	ErrShorter = errors.New("the ledger has lost entries")

	// ErrNoCheckpoint says that a ledger has entries and there is no checkpoint to hold
	// them against, see Options.Unsigned.
	ErrNoCheckpoint = errors.New("the last checkpoint is gone")
)

// Options say what a registry works with.
type Options struct {
	Store store.Store // required; not closed by the registry
	Views *views.DB   // required; not closed by the registry

	Rules policies.Rules   // zero: policies.DefaultRules
	Clock func() time.Time // nil: time.Now
	// Steady is a clock that nobody sets, to hold Clock against, such as [Steady]; nil: nothing is.
	Steady func() time.Duration
	// AnyClock is for who answers for the clock: commands are taken though the last entry is
	// older than [MaxQuiet].
	AnyClock bool
	Sign     func(manifest []byte) (string, error) // signs releases; nil: none can be published

	Checkpoints    *ledger.Signer   // nil: no checkpoints are signed
	SignOnDemand   bool             // for who only looks: no checkpoint is signed unless one is asked for
	FormerKey      *ledger.Verifier // of the key that signed before Checkpoints did; nil: no other
	CheckpointFile string           // where the last signed checkpoint rests; "": in memory only
	Unsigned       bool             // a ledger with entries is taken without a checkpoint too: the key is new, or somebody answers for it
	Shorter        bool             // for who answers for a ledger that has lost entries which the views have
	disk           durable.Disk     // where CheckpointFile is; nil: this machine's

	Log      *slog.Logger                         // nil: nothing is logged
	Progress func(what string, done, total int64) // of long work at start; may be nil
}

// A Registry decides commands, writes them to the ledger and keeps the views.
// It is safe for concurrent use.
type Registry struct {
	o     Options
	clock *watchedClock
	views *views.DB
	queue chan *request // commands for the writer
	jobs  chan job      // what else only the writer may do
	moved chan struct{} // the follower's word that the head has moved

	stop context.CancelFunc // ends the follower and what runs behind
	quit chan struct{}      // closed to end the writer
	done sync.WaitGroup

	closing sync.RWMutex // held for reading by whoever hands a request to the writer
	closed  bool

	tree   *ledger.Tree // of what the views hold; the writer's own
	making atomic.Bool  // the views are being made anew while they are served, and show nothing

	renewing chan struct{} // has an element while views are made anew beside those that are shown
	erasures chan struct{} // has an element where erasures are to be carried out
	serving  bool          // others read the views; set before there is a writer
	pulse    pulse         // of the writer
	behind   atomic.Bool   // the ledger may hold more than the views, beyond what others write

	ordered func(*request) // for tests: is told in which order commands are decided

	tail tail // for those who follow

	clearing sync.Mutex      // held by whoever clears uploads; guards begun
	begun    map[string]bool // clearings that this node has to finish

	mu         sync.Mutex    // guards what follows
	size       int64         // of the tree
	root       ledger.Hash   // of the tree at size
	last       time.Time     // of the last entry folded
	tip        ledger.Hash   // its digest
	advanced   time.Time     // when the views last did
	covered    int64         // entries that the checkpoint of an earlier run covers
	found      int64         // entries that were there at the start
	signed     []byte        // the last checkpoint
	signedSize int64         // its size
	changed    chan struct{} // closed and replaced when the views advance
	fatal      error         // the ledger turned out not to be what was signed
	trouble    error         // why the store took no entry, until it takes one again
}

// A job runs on the writer, between two batches.
type job struct {
	run  func() error
	done chan error
}

// Open verifies the ledger against its last checkpoint, brings the views up to
// the ledger's head and starts the writer. The error wraps a *ledger.Corrupt when
// the ledger isn't what was signed.
func Open(ctx context.Context, o Options) (*Registry, error) {
	if o.Rules.MinimumWindow == nil {
		o.Rules = policies.DefaultRules()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.disk == nil {
		o.disk = durable.OS
	}
	r := &Registry{o: o, clock: newWatchedClock(o.Clock, o.Steady), views: o.Views, queue: make(chan *request, 2*maxBatch), jobs: make(chan job),
		moved: make(chan struct{}), quit: make(chan struct{}), changed: make(chan struct{}), begun: map[string]bool{},
		renewing: make(chan struct{}, 1), erasures: make(chan struct{}, 1),
		tail: tail{behind: make(chan struct{}, farBehind)}, pulse: pulse{start: time.Now()}}
	behind, err := r.verifyAtStart(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.loadTree(); err != nil {
		return nil, err
	}
	if err := r.checkLength(ctx); err != nil {
		return nil, err
	}
	if err := r.catchUp(ctx); err != nil {
		return nil, err
	}
	if !o.AnyClock {
		if err := r.clock.wake(r.last); err != nil {
			r.o.Log.Error("couldn't trust the clock; no commands are taken", slog.Any("error", err))
		}
	}
	if err := r.finishErasures(ctx); err != nil { // of a node that was stopped meanwhile
		return nil, err
	}
	if r.views.Condition() == views.Unshowable { // nobody could be answered before
		if err := r.rebuild(ctx); err != nil {
			return nil, err
		}
	}
	r.findUnsigned()
	if r.signs() { // before the first entry, so that none is ever without
		if _, err := r.checkpoint(); err != nil {
			return nil, err
		}
	}
	r.serving = true
	background, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.done.Go(r.write)
	r.done.Go(func() { r.follow(background) })
	r.done.Go(func() { r.clearFromTimeToTime(background) })
	r.done.Go(func() { r.renewWhenWoken(background) })
	if r.views.Condition() != views.AsRecorded {
		r.wakeRenewal()
	}
	r.done.Go(func() { r.auditFromTimeToTime(background) })
	if server, ok := o.Store.(serverClock); ok {
		r.done.Go(func() { r.compareClocks(background, server) })
	}
	if r.signs() {
		r.done.Go(func() { r.signFromTimeToTime(background) })
	}
	if behind != nil {
		r.done.Go(func() { r.verifyBehind(background, *behind) })
	}
	return r, nil
}

// Close finishes what was accepted, refuses the rest, and signs a last checkpoint.
func (r *Registry) Close() error {
	r.closing.Lock()
	if r.closed {
		r.closing.Unlock()
		return nil
	}
	r.closed = true
	r.closing.Unlock()
	close(r.quit)
	r.stop()
	r.done.Wait()
	if !r.signs() {
		return nil
	}
	_, err := r.checkpoint()
	return err
}

// Rules are what this registry was configured to demand. Callers don't change them.
func (r *Registry) Rules() policies.Rules { return r.o.Rules }

// Views returns the read model.
func (r *Registry) Views() *views.DB { return r.views }

// Now is the registry's time: the clock's, but never before the last entry's.
func (r *Registry) Now() time.Time {
	now := policies.Millis(r.o.Clock())
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Before(r.last) {
		return r.last
	}
	return now
}

// Whole says whether the views may be shown: while they are made anew because they were found damaged,
// or because an entry was erased whose words may still be in them, what they hold is no answer.
func (r *Registry) Whole() error {
	if r.making.Load() || r.views.Condition() == views.Unshowable {
		return fmt.Errorf("%w: the views are being made anew", ErrUnavailable)
	}
	return nil
}

// regularly does something again and again until ctx is done.
func (r *Registry) regularly(ctx context.Context, every time.Duration, trouble string, do func() error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.attempted(ctx, trouble, do)
		case <-ctx.Done():
			return
		}
	}
}

// attempted does something and logs the trouble with it, unless that is only that ctx is done.
func (r *Registry) attempted(ctx context.Context, trouble string, do func() error) {
	if err := do(); err != nil && ctx.Err() == nil {
		r.o.Log.Error(trouble, slog.Any("error", err))
	}
}

// onWriter runs f between two batches.
func (r *Registry) onWriter(ctx context.Context, f func() error) error {
	r.closing.RLock()
	if r.closed {
		r.closing.RUnlock()
		return fmt.Errorf("%w: %w", ErrUnavailable, errClosing)
	}
	j := job{run: f, done: make(chan error, 1)}
	select {
	case r.jobs <- j:
		r.closing.RUnlock()
		return <-j.done
	case <-ctx.Done():
		r.closing.RUnlock()
		return ctx.Err()
	}
}
