package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/web/frame"
)

// A failure is the page that says why there is no other.
type failure struct {
	frame.Frame
	Text      string // what went wrong
	Kept      string // what became of the form that was sent; "" where none was
	Again     string // when to come again; "" where waiting doesn't help
	RequestID string // for whoever reports a fault of ours
	SignIn    bool
}

// fail answers with a page that says what went wrong; programs are told it as everywhere else.
func (s *site) fail(v *visit, err error) {
	told := answer.Judge(v.w, v.r, s.Log, err)
	if !answer.WantsPage(v.r) {
		answer.WriteError(v.w, told.Code, told.Message, told.Details...)
		return
	}
	s.refuse(v, answer.Status(told.Code), told, func(title string) frame.Frame { return s.frame(v, title) })
}

// Refuse answers a browser with a page for what was refused before any page was asked. Nothing is
// looked up for it: what refuses may be that nothing can be.
func (h *Handler) Refuse(w http.ResponseWriter, r *http.Request, status int, told answer.Told) {
	s := h.site
	v := &visit{w: w, r: r, ctx: r.Context(), lang: frame.LanguageOf(r)}
	who := frame.Who{SignIn: s.SignIn, Unknown: true}
	if identity, signedIn := auth.From(v.ctx); signedIn {
		who.SignedIn, who.Name = true, identity.Name
	}
	s.refuse(v, status, told, func(title string) frame.Frame {
		return frame.Frame{Language: v.lang, Title: title, Here: frame.Here(r), Base: s.Base, Who: who}
	})
}

// refuse writes the page of a failure, within the frame that begin makes for a title.
func (s *site) refuse(v *visit, status int, told answer.Told, begin func(title string) frame.Frame) {
	title, text := v.failureWords(status, told)
	p := failure{Frame: begin(title), Text: text, SignIn: told.Code == policies.Unauthenticated && s.SignIn}
	p.Unlisted = true
	if told.Code == policies.Internal {
		p.RequestID = answer.RequestID(v.w)
	}
	if v.r.Method == http.MethodPost {
		p.Here = "/" // nothing is shown where the form went
		p.Kept = v.keptWords(told)
	}
	if seconds, err := strconv.Atoi(v.w.Header().Get("Retry-After")); err == nil && seconds > 0 {
		p.Again = v.againIn(seconds)
	}
	v.w.Header().Set("Cache-Control", "no-store")
	s.pages.Show(v.w, v.r, status, "failure", &p)
}

// failureWords are the title and text of the page for a refusal: by its status where HTTP gives
// that a meaning of its own, else by its code.
func (v *visit) failureWords(status int, told answer.Told) (title, text string) {
	switch status {
	case http.StatusMethodNotAllowed:
		return v.say("That can't be done here"), v.say("This address takes no form like that. Go back, load the page again, and try once more.")
	case http.StatusRequestTimeout:
		return v.say("That took too long"), v.say("What you sent stopped coming before all of it was here. Nothing was done.")
	case http.StatusRequestEntityTooLarge:
		return v.say("That is too large"), v.say("What you sent is larger than this page takes at once. Nothing was done. Leave a file out, or send fewer at a time.")
	}
	switch told.Code {
	case policies.NotFound:
		return v.say("Page not found"), v.say("There is nothing at this address, or nothing that you may see. If you typed it, check that it is right.")
	case policies.Unauthenticated:
		return v.say("Sign in first"), v.say("What you asked for is for members of an organisation.")
	case policies.Forbidden:
		if slices.Contains(told.Details, answer.Reason("cross_origin")) {
			return v.say("That came from another site"), v.say("Another site made your browser send this. Nothing was done. If you meant it, do it on the page here.")
		}
		return v.say("Not for you"), v.say("You may not do that.")
	case policies.Invalid:
		return v.say("That can't be understood"), v.say("A part of what was asked is wrong. Go back and try again.")
	case policies.RateLimited:
		return v.say("Too many requests"), v.say("You, or others at your address, asked for a lot in a short time.")
	case policies.Unavailable:
		return v.say("Not now"), v.say("That can't be done right now. Nothing was lost; try again in a moment.")
	case policies.OutcomeUnknown:
		return v.say("It isn't known whether that was done"), v.say("Send it again: it is done once, however often you send it.")
	case policies.AnswerLost:
		return v.say("That was done"), v.say("What came of it can't be shown right now. Don't send it again; look for it in a moment.")
	case policies.Conflict, policies.TextConflict, policies.KeyReused, policies.GateUnmet:
		return v.say("That has changed meanwhile"), v.say("What you saw is no longer how things are. Look at it again.")
	default:
		return v.say("Something went wrong"), v.say("That is a fault of ours, and it was noted.")
	}
}

// keptWords say that what was typed isn't lost: a browser that goes back from an answer to a form
// has the form as it was left.
func (v *visit) keptWords(told answer.Told) string {
	if told.Code == policies.AnswerLost || slices.Contains(told.Details, answer.Reason("cross_origin")) {
		return ""
	}
	return v.say("What you typed isn't lost: go back in your browser, and it is still in the form.")
}

// againIn says in words when to come again.
func (v *visit) againIn(seconds int) string {
	switch {
	case seconds < 90:
		return v.say("Try again in %d seconds.", seconds)
	case seconds < 90*60:
		return v.say("Try again in %d minutes.", (seconds+59)/60)
	}
	return v.say("Try again in %d hours.", (seconds+3599)/3600)
}

// methodsAt lists the methods that are answered at a request's address, if its own isn't.
func methodsAt(mux *http.ServeMux, r *http.Request) (methods []string) {
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := *r
		other.Method = m
		if _, pattern := mux.Handler(&other); pattern != "/" && m != r.Method {
			methods = append(methods, m)
		}
	}
	return methods
}
