package catalogue

// forms are the forms of a message that counts: for one, and for any other number. French uses
// the first for nothing too.
type forms struct{ one, other string }

// counted are the messages whose first value is how many there are, by their English words and
// language.
var counted = map[string]map[string]forms{
	"%d days left":                {"en": {"%d day left", "%d days left"}, "fr": {"plus que %d jour", "encore %d jours"}},
	"%d hours left":               {"en": {"%d hour left", "%d hours left"}, "fr": {"plus que %d heure", "encore %d heures"}},
	"%d minutes left":             {"en": {"%d minute left", "%d minutes left"}, "fr": {"plus que %d minute", "encore %d minutes"}},
	"%d have an answer":           {"en": {"%d has an answer", "%d have an answer"}, "fr": {"%d a une réponse", "%d ont une réponse"}},
	"%d organisations support it": {"en": {"%d organisation supports it", "%d organisations support it"}, "fr": {"%d organisation le soutient", "%d organisations le soutiennent"}},
	"%d comments":                 {"en": {"%d comment", "%d comments"}, "fr": {"%d commentaire", "%d commentaires"}},
}
