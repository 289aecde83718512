package campaign

import (
	"cmp"
	"fmt"
	"slices"
)

// Bounds on what a comment costs, whatever it says.
const (
	shingle       = 4                    // words of a fingerprint
	window        = MinRun - shingle + 1 // fingerprints of which one at least is kept
	maxAsked      = 512                  // fingerprints that a comment is looked up by
	maxKept       = 64                   // fingerprints that a sample is kept under
	MaxPostings   = 8                    // samples kept under one fingerprint: the first ones
	MaxCandidates = 16                   // samples that a comment is compared with
)

// A Print is a fingerprint.
type Print int64

// A Placement is where a comment belongs.
type Placement struct {
	Sample int64 // the comment that stands for the group; perhaps itself
	Added  int   // how many words it adds to the sample's
}

// An Index keeps what was seen of one document's comments. A comment goes by a
// number that grows with time: its entry's in the ledger.
type Index interface {
	// Known returns where the first text of this hash was placed.
	Known(Hash) (p Placement, ok bool, err error)
	// Candidates returns the samples kept under any of these fingerprints: those
	// under the most of them first, among equals the earliest, MaxCandidates at most.
	Candidates([]Print) ([]int64, error)
	// Words returns the words of a sample as it was when it was added.
	Words(sample int64) ([]Word, error)
	// AddText notes a text that is in a group.
	AddText(Hash, Placement) error
	// AddSample keeps a sample under fingerprints, but under none that MaxPostings are
	// kept under already.
	AddSample(sample int64, list []Word, prints []Print) error
}

// Place finds the group of the next comment: that of an earlier sample, or its own,
// of which it is the sample. A text too short to be in any isn't ok.
func Place(ix Index, comment int64, list []Word) (p Placement, ok bool, err error) {
	if len(list) < MinWords {
		return p, false, nil
	}
	h := HashOf(list)
	if p, ok, err = ix.Known(h); ok || err != nil {
		return p, ok, err
	}
	prints := winnow(list)
	p, ok, err = nearest(ix, list, prints[:min(len(prints), maxAsked)])
	if err != nil {
		return p, false, fmt.Errorf("couldn't compare the comment with others: %w", err)
	}
	if !ok {
		p.Sample = comment
		if err := ix.AddSample(comment, list, prints[:min(len(prints), maxKept)]); err != nil {
			return p, false, fmt.Errorf("couldn't keep the fingerprints: %w", err)
		}
	}
	return p, true, ix.AddText(h, p)
}

// nearest finds the earliest sample that a text is a near-duplicate of.
func nearest(ix Index, list []Word, prints []Print) (p Placement, ok bool, err error) {
	candidates, err := ix.Candidates(prints)
	if err != nil {
		return p, false, err
	}
	slices.Sort(candidates)
	for _, c := range candidates {
		other, err := ix.Words(c)
		if err != nil {
			return p, false, err
		}
		if Near(list, other) {
			return Placement{c, Added(other, list)}, true, nil
		}
	}
	return p, false, nil
}

// winnow returns the fingerprints of a text, least first: of each window of shingles
// in a row the least, the last of those where there are several.
func winnow(list []Word) []Print {
	all := shingles(list, shingle)
	for i := range all {
		all[i] = mix(all[i])
	}
	kept := make(map[Print]bool, len(all)/4+1)
	least := -1
	for end := min(window, len(all)); end <= len(all); end++ {
		start := max(0, end-window)
		if least < start { // the former one is out of the window
			least = start
			for i := start + 1; i < end; i++ {
				if all[i] <= all[least] {
					least = i
				}
			}
		} else if all[end-1] <= all[least] {
			least = end - 1
		}
		kept[Print(all[least])] = true // #nosec G115 -- all 64 bits of it, as a database keeps integers
	}
	out := make([]Print, 0, len(kept))
	for p := range kept {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Print) int { return cmp.Compare(uint64(a), uint64(b)) }) // #nosec G115 -- as above
	return out
}

// mix spreads what is alike (the finalizer of SplitMix64, Steele et al. 2014), so
// that the least of several is any of them.
func mix(w Word) Word {
	w = (w ^ w>>30) * 0xBF58476D1CE4E5B9
	w = (w ^ w>>27) * 0x94D049BB133111EB
	return w ^ w>>31
}
