package clauses

// The one comparison engine of the package: Myers' O(ND) difference algorithm in linear space (E. W. Myers, "An O(ND)
// Difference Algorithm and Its Variations", Algorithmica 1, 1986), over sequences of symbols, with the cost bound that
// git's xdiff uses: past maxCost steps a piece is split at the furthest point reached. The result is then still a correct
// alignment, only perhaps not the shortest, and the time stays near linear for hostile input.

// maxCost is for sequences of up to some hundred thousand symbols; longer ones get less, so that steps times symbols stay
// below maxSteps.
const (
	maxCost  = 256
	minCost  = 24
	maxSteps = 32 << 20
)

// equalRun says that a[a:a+n] equals b[b:b+n].
type equalRun struct{ a, b, n int }

// alignSymbols gives the runs that two sequences have in common, in increasing order on both sides.
func alignSymbols(a, b []int32) []equalRun {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA--
		endB--
	}
	d := &differ{}
	if start > 0 {
		d.emit(0, 0, start)
	}
	if start < endA && start < endB {
		d.middle(a, b, start, endA, endB)
	}
	if endA < len(a) {
		d.emit(endA, endB, len(a)-endA)
	}
	return d.runs
}

// differ compares what is left of two sequences once the symbols that only one of them has are gone.
type differ struct {
	a, b      []int32
	atA, atB  []int // where the symbols left stand in the original
	fwd, back []int // furthest x by diagonal x-y, shifted by off
	off       int
	maxCost   int
	runs      []equalRun
}

func (d *differ) emit(a, b, n int) {
	if l := len(d.runs) - 1; l >= 0 && d.runs[l].a+d.runs[l].n == a && d.runs[l].b+d.runs[l].n == b {
		d.runs[l].n += n
		return
	}
	d.runs = append(d.runs, equalRun{a, b, n})
}

func (d *differ) middle(a, b []int32, start, endA, endB int) {
	d.a, d.atA = sharedSymbols(a, start, endA, b[start:endB])
	d.b, d.atB = sharedSymbols(b, start, endB, a[start:endA])
	if len(d.a) == 0 || len(d.b) == 0 {
		return
	}
	d.off = len(d.b) + 1
	d.maxCost = max(minCost, min(maxCost, maxSteps/(len(d.a)+len(d.b))))
	d.fwd = make([]int, len(d.a)+len(d.b)+3)
	d.back = make([]int, len(d.a)+len(d.b)+3)
	d.diff(0, len(d.a), 0, len(d.b))
}

// sharedSymbols keeps the symbols of a[start:end] that occur in other, and where they stood.
func sharedSymbols(a []int32, start, end int, other []int32) ([]int32, []int) {
	var top int32
	for _, s := range other {
		top = max(top, s)
	}
	has := make([]bool, top+1)
	for _, s := range other {
		has[s] = true
	}
	var kept []int32
	var at []int
	for i := start; i < end; i++ {
		if s := a[i]; s <= top && has[s] {
			kept, at = append(kept, s), append(at, i)
		}
	}
	return kept, at
}

func (d *differ) diff(a0, a1, b0, b1 int) {
	for a0 < a1 && b0 < b1 && d.a[a0] == d.b[b0] {
		d.emit(d.atA[a0], d.atB[b0], 1)
		a0++
		b0++
	}
	tail := 0
	for a0 < a1 && b0 < b1 && d.a[a1-1] == d.b[b1-1] {
		a1--
		b1--
		tail++
	}
	if a0 < a1 && b0 < b1 {
		x, y := d.split(a0, a1, b0, b1)
		d.diff(a0, x, b0, y)
		d.diff(x, a1, y, b1)
	}
	for i := range tail {
		d.emit(d.atA[a1+i], d.atB[b1+i], 1)
	}
}

// split finds a point on a shortest path, searching from both ends at once.
func (d *differ) split(a0, a1, b0, b1 int) (x, y int) {
	const far = int(^uint(0) >> 1)
	dmin, dmax := a0-b1, a1-b0
	fmid, bmid := a0-b0, a1-b1
	odd := (fmid-bmid)&1 != 0
	fmin, fmax, bmin, bmax := fmid, fmid, bmid, bmid
	fwd, back, off := d.fwd, d.back, d.off
	fwd[off+fmid], back[off+bmid] = a0, a1
	for cost := 1; ; cost++ {
		if fmin > dmin {
			fmin--
			fwd[off+fmin-1] = -1
		} else {
			fmin++
		}
		if fmax < dmax {
			fmax++
			fwd[off+fmax+1] = -1
		} else {
			fmax--
		}
		for k := fmax; k >= fmin; k -= 2 {
			x := max(fwd[off+k-1]+1, fwd[off+k+1])
			y := x - k
			for x < a1 && y < b1 && d.a[x] == d.b[y] {
				x++
				y++
			}
			fwd[off+k] = x
			if odd && bmin <= k && k <= bmax && back[off+k] <= x {
				return x, y
			}
		}
		if bmin > dmin {
			bmin--
			back[off+bmin-1] = far
		} else {
			bmin++
		}
		if bmax < dmax {
			bmax++
			back[off+bmax+1] = far
		} else {
			bmax--
		}
		for k := bmax; k >= bmin; k -= 2 {
			x := min(back[off+k-1], back[off+k+1]-1)
			y := x - k
			for x > a0 && y > b0 && d.a[x-1] == d.b[y-1] {
				x--
				y--
			}
			back[off+k] = x
			if !odd && fmin <= k && k <= fmax && x <= fwd[off+k] {
				return x, y
			}
		}
		if cost >= d.maxCost {
			return d.furthest(a0, a1, b0, b1, [2]int{fmin, fmax}, [2]int{bmin, bmax})
		}
	}
}

// furthest gives the point that got furthest from its corner when the search became too dear.
func (d *differ) furthest(a0, a1, b0, b1 int, f, b [2]int) (x, y int) {
	best, bestX := -1, 0
	for k := f[1]; k >= f[0]; k -= 2 {
		x := min(d.fwd[d.off+k], a1)
		if x-k > b1 {
			x = b1 + k
		}
		if s := x + x - k; s > best {
			best, bestX = s, x
		}
	}
	low, lowX := a1+b1+1, 0
	for k := b[1]; k >= b[0]; k -= 2 {
		x := max(d.back[d.off+k], a0)
		if x-k < b0 {
			x = b0 + k
		}
		if s := x + x - k; s < low {
			low, lowX = s, x
		}
	}
	if a1+b1-low < best-(a0+b0) {
		return bestX, best - bestX
	}
	return lowX, low - lowX
}

// symbols numbers values: equal values get equal numbers.
type symbols[T comparable] map[T]int32

func (m symbols[T]) of(v T) int32 {
	if s, ok := m[v]; ok {
		return s
	}
	s := int32(len(m)) // #nosec G115 -- as many as a text has distinct words
	m[v] = s
	return s
}
