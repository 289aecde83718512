package signin

import (
	"net/http"
	"slices"
)

// me shows who one is, and lets one choose for whom to act.
func (h *Handler) me(w http.ResponseWriter, r *http.Request) {
	s, memberships, ok := h.person(w, r)
	if !ok {
		return
	}
	chosen := s.Organisation
	switch i := slices.IndexFunc(memberships, func(m Membership) bool { return m.OrganisationID == chosen }); {
	case chosen == "" && len(memberships) == 1:
		chosen = memberships[0].OrganisationID
	case i < 0: // it has several, or has lost the one it chose
		chosen = ""
	}
	invitations, err := h.invitations.To(r.Context(), s.person())
	if err != nil {
		h.log.ErrorContext(r.Context(), "couldn't look up the invitations", "error", err)
		h.fail(w, r, http.StatusServiceUnavailable, "Not now", "Your invitations can't be looked up now. You stay signed in.", "/me")
		return
	}
	h.renew(w, s)
	p := mePage{Frame: h.frame(r, "You"), Name: s.Name, Email: s.Email, Provider: h.providers[s.Provider].Label, Subject: s.Subject, Chosen: chosen,
		EmailVerified: s.EmailVerified, Memberships: memberships, Invitations: invitations}
	p.Who.SignedIn, p.Who.Name, p.Who.Unchosen = true, s.Name, chosen == "" && len(memberships) > 0
	for _, m := range memberships {
		if m.OrganisationID == chosen {
			p.Who.Organisation = m.Organisation
		}
	}
	h.show(w, r, http.StatusOK, "me", &p)
}

// chooseOrganisation puts the choice into the session. It chooses among one's own
// organisations only, and that is looked up again at each request.
func (h *Handler) chooseOrganisation(w http.ResponseWriter, r *http.Request) {
	s, memberships, ok := h.person(w, r)
	if !ok {
		return
	}
	wanted := r.PostFormValue("organisation")
	if !slices.ContainsFunc(memberships, func(m Membership) bool { return m.OrganisationID == wanted }) {
		h.fail(w, r, http.StatusForbidden, "Not your organisation", "You aren't a member of that organisation.", "/me")
		return
	}
	s.Organisation, s.Seen = wanted, h.now().Unix()
	h.sealSession(w, s)
	h.redirect(w, "/me")
}

// person returns who is signed in; false says that the request was answered.
func (h *Handler) person(w http.ResponseWriter, r *http.Request) (session, []Membership, bool) {
	s, ok, given := h.readSession(r)
	if !ok {
		if given {
			h.setCookie(w, sessionCookie, "", -1)
		}
		h.redirect(w, "/signin?return=%2Fme")
		return session{}, nil, false
	}
	memberships, err := h.memberships(r.Context(), s.Issuer, s.Subject)
	if err != nil {
		h.log.ErrorContext(r.Context(), "couldn't look up the memberships", "error", err)
		h.fail(w, r, http.StatusServiceUnavailable, "Not now", "Your organisations can't be looked up now. You stay signed in.", "/me")
		return session{}, nil, false
	}
	return s, memberships, true
}
