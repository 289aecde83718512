package catalogue

// frenchDemo are the messages of the front page of a demonstration.
var frenchDemo = map[string]string{ // #nosec G101 -- words for people
	"This is a demonstration: five things to look at":                                                                                                  "Ceci est une démonstration : cinq choses à voir",
	"Everything here is invented: the countries named have said nothing of the kind. Do what you like: nobody else sees it.":                           "Tout ici est inventé : les pays nommés n’ont rien dit de tel. Faites ce que vous voulez : personne d’autre ne le voit.",
	"Read a clause and what was said on it":                                                                                                            "Lire une clause et ce qu’on en a dit",
	"A regulation of two countries is open for comment. Each clause has its own link, and shows who is for it, who is against it, and in which words.": "Un règlement de deux pays est en consultation. Chaque clause a son propre lien et montre qui est pour, qui est contre, et en quels termes.",
	"The clause":                  "La clause",
	"The whole text":              "Le texte entier",
	"Comment as a small business": "Commenter en petite entreprise",
	"Write a comment":             "Écrire un commentaire",
	"You become the owner of a shop of three people. Say what the clause would cost you, propose other words, and keep the receipt.": "Vous devenez la patronne d’une boutique de trois personnes. Dites ce que la clause vous coûterait, proposez d’autres termes et gardez le récépissé.",
	"See what a government has heard": "Voir ce qu’un gouvernement a entendu",
	"You become the official who drafts. The report says for each change whose words led to it, and for each answer the reason.": "Vous devenez la fonctionnaire qui rédige. Le rapport dit de qui viennent les mots de chaque modification, et donne le motif de chaque réponse.",
	"Look at a rule set and its releases": "Regarder un ensemble de règles et ses versions",
	"The rule set":                        "L’ensemble de règles",
	"Hubs of electronic trade fetch what was adopted as signed releases. See what came in and what went out.": "Les plateformes du commerce électronique récupèrent ce qui a été adopté en versions signées. Voyez ce qui est entré et ce qui est sorti.",
	"Check it here": "Le vérifier ici",
	"A receipt shows that a comment is in the public record. Take the one of your own comment, or another's, and have it checked.": "Un récépissé montre qu’un commentaire est dans le registre public. Prenez celui de votre commentaire, ou celui d’un autre, et faites-le vérifier.",
	"A receipt to try": "Un récépissé à essayer",
	"Be somebody":      "Devenir quelqu’un",
	"One click signs you in, without a password; another makes you somebody else.": "Un clic vous connecte, sans mot de passe ; un autre fait de vous quelqu’un d’autre.",
	"Businesses and consumers": "Entreprises et consommateurs",
	"Governments":              "Gouvernements",
	"The secretariat":          "Le secrétariat",
	"Hubs":                     "Plateformes",
}
