// Package files is what goes with comments, each file as a download and never as a page:
// attachments, and receipts.
package files

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/spool"
)

// A Handler serves the files that go with comments, and keeps new ones.
type Handler struct {
	mux      *http.ServeMux
	registry *registry.Registry
	count    func(http.ResponseWriter, *http.Request) bool
	log      *slog.Logger
	turns    chan struct{} // for uploads, of which each may hold a whole file in memory
}

// maxUploads is how many uploads are looked into at once; more wait.
const maxUploads = 4

// New serves what goes with comments, each file as a download and never as a page:
//
//	POST /attachments?name=costs.pdf    the body is the file, no form; answers digest, name, type and size
//	GET  /attachments/{id}/{digest}     a file of the comment or draft of that ID
//	GET  /receipts/{id}                 the receipt of the comment of that ID
//
// The caller is who registry.ActorFrom finds. Count counts an upload, and says with
// false that there were too many and that it answered the request. The logger may be nil.
func New(r *registry.Registry, count func(http.ResponseWriter, *http.Request) bool, log *slog.Logger) *Handler {
	if log == nil {
		log = slog.Default()
	}
	f := &Handler{registry: r, count: count, log: log, turns: make(chan struct{}, maxUploads)}
	mux := http.NewServeMux()
	mux.HandleFunc("/attachments", f.upload)
	mux.HandleFunc("/attachments/{id}/{digest}", f.download)
	mux.HandleFunc("/receipts/{id}", f.receipt)
	mux.HandleFunc("/", answer.NotFound)
	f.mux = mux
	return f
}

// ServeHTTP implements http.Handler.
func (f *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

// uploaded is what an upload is answered with.
type uploaded struct {
	Digest string `json:"digest"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
}

func (f *Handler) upload(w http.ResponseWriter, r *http.Request) {
	if !answer.Allows(w, r, http.MethodPost) {
		return
	}
	ctx := r.Context()
	actor := registry.ActorFrom(ctx)
	if err := policies.May(actor, policies.Attaching, policies.Nothing); err != nil {
		f.fail(w, r, err) // before a byte of the file is read
		return
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); strings.HasPrefix(media, "multipart/") {
		// What a form sends is text too, so its envelope would be kept for the file.
		answer.WriteStatus(w, http.StatusUnsupportedMediaType, policies.Invalid, "the body is the file itself, not a form: send its bytes alone, its name as ?name=",
			answer.Field("Content-Type"), answer.Reason("multipart"))
		return
	}
	if !f.count(w, r) {
		return
	}
	file, err := spool.Keep(r.Body)
	if err != nil {
		f.fail(w, r, err)
		return
	}
	defer file.Close()
	c, err := f.Keep(ctx, actor, file.Reader(), r.URL.Query().Get("name"))
	if err != nil {
		f.fail(w, r, err)
		return
	}
	body, err := json.Marshal(uploaded{c.Digest, policies.FileName(c.Name, c.Type), c.Type, c.Size})
	if err != nil {
		f.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(append(body, '\n')) // #nosec G705 -- JSON, sent with nosniff
}

// Keep looks into a file that is all here, when its turn comes, and keeps it. What isn't taken is
// a refusal that says why.
func (f *Handler) Keep(ctx context.Context, actor policies.Actor, file io.Reader, name string) (c policies.AttachFile, err error) {
	select {
	case f.turns <- struct{}{}:
		defer func() { <-f.turns }()
	case <-ctx.Done():
		return c, ctx.Err()
	}
	mediaType, content, err := readFile(file, name)
	if errors.Is(err, errFileType) {
		return c, errors.Join(err, &policies.Error{Code: policies.Invalid, Field: "file", Message: whyNotTaken(err).Error()})
	}
	if err != nil {
		return c, err
	}
	return f.registry.KeepFile(ctx, actor, policies.AttachFile{Type: mediaType, Name: name}, content)
}

// readFile reads a file whose type is taken, and as much of one that is too long as tells so.
func readFile(body io.Reader, name string) (mediaType string, content []byte, err error) {
	mediaType, in, err := openSniffed(body, name)
	if err != nil {
		return "", nil, err
	}
	if content, err = io.ReadAll(io.LimitReader(in, policies.MaxAttachment+1)); err == nil && mediaType == zipped {
		mediaType, err = officeType(content)
	}
	return mediaType, content, err
}

// fail answers what went wrong.
func (f *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errFileType) {
		answer.WriteStatus(w, http.StatusUnsupportedMediaType, policies.Invalid, whyNotTaken(err).Error(), answer.Field("file"))
		return
	}
	answer.Fail(w, r, f.log, fmt.Errorf("couldn't serve a file: %w", err))
}

// asDownload sets the headers of a file that no browser may show in place: its name,
// and a policy under which it could do nothing if one did.
func asDownload(w http.ResponseWriter, mediaType, name string, size int64) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Cache-Control", "private, no-store") // what is redacted or erased is gone at once
}

func (f *Handler) download(w http.ResponseWriter, r *http.Request) {
	if !answer.OnlyReads(w, r) {
		return
	}
	a, err := f.findAttachment(r.Context(), r.PathValue("id"), r.PathValue("digest"))
	var content io.ReadCloser
	if err == nil {
		content, err = f.registry.OpenBlob(r.Context(), a.Digest)
	}
	if errors.Is(err, policies.ErrNotFound) {
		err = &policies.Error{Code: policies.NotFound, Message: "there is no such file, or none that you may see"}
	}
	if err != nil {
		f.fail(w, r, fmt.Errorf("couldn't open the attachment %s: %w", a.Digest, err))
		return
	}
	defer content.Close()
	mediaType := a.Type
	if strings.HasPrefix(mediaType, "text/") {
		mediaType += "; charset=utf-8"
	}
	asDownload(w, mediaType, a.Name, a.Size)
	if r.Method == http.MethodHead {
		return
	}
	if _, err := io.Copy(w, content); err != nil {
		f.fail(w, r, fmt.Errorf("couldn't send the attachment %s: %w", a.Digest, err))
	}
}

// findAttachment returns a file of a comment or draft that the caller may read.
func (f *Handler) findAttachment(ctx context.Context, id, digest string) (policies.Attachment, error) {
	actor := registry.ActorFrom(ctx)
	var list []policies.Attachment
	switch policies.PrefixOf(id) {
	case policies.PrefixComment:
		found, err := f.registry.Views().Comments(ctx, actor, []string{id}) // shells have no files
		if err != nil {
			return policies.Attachment{}, err
		}
		list = found[id].Attachments
	case policies.PrefixCommentDraft:
		found, err := f.registry.Views().CommentDrafts(ctx, actor, []string{id})
		if err != nil {
			return policies.Attachment{}, err
		}
		list = found[id].Words.Attachments
	}
	for _, a := range list {
		if a.Digest == digest {
			return a, nil
		}
	}
	return policies.Attachment{}, policies.ErrNotFound
}

func (f *Handler) receipt(w http.ResponseWriter, r *http.Request) {
	if !answer.OnlyReads(w, r) {
		return
	}
	ctx, id := r.Context(), r.PathValue("id")
	k, err := f.findComment(ctx, id)
	if err != nil {
		f.fail(w, r, err)
		return
	}
	receipt, err := f.registry.Receipt(ctx, k.Seq)
	if errors.Is(err, policies.ErrNotFound) {
		err = errNoReceipt()
	}
	var file []byte
	if err == nil {
		file, err = json.MarshalIndent(receipt, "", "  ")
	}
	if err != nil {
		f.fail(w, r, err)
		return
	}
	asDownload(w, "application/json", "receipt-"+k.ID+".json", int64(len(file))+1)
	_, _ = w.Write(append(file, '\n')) // #nosec G705 -- JSON, as a download with nosniff
}

func errNoReceipt() error {
	return &policies.Error{Code: policies.NotFound, Message: "there is no such comment, or none that you may have the receipt of"}
}

// findComment finds a comment that the caller may have the receipt of.
func (f *Handler) findComment(ctx context.Context, id string) (policies.Comment, error) {
	actor, views := registry.ActorFrom(ctx), f.registry.Views()
	found, err := views.Comments(ctx, actor, []string{id})
	k, ok := found[id]
	if err != nil || !ok {
		return k, errors.Join(err, errNoReceipt())
	}
	d, err := views.Document(ctx, actor, k.DocumentID, time.Time{})
	if errors.Is(err, policies.ErrNotFound) {
		return k, errNoReceipt()
	}
	if err != nil {
		return k, err
	}
	return k, policies.May(actor, policies.ReadingReceipt, policies.OnComment(&d, &k))
}
