package web

import (
	"regexp"
	"strings"

	"github.com/ewtp/entente/policies"
)

// A faultWord is what a form says for a message of package policies: rules speak to programs, and
// in English. A test holds the list to the messages that the rules of forms have.
type faultWord struct {
	field  string // of the form; "" for any
	format string // of the message
	say    string // the message here, with %[n]s for the format's values
}

// faultWords are tried in turn.
var faultWords = []faultWord{
	{"stance", "%q is none of %v", "Choose where you stand."},
	{"text", "is missing", "Write what you want to say."},
	{"replacement", "is missing", "Write the words that you propose."},
	{"summary", "is missing", "Write a summary that everybody may read."},
	{"reason", "is missing", "Write why."},
	{"amount", "is missing", "Say for what the amount is, such as each parcel."},
	{"", "is missing", "This is missing."},
	{"", "%q is none of %v", "Choose one of those that are offered."},
	{"", "is %d characters long, at most %d are taken", "It is %[1]s characters long, and at most %[2]s are taken."},
	{"", "is %d bytes long, at most %d are taken", "It is %[1]s bytes long, and at most %[2]s are taken."},
	{"", "has a control character or a line break", "It has a line break, or a character that isn't shown."},
	{"", "has a character that changes the order in which words are shown", "It has a character that changes the order in which words are shown."},
	{"", "is not valid UTF-8", "It has characters that can't be read."},
	{"", "has a control character", "It has a character that isn't shown."},
	{"", "has nothing that is seen, but for punctuation", "There is nothing in it to read."},
	{"", "was cancelled at %s", "The consultation was cancelled."},
	{"", "opens at %s", "The consultation hasn't opened yet."},
	{"", "closed at %s and takes no late comments", "The consultation has closed, and takes no comments any more."},
	{"", "has been withdrawn or disowned already", "It was withdrawn already."},
	{"", "was withdrawn or disowned", "It was withdrawn."},
	{"", "name the clause that the replacement is for", "Comment on the clause that your words are for."},
	{"", "name the clause that the words are quoted from", "Comment on the clause that the words are from."},
	{"", "goes with stance amend only", "It goes with “Proposes other words” only."},
	{"", "goes with no clause that is struck out; propose other words, or say why in the text", "A clause that is to go gets no other words. Say why it should go."},
	{"", "goes with a confidential comment only; the public reads any other as it is", "Only a confidential comment has a summary."},
	{"", "%d is no number of people", "%[1]s is no number of people."},
	{"", "has been submitted already", "It was submitted already."},
	{"", "was discarded", "It was discarded."},
	{"", "a colleague has edited the draft meanwhile: it is at edition %d", "A colleague has changed the draft meanwhile. Both are below: keep the one or the other."},
	{"", "the clause doesn't have these words with this prefix and suffix", "The clause doesn't have these words. Copy them to the letter, or leave this empty."},
	{"", "the clause has these words %d times; a longer prefix or suffix tells which", "The clause has these words %[1]s times. Take in a few more, so that it is clear which you mean."},
	{"", "%q is no ISO 4217 code such as EUR", "%[1]s is no currency. Write three letters, such as EUR."},
	{"", "%q is no decimal such as 12500.50, of at most 15 digits before the point and 4 after", "%[1]s is no amount. Write a number such as 12500.50."},
	{"", "is what the clause says already", "The clause says this already. Change it, or say what you think of it."},
	{"", "goes with a question only", "Only the answer to a question has a choice."},
	{"", "%s goes with the answer to a question only", "Say where you stand: only the answer to a question takes no side."},
	{"", "isn't asked for: the question wants words", "This question wants an answer in words."},
	{"", "%q is none of the question's choices", "Choose one of the answers."},
	{"", "has %d entries, at most %d are taken", "There are %[1]s, and at most %[2]s are taken."},
	{"", "is no SHA-256 in lower-case hexadecimal", "A file can't be found. Choose it again."},
	{"", "is there twice", "A file is there twice. Leave one of them out."},
	{"", "was cleared, for nothing had named it %s after it was uploaded; upload it again", "A file was kept as long as one that no comment names is. Choose it again."},
	{"", "was uploaded more than %s ago; upload it again", "A file was kept as long as one that no comment names is. Choose it again."},
	{"", "was uploaded before, and is being cleared at this moment: upload it again in a minute", "This file is being cleared right now. Choose it again in a minute."},
	{"", "is empty", "There is nothing in it."},
	{"", "is of none of the types taken: PDF, PNG, JPEG, plain text, CSV, DOCX, XLSX, ODT", "It is of no type that is taken: PDF, PNG, JPEG, plain text, CSV, DOCX, XLSX or ODT."},
	{"", "the file is of none of the types taken: PDF, PNG, JPEG, plain text, CSV, DOCX, XLSX, ODT", "It is of no type that is taken: PDF, PNG, JPEG, plain text, CSV, DOCX, XLSX or ODT."},
	{"", "is %d bytes long, for which there is no room: %s may have %d bytes of files here, and %d are used", "There is no room for it: of %[3]s bytes, %[4]s are used."},
	{"", "there is nothing to take back", "There is nothing to take back."},
	{"", "your organisation has said so already", "Your organisation has said so already."},
	{"", "was redacted; there is nothing to reply to", "Its words were taken out of view: there is nothing to reply to."},
	{"", "%s is adopted, and nothing adopted is ever edited", "The document is adopted, and nothing about it changes any more."},
	{"", "%s was withdrawn", "The document was withdrawn."},
	{"", "that was too much to write; try again in %d s", "You sent a lot in a short time. Try again in %[1]s seconds; what you typed is below."},
}

// verb is one of a format's.
var verb = regexp.MustCompile(`%[dqsv]`)

// faultForms are the formats as expressions that their messages match.
var faultForms = func() (forms []*regexp.Regexp) {
	for _, w := range faultWords {
		parts := verb.Split(w.format, -1)
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		forms = append(forms, regexp.MustCompile(`(?s)^`+strings.Join(parts, `(.*?)`)+`$`))
	}
	return forms
}()

// faultWord says in the visitor's language what is wrong with a field of a form; what the rules
// say where there are no words for it.
func (v *visit) faultWord(field, message string) string {
	for i, w := range faultWords {
		if w.field != "" && w.field != field {
			continue
		}
		if found := faultForms[i].FindStringSubmatch(message); found != nil {
			var values []any
			for _, value := range found[1:] {
				values = append(values, strings.Trim(value, `"`))
			}
			if !strings.Contains(w.say, "%") {
				values = nil
			}
			return v.say(w.say, values...)
		}
	}
	return message
}

// forbiddenWord says why the visitor may not, by the reason of a refusal.
func (v *visit) forbiddenWord(refused *policies.Error) string {
	switch refused.Reason {
	case policies.NoMember:
		return v.say("You belong to no organisation here. An admin of one may invite you.")
	case policies.OrganisationUnnamed:
		return v.say("You belong to several organisations. Choose for which one you act, at the top of the page.")
	case policies.MembershipEnded:
		return v.say("You belong to that organisation no more. Act for another one of yours, or ask one of its admins.")
	case policies.TakesNoPart:
		return v.say("Your organisation was closed, and takes no part any more.")
	case policies.WrongRole:
		return v.say("Your role lets you read. A delegate or an admin of your organisation may do this.")
	case policies.NotAsked:
		return v.say("This consultation asks others than your organisation.")
	case policies.WrongKind:
		return v.say("Organisations of another kind than yours may do this.")
	case policies.OwnComment:
		return v.say("It is your own organisation's. Others may say whether they support it.")
	case policies.OtherOrganisation:
		return v.say("Only the organisation whose it is may do this.")
	case policies.NotConfidant:
		return v.say("It was said in confidence, and not to your organisation.")
	}
	return refused.Message
}
