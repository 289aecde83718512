package matrix

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/reports"
	"github.com/ewtp/entente/server/spool"
)

// takeAnswers takes a filled-in matrix.
func (h *handler) takeAnswers(w http.ResponseWriter, r *http.Request, d policies.Document) error {
	actor := registry.ActorFrom(r.Context())
	if err := reports.MayImport(r.Context(), h.registry, actor, d.ID); err != nil {
		return err
	}
	return h.take(w, r, func(file []byte, mode reports.Mode) (any, bool, error) {
		result, err := reports.ImportDispositions(r.Context(), h.registry, actor, reports.Import{DocumentID: d.ID, File: file, Mode: mode})
		return result, result != nil && result.Applied, err
	})
}

// takeComments takes a filled-in comment form.
func (h *handler) takeComments(w http.ResponseWriter, r *http.Request, d policies.Document) error {
	round, err := wholeNumber(r, "round")
	if err != nil {
		return err
	}
	actor := registry.ActorFrom(r.Context())
	if err := reports.MayImportComments(r.Context(), h.registry, actor, d.ID, round); err != nil {
		return err
	}
	return h.take(w, r, func(file []byte, mode reports.Mode) (any, bool, error) {
		result, err := reports.ImportComments(r.Context(), h.registry, actor, reports.FormImport{DocumentID: d.ID, Round: round, File: file, Mode: mode})
		return result, result != nil && result.Applied, err
	})
}

// take takes a file from whoever may bring it: the turn comes when all of it is there, so that
// a slow line holds up nobody else.
func (h *handler) take(w http.ResponseWriter, r *http.Request, bring func([]byte, reports.Mode) (result any, applied bool, err error)) error {
	modes := map[string]reports.Mode{"": reports.Trial, "all": reports.WhenAll, "good": reports.Good}
	mode, ok := modes[r.URL.Query().Get("apply")]
	if !ok {
		return &policies.Error{Code: policies.Invalid, Field: "apply", Message: "is all or good; without it nothing is done but a trial"}
	}
	body, err := spool.Keep(r.Body)
	if err != nil {
		return errBody
	}
	defer body.Close()
	var result any
	var applied bool
	err = h.atTurn(r, func() error {
		file, err := readFile(r.Header.Get("Content-Type"), body.Reader())
		if err == nil {
			result, applied, err = bring(file, mode)
		}
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if mode != reports.Trial && !applied {
		status = http.StatusUnprocessableEntity
	}
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("couldn't write the result: %w", err)
	}
	setOwnHeaders(w, "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // whoever hung up asks again and learns the same
	return nil
}
