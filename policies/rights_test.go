package policies

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/standards"
)

var update = flag.Bool("update", false, "write the golden files and docs/rights.md anew")

const rightsDoc = "../docs/rights.md"

const day = 24 * time.Hour

var dawn = time.Date(2026, time.January, 12, 9, 0, 0, 0, time.UTC)

// visitor is somebody who has signed in with a verified address and is a member of nothing.
func visitor(subject, email string) Actor {
	return Actor{SignedIn: true, Issuer: "https://id.example", Subject: subject, Name: "Person " + subject, Email: email}
}

// caller is a row of the table.
type caller struct {
	name  string
	actor Actor
}

func callers() []caller {
	list := []caller{{"the public", Actor{}}, {"signed in, member of nothing", Actor{SignedIn: true}},
		{"signed in, with the address that was invited", visitor("new", "New@example.org")}}
	for _, o := range []struct {
		name string
		org  string
		kind OrganisationKind
	}{
		{"sponsoring government", "org_sponsor", Government},
		{"sponsoring business", "org_trade", Business},
		{"another government", "org_other", Government},
		{"government offered to sponsor", "org_offered", Government},
		{"invited business", "org_reader", Business},
		{"another business", "org_business", Business},
		{"hub operator", "org_hub", HubOperator},
		{"secretariat", "org_office", Secretariat},
	} {
		for _, r := range Roles {
			list = append(list, caller{o.name + ", " + string(r),
				Actor{MemberID: "mem_1", OrganisationID: o.org, Chamber: o.kind, Jurisdiction: "EE", Role: r}})
		}
	}
	sponsor := Organisation{ID: "org_sponsor", Kind: Government, Jurisdiction: "EE"}
	return append(list, caller{"operator", Operator}, caller{"operator for the sponsoring government", OperatorFor(sponsor)})
}

// act is a column of a table.
type act struct {
	name    string
	action  Action
	subject Subject
}

// table is one section of the document.
type table struct {
	title, about string
	acts         []act
}

func rightsTables() []table {
	sponsors, readers := []string{"org_sponsor", "org_trade"}, []string{"org_reader"}
	draft := Document{Kind: standards.Regulation, Sponsors: sponsors[:1], Readers: readers, Offered: []string{"org_offered"}, Revisions: 2}
	open := draft
	open.PublicFrom, open.PublicTo, open.Consultation, open.Rounds = 1, 1, "csn_1", 1
	adopted := open
	adopted.PublicTo, adopted.InstrumentID, adopted.AdoptedAt = 2, "ins_1", dawn
	voting := open
	voting.Ballot, voting.BallotOpensAt, voting.BallotClosesAt = "bal_1", dawn, dawn.Add(8*day)
	shared := open
	shared.Kind, shared.Sponsors = standards.Standard, sponsors
	standard := Document{Kind: standards.Standard, Sponsors: sponsors, Readers: readers, Revisions: 2}
	return []table{
		{"The registry", "What is about no document. The organisation whose members are managed is the sponsoring government, another business, then the secretariat.", []act{
			{"register an organisation", Registering, NewOrganisation(Business)},
			{"register a secretariat", Registering, NewOrganisation(Secretariat)},
			{"manage the sponsor's members, correct its name and sector", ManagingMembers, OnMembersOf("org_sponsor", Government)},
			{"manage the business's members, correct its name and sector", ManagingMembers, OnMembersOf("org_business", Business)},
			{"manage the secretariat's members, correct its name and sector", ManagingMembers, OnMembersOf("org_office", Secretariat)},
			{"close the business, agree to its merger", ClosingDown, OnMembersOf("org_business", Business)},
			{"close the secretariat", ClosingDown, OnMembersOf("org_office", Secretariat)},
			{"propose a regulation", Proposing, NewDocument(standards.Regulation)},
			{"propose a standard or best practice", Proposing, NewDocument(standards.Standard)},
			{"create rule sets and publish releases", Releasing, Nothing},
			{"correct a rule set of the secretariat's", CorrectingRuleSet, OnRuleSet(&standards.RuleSet{OrganisationID: "org_office"})},
			{"correct a rule set of another secretariat's", CorrectingRuleSet, OnRuleSet(&standards.RuleSet{OrganisationID: "org_else"})},
			{"import", Importing, Nothing},
			{"erase an entry", Erasing, Nothing},
			{"clear uploads that nothing names", Sweeping, Nothing},
		}},
		{"People", "Who is in the other business, and an invitation to it; and one to the secretariat. Anybody may see its own memberships.", []act{
			{"see who the business's members are", ReadingMembers, OnOrganisation("org_business")},
			{"see the business's invitations", ReadingInvitations, OnOrganisation("org_business")},
			{"take an invitation to the business back", Revoking, OnInvitationOf(invitation("org_business"), Business)},
			{"take an invitation to the secretariat back", Revoking, OnInvitationOf(invitation("org_office"), Secretariat)},
			{"confirm an invitation to the business", Confirming, OnInvitationOf(invitation("org_business"), Business)},
			{"confirm an invitation to the secretariat", Confirming, OnInvitationOf(invitation("org_office"), Secretariat)},
			{"accept the invitation", Accepting, OnInvitationOf(invitation("org_business"), Business)},
			{"leave the business", Leaving, OnOrganisation("org_business")},
			{"declare the business's size", DeclaringSize, OnOrganisation("org_business")},
			{"end another member's sessions", EndingSessions, OnMember(&Member{ID: "mem_2", Issuer: "https://id.example", Subject: "other"})},
			{"end the sessions of who was invited", EndingSessions, OnMember(&Member{ID: "mem_3", Issuer: "https://id.example", Subject: "new"})},
			{"save a filter, mark answers as seen", Attending, Nothing},
			{"read its own filter", ReadingFilter, OnFilter(&SavedFilter{MemberID: "mem_1"})},
			{"read another's filter", ReadingFilter, OnFilter(&SavedFilter{MemberID: "mem_2"})},
			{"change or delete another's filter", Attending, OnFilter(&SavedFilter{MemberID: "mem_2"})},
		}},
		{"A draft regulation", "Never opened for comment. Its sponsor is the sponsoring government alone, another government was offered to sponsor it too, and the invited business reads it.", documentActs(&draft)},
		{"A regulation open for comment", "Revision 1 is or was open for comment; revision 2 is later and unpublished.", documentActs(&open)},
		{"An adopted regulation", "Revision 2 was adopted. Whoever may act on it by right still can't, but for who sponsors it: every other change to it is a CONFLICT.", documentActs(&adopted)},
		{"Comments", "The other business's comments on a standard open for comment: a public one, a confidential one, and one in preparation. The sponsoring business came to sponsor the standard after the confidential one was made.", commentActs(&shared)},
		{"A ballot on a regulation", "The revision that was consulted on is put to a secret ballot in which the sponsoring government decides and another business is heard. A position is the sponsoring government's.", ballotActs(&voting)},
		{"A draft standard", "Sponsored by the government and the business together.", documentActs(&standard)},
	}
}

func invitation(organisation string) *Invitation {
	return &Invitation{ID: "inv_1", OrganisationID: organisation, Email: "new@EXAMPLE.org"}
}

func documentActs(d *Document) []act {
	on := func(name string, a Action) act { return act{name, a, OnDocument(d)} }
	comment := func(org string) Subject { return OnComment(d, &Comment{OrganisationID: org}) }
	return []act{
		on("know of it", ReadingDocument),
		{"read revision 1", ReadingRevision, OnRevision(d, 1)},
		{"read revision 2", ReadingRevision, OnRevision(d, 2)},
		on("edit, correct, propose terms, share, withdraw, resign", Editing),
		on("accept or decline an offer to sponsor it", AnsweringOffer),
		on("hold a consultation", Consulting),
		on("comment", Commenting),
		{"comment where only governments are asked", Commenting, OnConsultation(d, &Consultation{Audience: &Audience{Chambers: []OrganisationKind{Government}, Only: true}})},
		{"take back the business's comment", Withdrawing, comment("org_business")},
		{"endorse the business's comment", Endorsing, comment("org_business")},
		{"answer a comment", Disposing, comment("org_business")},
		on("open a ballot", OpeningBallot),
		{"put a comment on another clause", Reanchoring, comment("org_business")},
		{"take back the sponsor's editorial mark", Undoing, OnMark(d, &EditorialMark{OrganisationID: "org_sponsor"})},
		{"take back one of a former sponsor's", Undoing, OnMark(d, &EditorialMark{OrganisationID: "org_former"})},
		on("adopt", Adopting),
		on("repeal what was adopted", Repealing),
		on("agree to a successor of what was adopted", AgreeingToSuccession),
	}
}

func ballotActs(d *Document) []act {
	secret := &Ballot{ID: "bal_1", OpensAt: dawn, ClosesAt: dawn.Add(8 * day), Secrecy: SecretUntilClose,
		Electorate: []Elector{{OrganisationID: "org_sponsor", Chamber: Government}, {OrganisationID: "org_business", Chamber: Business, Heard: true}}}
	shown := *secret
	shown.Secrecy = OpenBallotting
	read := func(b *Ballot, at time.Time) Subject {
		return OnPosition(d, b, "org_sponsor", at)
	}
	return []act{
		{"take a position", Casting, OnBallot(d, secret)},
		{"read a position before the close", ReadingPosition, read(secret, dawn)},
		{"read a position in an open ballot", ReadingPosition, read(&shown, dawn)},
		{"read a position after the close", ReadingPosition, read(secret, secret.ClosesAt)},
	}
}

func commentActs(d *Document) []act {
	public := OnComment(d, &Comment{OrganisationID: "org_business"})
	secret := OnComment(d, &Comment{OrganisationID: "org_business", Confidants: []string{"org_sponsor"}, CommentWords: CommentWords{Confidential: true}})
	gone := *d
	gone.Sponsors = []string{"org_trade"}
	left := OnComment(&gone, secret.comment)
	redacted := OnComment(d, &Comment{OrganisationID: "org_business", RedactedAt: dawn})
	draft := OnDraft(d, "org_business")
	return []act{
		{"read it", ReadingComment, public},
		{"read the confidential one, its replies and files", ReadingComment, secret},
		{"reply to it", Replying, public},
		{"reply to the confidential one", Replying, secret},
		{"answer the confidential one", Disposing, secret},
		{"answer the confidential one once the sponsoring government sponsors it no more", Disposing, left},
		{"put the confidential one on another clause", Reanchoring, secret},
		{"take back that the government put it there", Undoing, OnAnchor(d, &Comment{OrganisationID: "org_business"}, &Anchor{OrganisationID: "org_sponsor"})},
		{"take back that a former sponsor put it there", Undoing, OnAnchor(d, &Comment{OrganisationID: "org_business"}, &Anchor{OrganisationID: "org_former"})},
		{"tell the confidential one to another sponsor", Disclosing, secret},
		{"have its receipt", ReadingReceipt, public},
		{"have the confidential one's receipt", ReadingReceipt, secret},
		{"have the receipt of one that was redacted", ReadingReceipt, redacted},
		{"redact it", Redacting, public},
		{"disown it", Disowning, public},
		{"read the one in preparation", ReadingDraft, draft},
		{"write, submit, discard the one in preparation", Drafting, draft},
		{"upload a file", Attaching, Nothing},
	}
}

// verdict is May's answer in a word.
func verdict(err error) string {
	var e *Error
	switch {
	case err == nil:
		return "yes"
	case !errors.As(err, &e):
		return err.Error()
	case e.Code == Forbidden:
		return "– " + reasonsInCells[e.Reason]
	}
	return map[Code]string{NotFound: "hidden", Unauthenticated: "sign in"}[e.Code]
}

// reasonsInCells are the reasons in the words of the table.
var reasonsInCells = map[Reason]string{NoMember: "no member", WrongRole: "role", NotSponsor: "sponsors", NotAsked: "audience", NoVoice: "electorate",
	NotConfidant: "confidence", OtherOrganisation: "organisation", OwnComment: "own", WrongKind: "kind", OperatorOnly: "operator", Nobody: "nobody"}

func rightsPage() string {
	var b strings.Builder
	b.WriteString(`# Who may do what

` + "`policies.May`" + ` is the only judge; this page is written from its answers by
` + "`go test ./policies -run TestRights -update`" + ` and a test fails when they differ.

**yes**: allowed by right; whether the moment allows it (a window that is open, a gate that is met) is for the command to say.
**–**: FORBIDDEN, and why not: *no member* of anything here; another *role* in the same organisation may, or the document's
*sponsors*, the *organisation* that it is about, another *kind* of organisation, the *operator*, *nobody*; the *audience* of the consultation
or the *electorate* of the ballot is others, the *confidence* others have; it is one's *own* comment. **sign in**: UNAUTHENTICATED. **hidden**: NOT_FOUND, the same answer as for what does not exist.

An *admin* does all that a delegate does and manages the organisation's members: invites them, gives them roles,
removes them; a *delegate* speaks for the organisation; an *observer* reads what the organisation reads. Delegates of the
secretariat manage the members of every organisation but the secretariat's own, which only its admins may touch: else a
delegate could make itself an admin. But who speaks for another organisation isn't theirs to choose: one that has an admin invites, and gives roles,
itself; who comes after others does so on the word of two; and the last who speaks isn't removed while the organisation votes or blocks. The *operator* holds the registry's own folder or configuration; no
request from outside ever is the operator, but for a logout token that a provider of that configuration signed: it ends sessions.
`)
	for _, t := range rightsTables() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n|", t.title, t.about)
		for _, a := range t.acts {
			b.WriteString(" | " + a.name)
		}
		b.WriteString(" |\n|" + strings.Repeat(" --- |", len(t.acts)+1) + "\n")
		for _, c := range callers() {
			b.WriteString("| " + c.name)
			for _, a := range t.acts {
				b.WriteString(" | " + verdict(May(c.actor, a.action, a.subject)))
			}
			b.WriteString(" |\n")
		}
	}
	return b.String()
}

// The table in the documentation is what May answers.
func TestRights(t *testing.T) {
	got := rightsPage()
	if *update {
		if err := os.WriteFile(rightsDoc, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(rightsDoc)
	if err != nil {
		t.Fatal(err)
	}
	mine, doc := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(mine), len(doc)) {
		if i >= len(mine) || i >= len(doc) || mine[i] != doc[i] {
			t.Fatalf("docs/rights.md differs from May at line %d; look at the change and run with -update", i+1)
		}
	}
}

// Whoever is refused learns who may, or what to do: each reason is told in words that say so, at every cell of the table.
func TestForbiddenSaysWhatToDo(t *testing.T) {
	says := map[Reason]string{NoMember: "may invite you", OrganisationUnnamed: "name the organisation", MembershipEnded: "act for another", TakesNoPart: "takes part no more",
		LentReading: "entente:write", WrongRole: "of your organisation may", NotSponsor: "only the document's sponsors", NotAsked: "another organisation that it asks may",
		NoVoice: "fixed when it opened", NotConfidant: "may disclose it", OtherOrganisation: "only the organisation that it is about", OwnComment: "others may endorse it",
		WrongKind: "only a", SecondPerson: "another member may", OperatorOnly: "only whoever operates the registry may", Nobody: "nobody may"}
	gone := Organisation{ClosedAt: dawn}
	told := []error{gone.ActsNoMore(), errForbidden(SecondPerson, "is one that you made yourself")}
	_, err := Actor{}.without(ProposeDocument{})
	told = append(told, err)
	for _, table := range rightsTables() {
		for _, c := range callers() {
			reading := c.actor
			reading.ReadOnly = true
			for _, act := range table.acts {
				told = append(told, May(c.actor, act.action, act.subject), May(reading, act.action, act.subject))
			}
		}
	}
	met := map[Reason]bool{OrganisationUnnamed: true} // see actor.go: which of several is no right
	for _, err := range told {
		var e *Error
		if !errors.As(err, &e) || e.Code != Forbidden {
			continue
		}
		met[e.Reason] = true
		if want := says[e.Reason]; want == "" || !strings.Contains(e.Message, want) && !(e.Reason == WrongKind && strings.HasPrefix(e.Message, "only ")) {
			t.Errorf("%s is told as %q, which doesn't say %q", e.Reason, e.Message, want)
		}
	}
	for _, r := range Reasons {
		if !met[r] {
			t.Errorf("nobody is told %s here", r)
		}
	}
}

// Every action is in the table.
func TestRightsTableIsWhole(t *testing.T) {
	in := map[Action]bool{}
	for _, t := range rightsTables() {
		for _, a := range t.acts {
			in[a.action] = true
		}
	}
	for _, a := range Actions {
		if !in[a] {
			t.Errorf("action %s is not in the table", a)
		}
	}
	if len(in) != len(Actions) {
		t.Errorf("%d actions in the table, %d in Actions", len(in), len(Actions))
	}
}

// What isn't wholly an actor of this registry is the public: whatever part of it is
// missing or made up, it gains nothing.
func TestMayDeniesByDefault(t *testing.T) {
	word := func(of ...string) *rapid.Generator[string] {
		return rapid.OneOf(rapid.SampledFrom(append(of, "")), rapid.StringN(0, 4, 8))
	}
	orgs := []string{"org_sponsor", "org_trade", "org_reader", "org_business", "org_office"}
	rapid.Check(t, func(t *rapid.T) {
		a := Actor{MemberID: word("mem_1").Draw(t, "member"), OrganisationID: word(orgs...).Draw(t, "organisation"),
			Chamber:      OrganisationKind(word("government", "business", "hubOperator", "secretariat").Draw(t, "chamber")),
			Jurisdiction: word("EE").Draw(t, "jurisdiction"), Sector: word("logistics").Draw(t, "sector"),
			Role: Role(word("admin", "delegate", "observer", "Admin").Draw(t, "role")), SignedIn: rapid.Bool().Draw(t, "signed in"),
			Issuer: word("https://id.example").Draw(t, "issuer"), Subject: word("mari").Draw(t, "person"), Email: word("mari@example.org").Draw(t, "email"),
			ReadOnly: rapid.IntRange(0, 4).Draw(t, "read only") == 0}
		var s Subject
		if rapid.Bool().Draw(t, "document?") {
			s.document = &Document{Kind: standards.Kind(word("regulation", "standard").Draw(t, "kind")),
				Sponsors: rapid.SliceOf(word(orgs...)).Draw(t, "sponsors"), Readers: rapid.SliceOf(word(orgs...)).Draw(t, "readers"),
				OpenDrafts: rapid.Bool().Draw(t, "open"), PublicFrom: rapid.IntRange(-1, 3).Draw(t, "from"), PublicTo: rapid.Int().Draw(t, "to")}
		}
		if rapid.Bool().Draw(t, "comment?") {
			s.comment = &Comment{OrganisationID: word(orgs...).Draw(t, "author"), Confidants: rapid.SliceOf(word(orgs...)).Draw(t, "confidants"),
				CommentWords: CommentWords{Confidential: rapid.Bool().Draw(t, "confidential")}}
		}
		if rapid.Bool().Draw(t, "invitation?") {
			s.filter = &SavedFilter{MemberID: word("mem_1").Draw(t, "whose filter")}
			s.invitation = &Invitation{OrganisationID: word(orgs...).Draw(t, "inviting"), Email: word("mari@example.org", "jaan@example.org").Draw(t, "invited")}
		}
		if rapid.Bool().Draw(t, "member?") {
			s.member = &Member{Issuer: word("https://id.example").Draw(t, "member's issuer"), Subject: word("mari").Draw(t, "member's name there")}
		}
		if rapid.Bool().Draw(t, "consultation?") {
			s.consultation = &Consultation{Audience: &Audience{Sectors: []string{"Logistics"}, Only: true}}
		}
		if rapid.Bool().Draw(t, "ballot?") {
			s.ballot = &Ballot{Secrecy: Secrecy(word("open", "secretUntilClose").Draw(t, "secrecy")), ClosesAt: dawn,
				Electorate: []Elector{{OrganisationID: word(orgs...).Draw(t, "elector")}}}
			s.now = dawn.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "now")))
		}
		s.chamber = OrganisationKind(word("government", "business", "hubOperator", "secretariat").Draw(t, "their chamber"))
		s.revision, s.organisation = rapid.Int().Draw(t, "revision"), word(orgs...).Draw(t, "subject")
		s.kind = standards.Kind(word("regulation", "standard").Draw(t, "proposed"))
		action := Action(rapid.OneOf(rapid.SampledFrom(actionWords()), rapid.String()).Draw(t, "action"))

		err := May(a, action, s)
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			t.Fatalf("May gave %v, which is no refusal", err)
		}
		if err != nil && (refusal.Code == Forbidden) != slices.Contains(Reasons, refusal.Reason) {
			t.Fatalf("a refusal with code %s has the reason %q", refusal.Code, refusal.Reason)
		}
		reads := action == ReadingDocument || action == ReadingRevision ||
			action == ReadingComment && s.comment != nil && !s.comment.Confidential
		privy := action == ReadingComment || action == ReadingReceipt || action == ReadingDraft
		shown := action == ReadingPosition && s.ballot != nil && (s.ballot.Secrecy == OpenBallotting || !s.now.Before(s.ballot.ClosesAt))
		own := action == ReadingPosition && s.ballot != nil && a.OrganisationID == s.organisation && a.OrganisationID == s.ballot.Electorate[0].OrganisationID
		if err == nil && a.ReadOnly && !strings.HasPrefix(string(action), "read") {
			t.Fatalf("a token for reading may %s", action)
		}
		invited := s.invitation != nil && a.Email != "" && a.Email == s.invitation.Email && a.Subject != "" && a.Issuer != ""
		oneself := s.member != nil && a.Issuer != "" && a.Subject != "" && a.Issuer == s.member.Issuer && a.Subject == s.member.Subject
		switch public := s.document != nil && s.document.Public(); {
		case err != nil:
		case !known(action):
			t.Fatalf("%+v may do %q, which nobody knows", a, action)
		case action == Accepting:
			if !invited {
				t.Fatalf("%+v may accept %+v", a, s.invitation)
			}
		case action == ReadingPosition && !shown && !own:
			t.Fatalf("%+v may read a secret position of %s", a, s.organisation)
		case action == Casting && (s.ballot == nil || a.OrganisationID != s.ballot.Electorate[0].OrganisationID || a.Operator):
			t.Fatalf("%+v may take a position without a voice", a)
		case !whole(a) && !(public && (reads || shown)) && !(oneself && action == ReadingMembers):
			t.Fatalf("%+v isn't wholly somebody and may %s", a, action)
		case a.Role == Observer && !reads && !privy && action != ReadingPosition && action != ReadingMembers && action != Leaving && action != Attending && action != ReadingFilter:
			t.Fatalf("an observer may %s", action)
		case action == ManagingMembers && a.Chamber != Secretariat && (a.Role != Admin || a.OrganisationID != s.organisation):
			t.Fatalf("%+v may manage the members of %s", a, s.organisation)
		case action == ClosingDown && (s.chamber == Secretariat || s.chamber == "" || a.Chamber != Secretariat && (a.Role != Admin || a.OrganisationID != s.organisation)):
			t.Fatalf("%+v may close %s of %q", a, s.organisation, s.chamber)
		case action == ReadingInvitations && a.Chamber != Secretariat && (a.Role != Admin || a.OrganisationID != s.organisation):
			t.Fatalf("%+v may see the invitations of %s", a, s.organisation)
		case (action == ManagingMembers || action == Registering) && a.Role == Delegate && (s.chamber == Secretariat || s.chamber == ""):
			t.Fatalf("a delegate may %s in the secretariat", action)
		case action == ReadingDraft && a.OrganisationID != s.organisation:
			t.Fatalf("%+v may read what %s prepares", a, s.organisation)
		case (privy || action == Disposing || action == Reanchoring || action == Replying || action == Endorsing) && s.comment != nil && s.comment.Confidential && a.Chamber != Secretariat &&
			action != ReadingDraft && a.OrganisationID != s.comment.OrganisationID &&
			!(slices.Contains(s.document.Sponsors, a.OrganisationID) && slices.Contains(s.comment.Confidants, a.OrganisationID)):
			t.Fatalf("%+v may %s, which %s wrote in confidence", a, action, s.comment.OrganisationID)
		case (action == ReadingFilter || action == Attending && s.filter != nil) && a.MemberID != s.filter.MemberID:
			t.Fatalf("%s may %s %+v", a.MemberID, action, s.filter)
		case action == Commenting && s.consultation != nil && a.Sector != "logistics":
			t.Fatalf("%+v may comment where only logistics is asked", a)
		case action == Disclosing && a.OrganisationID != s.comment.OrganisationID:
			t.Fatalf("%+v may disclose what %s said", a, s.comment.OrganisationID)
		case action == Importing, action == Erasing:
			t.Fatalf("somebody else than the operator may %s", action)
		}
	})
}

func actionWords() (list []string) {
	for _, a := range Actions {
		list = append(list, string(a))
	}
	return list
}

func known(a Action) bool {
	return strings.Contains(" "+strings.Join(actionWords(), " ")+" ", " "+string(a)+" ")
}

// whole says whether nothing of a member is missing or made up, in other words than rights.go.
func whole(a Actor) bool {
	chamber := map[OrganisationKind]bool{Government: true, Business: true, HubOperator: true, Secretariat: true}[a.Chamber]
	role := map[Role]bool{Admin: true, Delegate: true, Observer: true}[a.Role]
	return a.MemberID != "" && a.OrganisationID != "" && chamber && role
}

// A member with one part missing or made up reads no draft, not even of its own organisation.
func TestMayWantsTheWholeMember(t *testing.T) {
	draft := OnRevision(&Document{Kind: standards.Standard, Sponsors: []string{"org_1", ""}}, 1)
	good := Actor{MemberID: "mem_1", OrganisationID: "org_1", Chamber: Business, Role: Observer}
	for name, spoil := range map[string]func(*Actor){
		"no member":            func(a *Actor) { a.MemberID = "" },
		"no organisation":      func(a *Actor) { a.OrganisationID = "" },
		"another organisation": func(a *Actor) { a.OrganisationID = "org_2" },
		"no chamber":           func(a *Actor) { a.Chamber = "" },
		"a made-up chamber":    func(a *Actor) { a.Chamber = "Secretariat" },
		"no role":              func(a *Actor) { a.Role = "" },
		"a made-up role":       func(a *Actor) { a.Role = "king" },
	} {
		a := good
		spoil(&a)
		for _, action := range []Action{ReadingDocument, ReadingRevision} {
			if May(good, action, draft) != nil || May(a, action, draft) == nil {
				t.Errorf("%s: a member may %s: %v; spoilt: %v", name, action, May(good, action, draft), May(a, action, draft))
			}
		}
	}
}

func TestMayZeroValues(t *testing.T) {
	for _, action := range append(Actions, "", "nothing") {
		if err := May(Actor{}, action, Nothing); err == nil {
			t.Errorf("nobody may %q nothing", action)
		}
		if err := May(Operator, action, OnComment(&Document{}, &Comment{})); err == nil &&
			(action == Editing || action == Disposing || action == Reanchoring || action == Adopting || action == Withdrawing || action == Commenting || action == Proposing) {
			t.Errorf("the operator for nobody may %s", action)
		}
	}
}
