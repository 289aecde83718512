package policies

import (
	"fmt"
	"time"
)

// MaxCleared is how many uploads one entry clears.
const MaxCleared = 100

// A Clearing is the end of uploads that nothing came to name in time. It goes in two
// steps, so that many nodes agree: the first says which files nothing has any more, and
// while it lasts nobody uploads one of these; the second, that their bytes are gone.
type Clearing struct {
	ID    string // TypeID "clr_…"
	At    time.Time
	Files []string // SHA-256 of each file whose bytes go, in hexadecimal
}

// ClearUploads takes the oldest uploads off, at most MaxCleared of them, that nothing has
// come to name in [UploadLife]: no comment, and no draft that is open.
type ClearUploads struct{}

// UploadsCleared is what [ClearUploads] yields.
type UploadsCleared struct {
	ID      string   `json:"id"` // of the clearing
	Uploads []string `json:"uploads"`
	Files   []string `json:"files,omitempty"`
}

// Decide implements [Command].
func (c ClearUploads) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Sweeping, Nothing); err != nil {
		return nil, err
	}
	idle, err := f.IdleUploads(env.Now.Add(-UploadLife), MaxCleared)
	if err != nil {
		return nil, fmt.Errorf("couldn't find the uploads that nothing names: %w", err)
	}
	if len(idle) == 0 {
		return nil, errConflict("", "there is no upload to be cleared")
	}
	e := &UploadsCleared{ID: env.Fresh(PrefixClearing)}
	holding := map[string]int{} // how many of them have a file
	for _, u := range idle {
		e.Uploads = append(e.Uploads, u.ID)
		holding[u.Digest]++
	}
	for _, u := range idle {
		n, asked := holding[u.Digest]
		if !asked {
			continue
		}
		delete(holding, u.Digest)
		have, err := f.FileHolders(u.Digest)
		if err != nil {
			return nil, fmt.Errorf("couldn't find what else has a file: %w", err)
		}
		if have == n {
			e.Files = append(e.Files, u.Digest)
		}
	}
	return e, nil
}

var _ = registerEvent[UploadsCleared](nil)

func (*UploadsCleared) Kind() string      { return "uploads.cleared/1" }
func (e *UploadsCleared) Subject() string { return e.ID }

// Fold implements [Event].
func (e *UploadsCleared) Fold(s Stamp, r Record) error {
	for _, id := range e.Uploads {
		if err := r.ClearUpload(id, s.At); err != nil {
			return err
		}
	}
	if len(e.Files) == 0 {
		return nil
	}
	return r.AddClearing(Clearing{ID: e.ID, At: s.At, Files: e.Files})
}

// FinishClearing says that the bytes of a clearing's files are gone from the store.
type FinishClearing struct{ ClearingID string }

// ClearingFinished is what [FinishClearing] yields.
type ClearingFinished struct {
	ID string `json:"id"`
}

// Decide implements [Command].
func (c FinishClearing) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Sweeping, Nothing); err != nil {
		return nil, err
	}
	k, err := f.Clearing(c.ClearingID)
	if err != nil {
		return nil, errUnknown(err, "clearingId", "clearing under way", c.ClearingID)
	}
	return &ClearingFinished{ID: k.ID}, nil
}

var _ = registerEvent[ClearingFinished](func(subject string) Event { return &ClearingFinished{ID: subject} })

func (*ClearingFinished) Kind() string      { return "clearing.finished/1" }
func (e *ClearingFinished) Subject() string { return e.ID }

// Fold implements [Event].
func (e *ClearingFinished) Fold(_ Stamp, r Record) error { return r.EndClearing(e.ID) }

// checkNotGoing refuses a file whose bytes another node may be about to delete: it would
// delete those that are put now.
func checkNotGoing(f Facts, digest string) error {
	going, err := f.FileGoing(digest)
	switch {
	case err != nil:
		return fmt.Errorf("couldn't ask whether the file is being cleared: %w", err)
	case going:
		return errConflict("file", "was uploaded before, and is being cleared at this moment: upload it again in a minute")
	}
	return nil
}

// ClearingFacts are what decisions may ask of the end of uploads.
type ClearingFacts interface {
	// IdleUploads lists uploads of up to a time that weren't cleared and that nothing of their
	// organisation names, neither a comment, whatever became of it, nor an open draft; the oldest
	// first, at most limit of them.
	IdleUploads(until time.Time, limit int) ([]Upload, error)
	// FileHolders counts what has a file: uploads that weren't cleared, comments and open drafts.
	FileHolders(digest string) (int, error)
	// FileGoing says whether a clearing under way has a file.
	FileGoing(digest string) (bool, error)
	// Clearing returns a clearing that is under way.
	Clearing(id string) (Clearing, error)
}

// ClearingRecord is how events change what is left of uploads.
type ClearingRecord interface {
	// ClearUpload marks an upload as cleared, where there is one.
	ClearUpload(id string, at time.Time) error
	AddClearing(Clearing) error
	// EndClearing forgets a clearing, where there is one.
	EndClearing(id string) error
}
