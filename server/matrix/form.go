package matrix

import (
	"io"
	"net/http"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/reports"
)

// sendForm sends a comment form.
func (h *handler) sendForm(f reports.Format) serveReport {
	return func(w http.ResponseWriter, r *http.Request, d policies.Document) error {
		round, err := wholeNumber(r, "round")
		if err != nil {
			return err
		}
		e := reports.FormExport{DocumentID: d.ID, Round: round, Format: f, NoMark: r.URL.Query().Get("bom") == "false"}
		views, actor := h.registry.Views(), registry.ActorFrom(r.Context())
		return sendFile(w, r, medias[f], d.Number+"-comments."+string(f),
			func() error { return reports.CheckCommentForm(r.Context(), views, actor, e) },
			func(w io.Writer) error { return reports.WriteCommentForm(r.Context(), views, actor, e, w) })
	}
}
