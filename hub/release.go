package hub

import (
	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/standards"
)

// A release is one whose signature was verified, or what is on disk of one.
type release struct {
	path      string // its folder, "" before it is installed
	number    int    // 0: there is none
	bytes     []byte // of the manifest
	digest    string // of bytes; "" when they can't be had
	signature string
	tag       string // the document's entity tag as the registry gave it, "" if it gave none
	keyID     string
	manifest  standards.Manifest // empty unless the signature was good
	sound     error              // nil: manifest, signature and (on disk) all texts are genuine
}

func (r *release) result(updated bool) Result {
	return Result{Updated: updated, Path: r.path, Digest: r.digest, KeyID: r.keyID, Manifest: r.manifest}
}

// open verifies the signature, and only then reads the manifest.
func (r *release) open(keys jose.JSONWebKeySet) error {
	r.digest = standards.Digest(r.bytes)
	var err error
	if r.keyID, err = VerifySignature(r.bytes, r.signature, keys); err != nil {
		return err
	}
	if r.manifest, err = standards.ParseManifest(r.bytes); err != nil {
		return refuseBecause(Malformed, err, "the signed manifest makes no sense")
	}
	r.number = r.manifest.Number
	return nil
}

// texts are the release's distinct texts, in the order of its instruments.
func (r *release) texts() []standards.TextReference {
	var list []standards.TextReference
	seen := map[string]bool{}
	for _, in := range r.manifest.Instruments {
		if !seen[in.Text.Digest] {
			seen[in.Text.Digest] = true
			list = append(list, in.Text)
		}
	}
	return list
}

// checkText tells whether text is what the manifest names.
func checkText(ref standards.TextReference, text []byte) error {
	if len(text) != ref.Bytes {
		return refuseRelease(DigestMismatch, "the text %s has %d bytes, not the %d of the manifest", ref.Digest, len(text), ref.Bytes)
	}
	if got := standards.Digest(text); got != ref.Digest {
		return refuseRelease(DigestMismatch, "the text that should be %s is %s", ref.Digest, got)
	}
	return nil
}
