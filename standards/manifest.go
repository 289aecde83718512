package standards

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/gowebpki/jcs"

	"github.com/ewtp/entente/clauses"
)

// ManifestFormat names the shape of a manifest.
const ManifestFormat = "entente-release/1"

// A Manifest says exactly what a release holds. Its canonical form is what is
// digested and signed.
type Manifest struct {
	Format      string               `json:"format"`  // ManifestFormat
	RuleSet     string               `json:"ruleSet"` // slug
	Number      int                  `json:"number"`
	Previous    string               `json:"previous,omitempty"` // digest of the previous release's manifest
	PublishedAt time.Time            `json:"publishedAt"`
	ValidUntil  time.Time            `json:"validUntil"`
	Instruments []ManifestInstrument `json:"instruments"`
}

// A ManifestInstrument is an instrument as a release carries it.
type ManifestInstrument struct {
	ID             string           `json:"id"`
	Number         string           `json:"number"`
	Kind           Kind             `json:"kind"`
	Title          string           `json:"title"`
	Parties        []string         `json:"parties,omitempty"`
	Revision       int              `json:"revision"`
	RevisionID     string           `json:"revisionId"`
	Text           TextReference    `json:"text"`
	EffectiveFrom  time.Time        `json:"effectiveFrom"`           // the first moment at which it binds any party
	EffectiveUntil time.Time        `json:"effectiveUntil,omitzero"` // the first at which it binds none any more, for whatever reason
	From           LawDates         `json:"from"`                    // when it begins, as stated
	Ends           []Ending         `json:"ends,omitempty"`          // when and why it ends, for every reason known
	Ended          bool             `json:"ended,omitempty"`         // it bound nobody any more when the release was published
	Supersedes     []string         `json:"supersedes,omitempty"`
	Amends         []string         `json:"amends,omitempty"`
	Clauses        []ManifestClause `json:"clauses"`
}

// A TextReference names the text of an instrument by its content.
type TextReference struct {
	Digest string `json:"digest"` // "sha256:…" of the Markdown source
	Bytes  int    `json:"bytes"`
}

// A ManifestClause ties a citation to the words it stood for.
type ManifestClause struct {
	ID       string       `json:"id"`
	Citation string       `json:"citation"`
	Kind     clauses.Kind `json:"kind"`
	Digest   clauses.Hash `json:"digest"` // the clause's content hash
}

// NewManifest builds the manifest of a rule set's next release. Instruments come
// in the order of their numbers whatever order they are given in; outline
// returns the clauses of an instrument's revision.
func NewManifest(set RuleSet, publishedAt, validUntil time.Time, instruments []Instrument, outline func(revisionID string) (clauses.Outline, error)) (Manifest, error) {
	m := Manifest{
		Format: ManifestFormat, RuleSet: set.Slug, Number: set.Releases + 1, Previous: set.LatestDigest,
		PublishedAt: publishedAt.UTC(), ValidUntil: validUntil.UTC(),
		Instruments: make([]ManifestInstrument, 0, len(instruments)),
	}
	for _, in := range instruments {
		cs, err := outline(in.RevisionID)
		if err != nil {
			return Manifest{}, fmt.Errorf("couldn't load the clauses of %s: %w", in.Number, err)
		}
		m.Instruments = append(m.Instruments, manifestInstrument(in, cs, publishedAt))
	}
	sort.Slice(m.Instruments, func(i, j int) bool {
		a, b := m.Instruments[i], m.Instruments[j]
		if a.Number != b.Number {
			return a.Number < b.Number
		}
		return a.ID < b.ID
	})
	return m, nil
}

func manifestInstrument(in Instrument, cs clauses.Outline, publishedAt time.Time) ManifestInstrument {
	mi := ManifestInstrument{
		ID: in.ID, Number: in.Number, Kind: in.Kind, Title: in.Title, Parties: in.Parties,
		Revision: in.Revision, RevisionID: in.RevisionID,
		Text:          TextReference{Digest: "sha256:" + in.TextDigest.String(), Bytes: in.TextBytes},
		EffectiveFrom: in.From.First().At.UTC(), EffectiveUntil: in.Last(in.Parties).UTC(),
		From: slices.Clone(in.From), Ends: in.Endings(in.Parties), Supersedes: in.Supersedes, Amends: in.Amends,
		Clauses: make([]ManifestClause, len(cs)),
	}
	mi.Ended = !mi.EffectiveUntil.IsZero() && !publishedAt.Before(mi.EffectiveUntil)
	for i := range mi.From {
		mi.From[i].At = mi.From[i].At.UTC()
	}
	for i := range mi.Ends {
		mi.Ends[i].At = mi.Ends[i].At.UTC()
	}
	for i, c := range cs {
		mi.Clauses[i] = ManifestClause{ID: c.ID, Citation: c.Citation, Kind: c.Kind, Digest: c.Hash}
	}
	return mi
}

// spans are while it binds each of its parties, as the manifest says.
func (in *ManifestInstrument) spans() []Span {
	parties := in.Parties
	if len(parties) == 0 {
		parties = []string{""}
	}
	list := make([]Span, len(parties))
	for i, p := range parties {
		list[i] = Span{Party: p, From: in.From.For(p)}
		for _, e := range in.Ends {
			if e.Party == "" || e.Party == p {
				list[i].End = &e
			}
		}
	}
	return list
}

// At returns what the manifest says of an instrument's state at t.
func (in *ManifestInstrument) At(t time.Time) Status { return statusOf(in.spans(), t) }

// AtIn returns the same in a jurisdiction; "" where it isn't to bind that one.
func (in *ManifestInstrument) AtIn(t time.Time, jurisdiction string) Status {
	return statusIn(in.spans(), jurisdiction, t)
}

// Canonical returns the manifest's bytes: RFC 8785 (JCS) JSON. The same manifest
// always gives the same bytes.
func (m Manifest) Canonical() ([]byte, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("couldn't encode the manifest: %w", err)
	}
	if b, err = jcs.Transform(b); err != nil {
		return nil, fmt.Errorf("couldn't bring the manifest into canonical form: %w", err)
	}
	return b, nil
}

// Sum returns the SHA-256 of b.
func Sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

// Digest returns "sha256:" and the lower-case hexadecimal SHA-256 of b.
func Digest(b []byte) string { return "sha256:" + hex.EncodeToString(Sum(b)) }
