package web

import (
	"github.com/ewtp/entente/server/web/frame"
)

// A consultationsPage lists what is open for comment.
type consultationsPage struct {
	frame.Frame
	Open  []openConsultation
	Later string
}

// consultations lists what is open for comment, what closes soonest first.
func (s *site) consultations(v *visit) error {
	p := consultationsPage{Frame: s.frame(v, v.say("Open for comment"))}
	p.Section = "/consultations"
	p.Description = v.say("What is open for comment now, and until when.")
	p.Feed = &frame.Link{To: "/consultations.atom", Word: v.say("Consultations as a feed")}
	page := pageOf(v.r.URL.Query(), documentsShown)
	open, later, err := s.openNow(v, page)
	if err != nil {
		return err
	}
	p.Open, p.Later = open, later
	return s.show(v, "consultations", &p)
}
