package policies

// CorrectOrganisation puts right what was said of an organisation when it was registered.
// What is nil stays as it is.
type CorrectOrganisation struct {
	OrganisationID string
	Name           *string
	Jurisdiction   *string // by whoever may register it: it decides for whom a government speaks
	Sector         *string
	Reason         string
}

// OrganisationCorrected is what [CorrectOrganisation] yields: all of it as it is to be.
type OrganisationCorrected struct {
	OrganisationID string `json:"organisation"`
	Name           string `json:"name"`
	Jurisdiction   string `json:"jurisdiction"`
	Sector         string `json:"sector,omitempty"`
	Reason         string `json:"reason"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c CorrectOrganisation) Decide(env Env, f Facts) (Event, error) {
	if err := checkManagesMembers(env.Actor, f, c.OrganisationID); err != nil {
		return nil, errAt(err, "organisationId")
	}
	o, err := f.Organisation(c.OrganisationID)
	if err != nil {
		return nil, errUnknown(err, "organisationId", "organisation", c.OrganisationID)
	}
	e := c.corrected(o)
	if e.Jurisdiction != o.Jurisdiction {
		if err := May(env.Actor, Registering, NewOrganisation(o.Kind)); err != nil {
			return nil, errAt(err, "jurisdiction")
		}
	}
	if err := joinFaults(
		checkName("name", e.Name),
		checkJurisdiction("jurisdiction", e.Jurisdiction),
		checkLine("sector", e.Sector, MaxName, false),
		checkText("reason", c.Reason, MaxReason, true),
	); err != nil {
		return nil, err
	}
	if e.Name == o.Name && e.Jurisdiction == o.Jurisdiction && e.Sector == o.Sector {
		return nil, errConflict("organisationId", "nothing of it would change")
	}
	if same, err := f.OrganisationByName(e.Name); err == nil && same.ID != o.ID {
		return nil, errNameTaken(same)
	} else if err != nil && errUnlessErased(err) != nil {
		return nil, err
	}
	e.By = env.Actor.MemberID
	return e, nil
}

// corrected is what the command makes of an organisation.
func (c CorrectOrganisation) corrected(o Organisation) *OrganisationCorrected {
	e := &OrganisationCorrected{OrganisationID: o.ID, Name: o.Name, Jurisdiction: o.Jurisdiction, Sector: o.Sector, Reason: c.Reason}
	if c.Name != nil {
		e.Name = *c.Name
	}
	if c.Jurisdiction != nil {
		e.Jurisdiction = *c.Jurisdiction
	}
	if c.Sector != nil {
		e.Sector = *c.Sector
	}
	return e
}

var _ = registerEvent[OrganisationCorrected](nil)

func (*OrganisationCorrected) Kind() string      { return "organisation.corrected/1" }
func (e *OrganisationCorrected) Subject() string { return e.OrganisationID }

// Fold implements [Event].
func (e *OrganisationCorrected) Fold(s Stamp, r Record) error {
	o, err := r.Organisation(e.OrganisationID)
	if err != nil {
		return errUnlessErased(err)
	}
	o.Name, o.Jurisdiction, o.Sector = e.Name, e.Jurisdiction, e.Sector
	o.CorrectedAt, o.Correction = s.At, e.Reason
	return r.PutOrganisation(o)
}
