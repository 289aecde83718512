package standards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gowebpki/jcs"
)

var (
	slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	sumForm  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// IsSlug tells whether s can be the name of a rule set: at most 64 lower-case
// letters, digits and single hyphens.
func IsSlug(s string) bool { return len(s) <= 64 && slugForm.MatchString(s) }

// IsDigest tells whether s has the form of what [Digest] returns.
func IsDigest(s string) bool {
	sum, ok := strings.CutPrefix(s, "sha256:")
	return ok && IsSum(sum)
}

// IsSum tells whether s is a SHA-256 in lower-case hexadecimal digits.
func IsSum(s string) bool { return sumForm.MatchString(s) }

// ParseManifest reads what [Manifest.Canonical] wrote and checks that it makes
// sense in itself. Members it doesn't know are passed over, so that a later
// registry may say more; bytes that aren't in canonical form (RFC 8785) are refused,
// so that no two readers can see different things in them. Whether the manifest is
// genuine only a signature tells.
func ParseManifest(b []byte) (Manifest, error) {
	var m Manifest
	if err := checkCanonical(b); err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return Manifest{}, fmt.Errorf("couldn't read the manifest: %w", err)
	}
	if err := m.check(); err != nil {
		return Manifest{}, fmt.Errorf("couldn't accept the manifest: %w", err)
	}
	return m, nil
}

// checkCanonical also rules out doubled keys, which JCS refuses.
func checkCanonical(b []byte) error {
	if !json.Valid(b) { // the transformation is laxer than it should be about what it reads
		return errors.New("couldn't read the manifest: it is no JSON")
	}
	canonical, err := jcs.Transform(b)
	if err != nil {
		return fmt.Errorf("couldn't read the manifest: %w", err)
	}
	if !bytes.Equal(canonical, b) {
		return errors.New("couldn't read the manifest: it isn't in canonical form")
	}
	return nil
}

func (m *Manifest) check() error {
	switch {
	case m.Format != ManifestFormat:
		return fmt.Errorf("its format is %.40q, not %q", m.Format, ManifestFormat)
	case !IsSlug(m.RuleSet):
		return fmt.Errorf("ruleSet: %.80q is no name of a rule set", m.RuleSet)
	case m.Number < 1:
		return fmt.Errorf("number: %d is below 1", m.Number)
	case m.Number == 1 && m.Previous != "":
		return errors.New("previous: the first release has none before it")
	case m.Number > 1 && !IsDigest(m.Previous):
		return fmt.Errorf("previous: %.80q is no digest", m.Previous)
	case m.PublishedAt.IsZero():
		return errors.New("publishedAt: is missing")
	case !m.ValidUntil.After(m.PublishedAt):
		return fmt.Errorf("validUntil: %s isn't after publishedAt", m.ValidUntil.Format(time.RFC3339))
	}
	seen := make(map[string]bool, len(m.Instruments))
	for i := range m.Instruments {
		in := &m.Instruments[i]
		if err := in.check(); err != nil {
			return fmt.Errorf("instruments.%d.%w", i, err)
		}
		if seen[in.ID] {
			return fmt.Errorf("instruments.%d.id: %.80q comes twice", i, in.ID)
		}
		seen[in.ID] = true
	}
	return nil
}

func (in *ManifestInstrument) check() error {
	switch {
	case in.ID == "":
		return errors.New("id: is missing")
	case in.Number == "":
		return errors.New("number: is missing")
	case !IsDigest(in.Text.Digest):
		return fmt.Errorf("text.digest: %.80q is no digest", in.Text.Digest)
	case in.Text.Bytes < 0:
		return fmt.Errorf("text.bytes: %d is below 0", in.Text.Bytes)
	case in.EffectiveFrom.IsZero():
		return errors.New("effectiveFrom: is missing")
	case !in.EffectiveUntil.IsZero() && !in.EffectiveUntil.After(in.EffectiveFrom):
		return errors.New("effectiveUntil: isn't after effectiveFrom")
	case !in.From.First().At.Equal(in.EffectiveFrom):
		return errors.New("from: doesn't begin at effectiveFrom")
	case in.Ended && in.EffectiveUntil.IsZero():
		return errors.New("ended: there is no effectiveUntil")
	}
	for i, e := range in.Ends {
		if e.At.IsZero() || !slices.Contains(EndReasons, e.Reason) {
			return fmt.Errorf("ends.%d: %.80q at %s is no end", i, e.Reason, e.At.Format(time.RFC3339))
		}
	}
	return nil
}
