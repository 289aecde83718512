package graph

import (
	"testing"

	"github.com/ewtp/entente/policies"
)

func TestCalendar(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("Low-value parcels", lawText)
	w.do(w.actor("estonia"), policies.OpenConsultation{DocumentID: law, Title: "Have your say", Opens: "2026-03-10T09:00", Closes: "2026-05-11T17:00", Zone: "Europe/Tallinn", Late: policies.LateRefused})
	w.law("Secret plans", lawText)
	query := `query($f: CalendarFilter) { calendar(filter: $f, first: 10) { edges { node { kind at zone localDateTime document { title } consultation { title } instrument { id } ballot { id } } } } }`
	opens := `{"node": {"kind": "CONSULTATION_OPENS", "at": "2026-03-10T07:00:00.000Z", "zone": "Europe/Tallinn", "localDateTime": "2026-03-10T09:00:00",
		"document": {"title": "Low-value parcels"}, "consultation": {"title": "Have your say"}, "instrument": null, "ballot": null}}`
	closes := `{"node": {"kind": "CONSULTATION_CLOSES", "at": "2026-05-11T14:00:00.000Z", "zone": "Europe/Tallinn", "localDateTime": "2026-05-11T17:00:00",
		"document": {"title": "Low-value parcels"}, "consultation": {"title": "Have your say"}, "instrument": null, "ballot": null}}`
	for name, x := range map[string]struct{ filter, want string }{
		"from now on":      {`{}`, opens + ", " + closes},
		"after the close":  {`{"from": "2026-05-11T14:00:00.001Z"}`, ""},
		"closes":           {`{"kinds": ["CONSULTATION_CLOSES"]}`, closes},
		"a topic":          {`{"topics": ["CUSTOMS"], "jurisdictions": ["EE"], "documentKinds": ["REGULATION"]}`, opens + ", " + closes},
		"another topic":    {`{"topics": ["tax"]}`, ""},
		"before the close": {`{"to": "2026-05-11T14:00:00Z"}`, opens},
	} {
		v, err := parseJSON(x.filter, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			w.ok("", query, map[string]any{"f": v}).same(t, `{"calendar": {"edges": [`+x.want+`]}}`)
		})
	}
	w.ask("", `{ calendar(filter: {from: "2026-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z"}) { pageInfo { hasNextPage } } }`, nil).refused(t, "INVALID", pathOf("to"))
}
