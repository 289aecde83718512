package catalogue

// frenchHeard are the messages of what came of a consultation.
var frenchHeard = map[string]string{
	"What we heard on %s": "Ce que nous avons entendu : %s",
	"not known":           "inconnu",
	"By chamber":          "Par chambre",
	"By sector":           "Par secteur",
	"By jurisdiction":     "Par juridiction",
	"By size":             "Par taille",
	"No answer yet":       "Pas encore de réponse",
	"There was no consultation on it yet. What is said will be told here, with what became of it.": "Il n’y a pas encore eu de consultation. Ce qui aura été dit figurera ici, avec la suite donnée.",
	"Every comment has an answer.": "Chaque commentaire a sa réponse.",
	"The whole report as a file":   "Le rapport complet, en fichier",
	"Who was heard":                "Qui a été entendu",
	"Who":                          "Qui",
	"Organisations":                "Organisations",
	"What was asked":               "Questions posées",
	"Editorial":                    "Rédactionnel",
	"Nothing explains this change yet: another round is due, or a reason.": "Rien n’explique encore cette modification : il faut un autre tour, ou un motif.",
	"Nothing changed in the text.":                                         "Rien n’a changé dans le texte.",
	"What else was said":                                                   "Ce qui a été dit d’autre",
}
