package answer

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// internalError is all that a caller is told of what is our own fault.
const internalError = "internal error"

// Fail answers a request with what went wrong. It is the one ladder from errors to
// answers, the same on every face; a face only gives an error its own words before, by
// a [policies.Error]. From the top:
//
//   - an answer that has begun is cut off, lest half of it be taken for the whole;
//   - a refusal is told with its code, reason, message and field, and with all faults of an input
//     that has several; one for want of a right is logged;
//   - [policies.ErrNotFound] is [policies.NotFound];
//   - a change of which the registry can't say whether it was made is [policies.OutcomeUnknown]:
//     what these faces take is made once however often it comes;
//   - one that was made and can't be shown is [policies.AnswerLost], with the position;
//   - what only time hinders is [policies.Unavailable]: the registry takes no changes, the
//     request ended, or something took too long;
//   - anything else is logged whole, and told as [policies.Internal] and no more.
func Fail(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	told := Judge(w, r, log, err)
	WriteError(w, told.Code, told.Message, told.Details...)
}

// Told is what a caller is told of an error.
type Told struct {
	Code    policies.Code
	Message string // for people
	Details []Detail
}

// Judge is the ladder of [Fail], for faces that have their own way to tell: it logs what is to be
// logged, says when to come again, and cuts off an answer that has begun.
func Judge(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) Told {
	var refused *policies.Error
	var unknown *registry.UnknownOutcome
	var unread *registry.Unread
	switch {
	case begun(w):
		if r.Context().Err() == nil {
			log.WarnContext(r.Context(), "an answer broke off", about(w, r, err)...)
		}
		panic(http.ErrAbortHandler)
	case errors.As(err, &refused):
		if refused.Code == policies.Forbidden || refused.Code == policies.Unauthenticated {
			noteRefused(w, r, log, refused.Code, err)
		}
		return Told{refused.Code, refused.Message, detailsOf(refused)}
	case errors.Is(err, policies.ErrNotFound):
		return Told{Code: policies.NotFound, Message: "there is nothing of that name, or nothing that you may see"}
	case errors.As(err, &unknown):
		log.WarnContext(r.Context(), "the outcome of a change is unknown", about(w, r, err)...)
		w.Header().Set("Retry-After", "1")
		return Told{Code: policies.OutcomeUnknown, Message: "whether that was done isn't known; the same again does it at most once"}
	case errors.As(err, &unread):
		log.WarnContext(r.Context(), "a change couldn't be shown", about(w, r, err)...)
		return Told{policies.AnswerLost, "that was done, but what came of it can't be read now", []Detail{{"ledgerPosition", unread.Outcome.Seq + 1}}}
	case errors.Is(err, registry.ErrUnavailable):
		log.WarnContext(r.Context(), "a change couldn't be taken", about(w, r, err)...)
		w.Header().Set("Retry-After", "1")
		return Told{Code: policies.Unavailable, Message: "that can't be done now; nothing was changed, and the same again does no harm"}
	case r.Context().Err() != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		w.Header().Set("Retry-After", "1")
		return Told{Code: policies.Unavailable, Message: "the answer took too long; ask again"}
	default:
		log.ErrorContext(r.Context(), "a request couldn't be answered", about(w, r, err)...)
		return Told{Code: policies.Internal, Message: internalError}
	}
}

// detailsOf are the details of a refusal.
func detailsOf(refused *policies.Error) (details []Detail) {
	if refused.Field != "" {
		details = append(details, Field(refused.Field))
	}
	if refused.Reason != "" {
		details = append(details, Reason(string(refused.Reason)))
	}
	if len(refused.Others) > 0 {
		details = append(details, faults(refused))
	}
	return details
}

// noteRefused logs that somebody asked for what isn't theirs.
func noteRefused(w http.ResponseWriter, r *http.Request, log *slog.Logger, code policies.Code, err error) {
	a := registry.ActorFrom(r.Context())
	log.InfoContext(r.Context(), "refused a request", append(about(w, r, err), "code", string(code), "member", a.MemberID, "organisation", a.OrganisationID)...)
}

// faults lists all that is wrong with an input.
func faults(refused *policies.Error) Detail {
	type fault struct {
		Field   string `json:"field,omitempty"`
		Message string `json:"message"`
	}
	var list []fault
	for _, f := range refused.Faults() {
		list = append(list, fault{f.Field, f.Message})
	}
	return Detail{"faults", list}
}

// about is what the log says of a request that failed.
func about(w http.ResponseWriter, r *http.Request, err error) []any {
	return []any{"path", r.URL.Path, "error", err, "request", RequestID(w)}
}

// begun says whether an answer has begun, as far as its writer, or one that it wraps,
// can tell.
func begun(w http.ResponseWriter) bool {
	for w := range wrapped(w) {
		if knows, ok := w.(interface{ Begun() bool }); ok && knows.Begun() {
			return true
		}
	}
	return false
}

// find returns the outermost writer, of w and those that it wraps, that is a T.
func find[T any](w http.ResponseWriter) (found T, ok bool) {
	for w := range wrapped(w) {
		if found, ok = w.(T); ok {
			return found, true
		}
	}
	return found, false
}

// wrapped goes through a writer and those that it wraps.
func wrapped(w http.ResponseWriter) iter.Seq[http.ResponseWriter] {
	return func(yield func(http.ResponseWriter) bool) {
		for yield(w) {
			wraps, ok := w.(interface{ Unwrap() http.ResponseWriter })
			if !ok {
				return
			}
			w = wraps.Unwrap()
		}
	}
}
