package catalogue

import (
	"testing"
	"time"
)

func TestDaysAndClocksInEachLanguage(t *testing.T) {
	first := time.Date(2027, time.March, 1, 9, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{English.Day(first), "1 March 2027"},
		{French.Day(first), "1er mars 2027"},
		{French.Day(first.AddDate(0, 0, 1)), "2 mars 2027"},
		{English.ShortDay(first), "1 Mar"},
		{French.ShortDay(first), "1er mars"},
		{French.ShortDay(first.AddDate(0, -1, 1)), "2 fév."},
		{English.Moment(first), "Monday 1 March 2027 at 09:05"},
		{French.Moment(first), "lundi 1er mars 2027 à 09\u00a0h\u00a005"},
		{French.Say("%d of %s", 4, French.Day(first)), "4 du 1er mars 2027"},
		{French.Left(49 * time.Hour), "encore 2 jours"},
		{French.Say("%d comments", 0), "0 commentaire"},
		{French.Say("%d comments", 2), "2 commentaires"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
