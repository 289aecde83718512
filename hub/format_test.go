package hub

import (
	"crypto/ecdsa"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ewtp/entente/standards"
)

// exampleKey is the key of RFC 7515, appendix A.3: public, as good as no key at all.
const exampleKey = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
	"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`

func exampleSigner(t testing.TB) *Signer {
	t.Helper()
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON([]byte(exampleKey)); err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(key.Key.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const exampleText = "# Parcels\n\nA parcel below 150 EUR is cleared within one day.\n"

func exampleManifest(t testing.TB) []byte {
	t.Helper()
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	b, err := standards.Manifest{Format: standards.ManifestFormat, RuleSet: "parcels", Number: 1, PublishedAt: at,
		ValidUntil: at.AddDate(1, 0, 0), Instruments: []standards.ManifestInstrument{{ID: "ins_01", Number: "EWTP-R-2026-001",
			Kind: standards.Regulation, Title: "Parcels", Parties: []string{"EE", "MY"}, Revision: 2, RevisionID: "rev_02",
			Text:          standards.TextReference{Digest: standards.Digest([]byte(exampleText)), Bytes: len(exampleText)},
			EffectiveFrom: at.AddDate(0, 1, 0), From: standards.LawDates{{Local: "2026-04-02T12:30", Zone: "Europe/Tallinn", At: at.AddDate(0, 1, 0)}}, Clauses: []standards.ManifestClause{}}}}.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The package comment's example is what the code makes, character by character.
func TestWorkedExample(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	comment := strings.NewReplacer("\n//", "", "\t", "", "\n", "").Replace(string(source))
	signer, manifest := exampleSigner(t), exampleManifest(t)
	signature, err := signer.Sign(manifest)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"manifest": string(manifest), "digest": standards.Digest(manifest),
		"signature": signature, "key ID": signer.KeyID()} {
		if !strings.Contains(comment, want) {
			t.Errorf("the package comment lacks the %s\n%s", name, want)
		}
	}
	jwks, err := json.Marshal(signer.PublicJWKS())
	if err != nil || strings.Contains(string(jwks), `"d"`) {
		t.Errorf("PublicJWKS: %s, %v", jwks, err)
	}
}
