package catalogue

// forms are the forms of a message that counts: for one, and for any other number. French uses
// the first for nothing too.
type forms struct{ one, other string }

// counted are the messages whose first value is how many there are, by their English words and
// language.
var counted = map[string]map[string]forms{
	"%d days left":                      {"en": {"%d day left", "%d days left"}, "fr": {"plus que %d jour", "encore %d jours"}},
	"%d hours left":                     {"en": {"%d hour left", "%d hours left"}, "fr": {"plus que %d heure", "encore %d heures"}},
	"%d minutes left":                   {"en": {"%d minute left", "%d minutes left"}, "fr": {"plus que %d minute", "encore %d minutes"}},
	"Try again in %d seconds.":          {"en": {"Try again in %d second.", "Try again in %d seconds."}, "fr": {"Réessayez dans %d seconde.", "Réessayez dans %d secondes."}},
	"Try again in %d minutes.":          {"en": {"Try again in %d minute.", "Try again in %d minutes."}, "fr": {"Réessayez dans %d minute.", "Réessayez dans %d minutes."}},
	"Try again in %d hours.":            {"en": {"Try again in %d hour.", "Try again in %d hours."}, "fr": {"Réessayez dans %d heure.", "Réessayez dans %d heures."}},
	"%d unsent comments":                {"en": {"%d unsent comment", "%d unsent comments"}, "fr": {"%d commentaire non envoyé", "%d commentaires non envoyés"}},
	"%d comments are on the record.":    {"en": {"%d comment is on the record.", "%d comments are on the record."}, "fr": {"%d commentaire est inscrit au registre.", "%d commentaires sont inscrits au registre."}},
	"Submit %d comments":                {"en": {"Submit %d comment", "Submit %d comments"}, "fr": {"Envoyer %d commentaire", "Envoyer %d commentaires"}},
	"Speaks for %d others":              {"en": {"Speaks for %d other", "Speaks for %d others"}, "fr": {"Parle au nom de %d autre", "Parle au nom de %d autres"}},
	"%d answers":                        {"en": {"%d answer", "%d answers"}, "fr": {"%d réponse", "%d réponses"}},
	"%d don't":                          {"en": {"%d doesn't", "%d don't"}, "fr": {"%d ne le soutient pas", "%d ne le soutiennent pas"}},
	"%d changed":                        {"en": {"%d changed", "%d changed"}, "fr": {"%d modifiée", "%d modifiées"}},
	"%d added":                          {"en": {"%d added", "%d added"}, "fr": {"%d ajoutée", "%d ajoutées"}},
	"%d removed":                        {"en": {"%d removed", "%d removed"}, "fr": {"%d supprimée", "%d supprimées"}},
	"%d moved":                          {"en": {"%d moved", "%d moved"}, "fr": {"%d déplacée", "%d déplacées"}},
	"%d as they were":                   {"en": {"%d as it was", "%d as they were"}, "fr": {"%d inchangée", "%d inchangées"}},
	"%d organisations":                  {"en": {"%d organisation", "%d organisations"}, "fr": {"%d organisation", "%d organisations"}},
	"%d have no answer yet.":            {"en": {"%d has no answer yet.", "%d have no answer yet."}, "fr": {"%d n’a pas encore de réponse.", "%d n’ont pas encore de réponse."}},
	"%d more were given in confidence.": {"en": {"%d more was given in confidence.", "%d more were given in confidence."}, "fr": {"%d autre est confidentiel.", "%d autres sont confidentiels."}},
	"%d were taken back.":               {"en": {"%d was taken back.", "%d were taken back."}, "fr": {"%d a été retiré.", "%d ont été retirés."}},
	"%d questions are asked besides":    {"en": {"%d question is asked besides", "%d questions are asked besides"}, "fr": {"%d question est posée en outre", "%d questions sont posées en outre"}},
	"%d have an answer":                 {"en": {"%d has an answer", "%d have an answer"}, "fr": {"%d a une réponse", "%d ont une réponse"}},
	"%d organisations support it":       {"en": {"%d organisation supports it", "%d organisations support it"}, "fr": {"%d organisation l’appuie", "%d organisations l’appuient"}},
	"%d more places":                    {"en": {"%d more place", "%d more places"}, "fr": {"%d endroit de plus", "%d endroits de plus"}},
	"%d documents":                      {"en": {"%d document", "%d documents"}, "fr": {"%d document", "%d documents"}},
	"%d comments":                       {"en": {"%d comment", "%d comments"}, "fr": {"%d commentaire", "%d commentaires"}},
}
