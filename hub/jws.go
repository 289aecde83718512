package hub

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

const (
	// SignatureType is the typ of a release's signature: one made for anything else
	// with the same key never passes for a release.
	SignatureType = "entente-release+jws"

	// MaxSignature is the most that a signature may weigh, in bytes.
	MaxSignature = 4 << 10
)

// strictBase64 refuses what a lenient decoder would read as the same bytes.
var strictBase64 = base64.RawURLEncoding.Strict()

// jwsHeader is the whole protected header, in the order it is written. No other
// member is accepted: "b64", "crit" or a key that the signature brings along (jwk,
// jku, x5c) would change what is verified, or by whom.
type jwsHeader struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
}

// A Signer signs releases. It is safe for concurrent use.
type Signer struct {
	key    *ecdsa.PrivateKey
	id     string
	header string // encoded
}

// NewSigner returns a signer with a key on P-256, as [ParseKey] reads it.
func NewSigner(key *ecdsa.PrivateKey) (*Signer, error) {
	if key == nil || key.Curve != elliptic.P256() {
		return nil, errors.New("couldn't make a signer: the key isn't an EC key on P-256")
	}
	id, err := keyThumbprint(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	header, err := json.Marshal(jwsHeader{Algorithm: "ES256", KeyID: id, Type: SignatureType})
	if err != nil {
		return nil, fmt.Errorf("couldn't encode the signature's header: %w", err)
	}
	return &Signer{key: key, id: id, header: strictBase64.EncodeToString(header)}, nil
}

// KeyID is the key's RFC 7638 thumbprint (SHA-256, base64url).
func (s *Signer) KeyID() string { return s.id }

// PublicJWKS returns the public key as a JWK Set, which is what hubs pin.
func (s *Signer) PublicJWKS() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{publicJWK(&s.key.PublicKey, s.id)}}
}

// Sign returns the detached signature of a manifest's canonical bytes. It is
// deterministic (RFC 6979): the same bytes and key give the same signature.
func (s *Signer) Sign(manifest []byte) (string, error) {
	digest := signedDigest(s.header, manifest)
	der, err := s.key.Sign(nil, digest, crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("couldn't sign the manifest: %w", err)
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return "", fmt.Errorf("couldn't encode the signature: %w", err)
	}
	raw := make([]byte, 64) // RFC 7518, section 3.4: R and S, 32 bytes each
	pair.R.FillBytes(raw[:32])
	pair.S.FillBytes(raw[32:])
	return s.header + ".." + strictBase64.EncodeToString(raw), nil
}

// signedDigest hashes the JWS signing input, BASE64URL(header) "." BASE64URL(payload),
// without holding the payload a second time.
func signedDigest(header string, payload []byte) []byte {
	h := sha256.New()
	h.Write([]byte(header + "."))
	encoder := base64.NewEncoder(base64.RawURLEncoding, h)
	encoder.Write(payload) // a hash never fails
	encoder.Close()
	return h.Sum(nil)
}

// parseSignature takes a detached compact JWS apart; raw is R and S.
func parseSignature(signature string) (header jwsHeader, protected string, raw []byte, err error) {
	if len(signature) > MaxSignature {
		return header, "", nil, fmt.Errorf("%d bytes are more than %d", len(signature), MaxSignature)
	}
	if strings.ContainsAny(signature, "\r\n") { // which even a strict decoder skips
		return header, "", nil, errors.New("it has a line break in it")
	}
	parts := strings.Split(signature, ".")
	if len(parts) != 3 || parts[1] != "" {
		return header, "", nil, errors.New("it is no compact JWS with a detached payload")
	}
	text, err := strictBase64.DecodeString(parts[0])
	if err != nil {
		return header, "", nil, fmt.Errorf("couldn't read its header: %w", err)
	}
	if header, err = parseHeader(text); err != nil {
		return header, "", nil, fmt.Errorf("couldn't read its header: %w", err)
	}
	if raw, err = strictBase64.DecodeString(parts[2]); err != nil {
		return header, "", nil, fmt.Errorf("couldn't read its value: %w", err)
	}
	if len(raw) != 64 {
		return header, "", nil, fmt.Errorf("its value has %d bytes, not 64", len(raw))
	}
	return header, parts[0], raw, nil
}

func parseHeader(text []byte) (jwsHeader, error) {
	var header jwsHeader
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&header); err != nil {
		return header, err
	}
	switch _, err := decoder.Token(); {
	case !errors.Is(err, io.EOF):
		return header, errors.New("something follows it")
	case header.Algorithm != "ES256":
		return header, fmt.Errorf("its algorithm is %.20q, not ES256", header.Algorithm)
	case header.Type != SignatureType:
		return header, fmt.Errorf("its type is %.40q, not %s", header.Type, SignatureType)
	}
	return header, nil
}

// VerifySignature checks a detached signature over a manifest's bytes with that one
// of the pinned keys which it names. It returns the key's ID; errors are [*Error]
// with BadSignature or UnknownKey.
func VerifySignature(manifest []byte, signature string, pinned jose.JSONWebKeySet) (keyID string, err error) {
	if signature == "" {
		return "", refuseRelease(BadSignature, "the release isn't signed")
	}
	header, protected, raw, err := parseSignature(signature)
	if err != nil {
		return "", refuseBecause(BadSignature, err, "couldn't read the release's signature")
	}
	digest := signedDigest(protected, manifest)
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	known := false
	for _, key := range pinned.Keys {
		usable, ok := usableKey(key)
		if !ok || usable.KeyID != header.KeyID {
			continue
		}
		known = true
		if ecdsa.Verify(usable.Key.(*ecdsa.PublicKey), digest, r, s) {
			return header.KeyID, nil
		}
	}
	if !known {
		return "", refuseRelease(UnknownKey, "the release is signed with the key %.64q, which isn't among the %d pinned", header.KeyID, len(pinned.Keys))
	}
	return "", refuseRelease(BadSignature, "the signature doesn't fit the manifest and the key %.64q", header.KeyID)
}
