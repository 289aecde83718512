package policies

import (
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ewtp/entente/standards"
)

// Limits on attachments.
const (
	MaxAttachment  = 10 << 20       // bytes of one file
	MaxAttachments = 20             // files of one comment
	UploadLife     = 24 * time.Hour // how long a file waits for the comment that names it
	maxFileName    = 200            // bytes
)

// An Attachment is a file that goes with a comment. Its bytes are in the store's blobs.
type Attachment struct {
	Digest string `json:"digest"` // SHA-256 of the bytes in lower-case hexadecimal
	Name   string `json:"name"`   // made harmless by [FileName]
	Type   string `json:"type"`   // media type by its content, one of AttachmentTypes
	Size   int64  `json:"size"`   // bytes
}

// An Upload is a file that an organisation has uploaded and may attach.
type Upload struct {
	ID             string // TypeID "att_…"
	OrganisationID string
	MemberID       string
	Attachment
	At        time.Time
	ClearedAt time.Time // zero while it is there
}

// AttachmentTypes are the media types taken, with the ending that a name of that type has.
var AttachmentTypes = map[string]string{
	"application/pdf": ".pdf",
	"image/png":       ".png",
	"image/jpeg":      ".jpg",
	"text/plain":      ".txt",
	"text/csv":        ".csv",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       ".xlsx",
	"application/vnd.oasis.opendocument.text":                                 ".odt",
}

// FileName makes a name from outside harmless: the last part of a path, without
// characters that are controls, turn the writing direction, or mean something to a
// shell or a file system, at most 200 bytes, and with the ending of its media type.
func FileName(name, mediaType string) string {
	ending := AttachmentTypes[mediaType]
	name = strings.ToValidUTF8(name, "_")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		case strings.ContainsRune("\"'`<>:|?*;&$%!#", r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	have := strings.ToLower(path.Ext(name))
	if have == ending || have == ".jpeg" && ending == ".jpg" {
		name, ending = name[:len(name)-len(have)], have
	}
	name = strings.Trim(name, " .")
	for len(name) > maxFileName-len(ending) {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.TrimRight(name, " ."); name == "" {
		name = "attachment"
	}
	return name + ending
}

// findFiles returns the files whose digests a comment names, under another name than
// they were uploaded with where it gives one. They are uploads of the actor's
// organisation that have not expired, or files of the draft that it was prepared as.
func findFiles(env Env, f Facts, refs []Attachment, held *CommentDraft) ([]Attachment, error) {
	if len(refs) > MaxAttachments {
		return nil, errInvalid("attachments", "has %d entries, at most %d are taken", len(refs), MaxAttachments)
	}
	var list []Attachment
	seen := map[string]bool{}
	for i, ref := range refs {
		field := "attachments." + strconv.Itoa(i) + ".digest"
		if !standards.IsSum(ref.Digest) {
			return nil, errInvalid(field, "is no SHA-256 in lower-case hexadecimal")
		}
		if seen[ref.Digest] {
			return nil, errInvalid(field, "is there twice")
		}
		seen[ref.Digest] = true
		a, err := findFile(env, f, ref.Digest, held)
		if err != nil {
			return nil, errAt(err, field)
		}
		if ref.Name != "" {
			a.Name = FileName(ref.Name, a.Type)
		}
		list = append(list, a)
	}
	return list, nil
}

func findFile(env Env, f Facts, digest string, held *CommentDraft) (Attachment, error) {
	if held != nil {
		for _, a := range held.Words.Attachments {
			if a.Digest == digest {
				return a, nil
			}
		}
	}
	u, err := f.Upload(env.Actor.OrganisationID, digest)
	if err != nil {
		return Attachment{}, errUnknown(err, "", "upload of your organisation", digest)
	}
	if !u.ClearedAt.IsZero() {
		return Attachment{}, errInvalid("", "was cleared, for nothing had named it %s after it was uploaded; upload it again", UploadLife)
	}
	if !env.Now.Before(u.At.Add(UploadLife)) {
		return Attachment{}, errInvalid("", "was uploaded more than %s ago; upload it again", UploadLife)
	}
	return u.Attachment, nil
}

// AttachFile puts on record that a file was uploaded. Whoever gives it has looked into its
// bytes, and stores them once it is on record, and tells nobody of it before: what is
// refused is never stored, and what is being cleared isn't stored meanwhile.
type AttachFile struct {
	Digest string
	Size   int64
	Type   string // by the content
	Name   string
}

// AttachmentUploaded is what [AttachFile] yields.
type AttachmentUploaded struct {
	ID             string `json:"id"`
	OrganisationID string `json:"organisation"`
	Attachment
	By string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c AttachFile) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Attaching, Nothing); err != nil {
		return nil, err
	}
	switch _, known := AttachmentTypes[c.Type]; {
	case !standards.IsSum(c.Digest):
		return nil, errInvalid("digest", "is no SHA-256 in lower-case hexadecimal")
	case c.Size < 1:
		return nil, errInvalid("file", "is empty")
	case c.Size > MaxAttachment:
		return nil, errInvalid("file", "is %d bytes long, at most %d are taken", c.Size, MaxAttachment)
	case !known:
		return nil, errInvalid("file", "is of none of the types taken: PDF, PNG, JPEG, plain text, CSV, DOCX, XLSX, ODT")
	}
	if err := checkNotGoing(f, c.Digest); err != nil {
		return nil, err
	}
	if err := env.Rules.checkRoom(env.Actor, f, c); err != nil {
		return nil, err
	}
	return &AttachmentUploaded{ID: env.Fresh(PrefixUpload), OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID,
		Attachment: Attachment{Digest: c.Digest, Name: FileName(c.Name, c.Type), Type: c.Type, Size: c.Size}}, nil
}

var _ = registerEvent[AttachmentUploaded](nil)

func (*AttachmentUploaded) Kind() string      { return "attachment.uploaded/1" }
func (e *AttachmentUploaded) Subject() string { return e.ID }

// Fold implements [Event].
func (e *AttachmentUploaded) Fold(s Stamp, r Record) error {
	return r.AddUpload(Upload{ID: e.ID, OrganisationID: e.OrganisationID, MemberID: e.By, Attachment: e.Attachment, At: s.At})
}

// AttachmentFacts are what decisions may ask of uploaded files.
type AttachmentFacts interface {
	// Upload returns an organisation's latest upload of a file, though it be cleared.
	Upload(organisationID, digest string) (Upload, error)
	// StoredBytes counts the bytes of the files that an organisation or a member uploaded and
	// that weren't cleared, each file once, and one of them not at all.
	StoredBytes(ownerID, besides string) (int64, error)
}

// AttachmentRecord is how events change uploaded files.
type AttachmentRecord interface {
	AddUpload(Upload) error
}

// Files lists the digests of the files that an event names, sorted. It looks into events
// of all kinds, so that a kind that comes to name files isn't forgotten where they are
// erased.
func Files(e Event) []string {
	var found []string
	collectFiles(reflect.ValueOf(e), &found)
	slices.Sort(found)
	return slices.Compact(found)
}

func collectFiles(v reflect.Value, found *[]string) {
	if v.Kind() != reflect.Invalid && v.Type() == reflect.TypeFor[Attachment]() {
		*found = append(*found, v.FieldByName("Digest").String())
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			collectFiles(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collectFiles(v.Index(i), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				collectFiles(v.Field(i), found)
			}
		}
	}
}
