package server_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/standards"
)

func ofOrganisation(name string) func(*visit, *policies.Document) policies.Subject {
	return func(v *visit, _ *policies.Document) policies.Subject { return policies.OnOrganisation(v.Orgs[name]) }
}

func ofMembers(name string) func(*visit, *policies.Document) policies.Subject {
	return func(v *visit, _ *policies.Document) policies.Subject {
		return policies.OnMembersOf(v.Orgs[name], kindOf(name))
	}
}

func ofInvitation(name string) func(*visit, *policies.Document) policies.Subject {
	return func(v *visit, _ *policies.Document) policies.Subject {
		return policies.OnInvitationOf(&policies.Invitation{ID: v.made, OrganisationID: v.Orgs[name], Email: "invited@people.example"}, kindOf(name))
	}
}

// kindOf is what the organisation of a name is.
func kindOf(name string) (kind policies.OrganisationKind) {
	for _, o := range servertest.Organisations {
		if o.Name == name {
			kind = o.Kind
		}
	}
	return kind
}

// registryDoors are about no document.
func registryDoors() []door {
	register := func(kind policies.OrganisationKind, name string) door {
		return door{name: "register " + name, action: policies.Registering,
			subject: func(*visit, *policies.Document) policies.Subject { return policies.NewOrganisation(kind) },
			query: func(v *visit) string {
				return mutation("registerOrganisation", fmt.Sprintf(`kind: %s, name: %q, jurisdiction: "EE"`, name, v.next), "organisation { id }")
			}}
	}
	propose := func(kind string) door {
		return door{name: "propose " + kind, action: policies.Proposing,
			subject: func(*visit, *policies.Document) policies.Subject { return policies.NewDocument(kinds[kind]) },
			query: func(*visit) string {
				return mutation("proposeDocument", fmt.Sprintf(`kind: %s, title: "X", language: "en", parties: ["EE"]`, kind), "document { id }")
			}}
	}
	return []door{register(policies.Business, "BUSINESS"), register(policies.Secretariat, "SECRETARIAT"),
		propose("REGULATION"), propose("STANDARD"), propose("BEST_PRACTICE"),
		{name: "createRuleSet", action: policies.Releasing, query: func(v *visit) string {
			return mutation("createRuleSet", fmt.Sprintf(`slug: %[1]q, title: %[1]q`, v.next), "ruleSet { id }")
		}},
		{name: "correctRuleSet", action: policies.CorrectingRuleSet, subject: func(v *visit, _ *policies.Document) policies.Subject {
			return policies.OnRuleSet(&standards.RuleSet{OrganisationID: v.org("office")})
		}, query: func(v *visit) string {
			set := v.Do(v.Actor("office-admin"), policies.CreateRuleSet{Slug: "put-" + v.next, Title: "Put " + v.next})
			return mutation("correctRuleSet", fmt.Sprintf(`ruleSetId: %q, title: "Right %s", reason: "Misspelt."`, set, v.next), "ruleSet { id }")
		}},
		{name: "publishRelease", action: policies.Releasing, phase: "adopted", subject: aboutNothing, query: func(v *visit) string {
			set := v.Do(policies.Operator, policies.CreateRuleSet{Slug: "set-" + v.next, Title: "Set " + v.next})
			return mutation("publishRelease", fmt.Sprintf(`ruleSetId: %q, instrumentIds: [%q], validUntil: %q`, set, v.p.Instrument,
				v.Clock.Now().AddDate(1, 0, 0).Format(time.RFC3339)), "release { id }")
		}},
	}
}

// peopleDoors are about who belongs where.
func peopleDoors() (doors []door) {
	for _, o := range []string{"sponsor", "ferry", "office"} {
		manage := func(name string, query func(v *visit) string) {
			doors = append(doors, door{name: name + " " + o, action: policies.ManagingMembers, subject: ofMembers(o), query: query})
		}
		manage("inviteMember by name", func(v *visit) string {
			return mutation("inviteMember", fmt.Sprintf(`organisationId: %q, issuer: %q, subject: %q, role: OBSERVER`, v.org(o), v.Issuer, v.next), "invitation { id }")
		})
		manage("inviteMember", func(v *visit) string {
			return mutation("inviteMember", fmt.Sprintf(`organisationId: %q, email: "%s@people.example", role: OBSERVER`, v.org(o), v.next), "invitation { id }")
		})
		manage("correctOrganisation", func(v *visit) string {
			return mutation("correctOrganisation", fmt.Sprintf(`organisationId: %q, sector: %q, reason: "X"`, v.org(o), v.next), "organisation { id }")
		})
		doors = append(doors, door{name: "closeOrganisation " + o, action: policies.ClosingDown, subject: ofMembers(o), want: "INVALID", query: func(v *visit) string {
			return mutation("closeOrganisation", fmt.Sprintf(`organisationId: %q, reason: " "`, v.org(o)), "organisation { id }") // lest the rest do without it
		}})
		doors = append(doors, door{name: "mergeOrganisations " + o, action: policies.ClosingDown, subject: ofMembers(o), want: "INVALID", query: func(v *visit) string {
			return mutation("mergeOrganisations", fmt.Sprintf(`organisationId: %[1]q, intoId: %[1]q, reason: "X"`, v.org(o)), "organisation { id }")
		}})
		manage("removeMember", func(v *visit) string {
			return mutation("removeMember", fmt.Sprintf(`memberId: %q`, v.fresh(o)), "member { id }")
		})
		manage("changeRole", func(v *visit) string {
			return mutation("changeRole", fmt.Sprintf(`memberId: %q, role: OBSERVER`, v.freshAs(o, policies.Delegate)), "member { id }")
		})
		doors = append(doors, door{name: "confirmInvitation " + o, action: policies.Confirming, subject: ofInvitation(o), want: "CONFLICT", query: func(v *visit) string {
			return mutation("confirmInvitation", fmt.Sprintf(`invitationId: %q`, v.invite(o)), "invitation { id }")
		}, after: (*visit).revoke})
		doors = append(doors, door{name: "revokeInvitation " + o, action: policies.Revoking, subject: ofInvitation(o), query: func(v *visit) string {
			return mutation("revokeInvitation", fmt.Sprintf(`invitationId: %q`, v.invite(o)), "invitation { id }")
		}, after: (*visit).revoke})
	}
	list := func(name string, action policies.Action) door {
		return door{name: name, action: action, subject: ofOrganisation("ferry"), shows: "node." + name, query: func(v *visit) string {
			return fmt.Sprintf(`{ node(id: %q) { ... on Organisation { %s { edges { node { id } } } } } }`, v.org("ferry"), name)
		}}
	}
	own := func(v *visit) string { // the person's own membership; another's where it has none
		if a := v.Actor(v.who); a.MemberID != "" {
			return a.MemberID
		}
		return v.fresh("ferry")
	}
	endSessions := func(name string, whose func(v *visit) string, subject func(*visit, *policies.Document) policies.Subject) door {
		return door{name: name, action: policies.EndingSessions, subject: subject, query: func(v *visit) string {
			return mutation("endSessions", fmt.Sprintf(`memberId: %q`, whose(v)), "ledgerPosition")
		}}
	}
	deleteFilter := func(name string, whose func(*visit) policies.Actor) door {
		return door{name: name, action: policies.Attending, query: func(v *visit) string {
			id := v.Do(whose(v), policies.SaveFilter{Name: "X", Wants: policies.Interests{Topics: []string{"parcels"}}})
			return mutation("deleteFilter", fmt.Sprintf(`filterId: %q`, id), "ledgerPosition")
		}, subject: func(v *visit, _ *policies.Document) policies.Subject {
			return policies.OnFilter(&policies.SavedFilter{MemberID: whose(v).MemberID})
		}, after: func(v *visit, r servertest.Reply) { // so that it doesn't have too many
			if r.Code() == "" {
				return
			}
			kept, err := v.Registry.Views().SavedFilters(v.T.Context(), whose(v))
			if err != nil {
				v.T.Fatal(err)
			}
			for _, k := range kept {
				v.Do(whose(v), policies.DeleteFilter{FilterID: k.ID})
			}
		}}
	}
	return append(doors, list("members", policies.ReadingMembers), list("invitations", policies.ReadingInvitations),
		door{name: "acceptInvitation", action: policies.Accepting, subject: ofInvitation("ferry"), query: func(v *visit) string {
			return mutation("acceptInvitation", fmt.Sprintf(`invitationId: %q`, v.invite("ferry")), "member { id }")
		}, after: func(v *visit, r servertest.Reply) {
			if v.revoke(r); r.Code() == "" {
				v.Do(policies.Operator, policies.RemoveMember{MemberID: v.Actor("invited").MemberID})
			}
		}},
		endSessions("end one's own sessions", own, func(v *visit, _ *policies.Document) policies.Subject {
			if a := v.Actor(v.who); a.MemberID != "" {
				return policies.OnMember(&policies.Member{ID: a.MemberID, Issuer: a.Issuer, Subject: a.Subject})
			}
			return policies.OnMember(nil)
		}),
		endSessions("end another's sessions", func(v *visit) string { return v.fresh("ferry") }, nil),
		door{name: "savedFilters", action: policies.ReadingFilter, shows: "viewer.savedFilters",
			query: func(*visit) string { return `{ viewer { savedFilters { nodes { name } } } }` },
			subject: func(v *visit, _ *policies.Document) policies.Subject {
				return policies.OnFilter(&policies.SavedFilter{MemberID: v.Actor(v.who).MemberID})
			}},
		door{name: "saveFilter", action: policies.Attending, query: func(*visit) string {
			return mutation("saveFilter", `name: "X", topics: ["parcels"]`, "filter { name }")
		}},
		deleteFilter("delete one's own filter", func(v *visit) policies.Actor {
			if a := v.Actor(v.who); a.MemberID != "" {
				return a
			}
			return v.Actor("ferry-admin")
		}),
		deleteFilter("delete another's filter", func(v *visit) policies.Actor {
			if v.who == "ferry-admin" {
				return v.Actor("ferry-delegate")
			}
			return v.Actor("ferry-admin")
		}),
		door{name: "markAnswersSeen", action: policies.Attending, query: func(v *visit) string {
			return mutation("markAnswersSeen", fmt.Sprintf(`until: %q`, v.Clock.Now().Format(time.RFC3339Nano)), "ledgerPosition")
		}},
		door{name: "declareSize", action: policies.DeclaringSize, subject: ofOrganisation("ferry"), query: func(v *visit) string {
			class := "SMALL"
			o, err := v.Registry.Views().Organisation(v.T.Context(), v.org("ferry"), time.Time{})
			if err != nil {
				v.T.Fatal(err)
			}
			if o.Size.Class == policies.Small {
				class = "MICRO" // nothing is said twice
			}
			return mutation("declareSize", fmt.Sprintf(`organisationId: %q, class: %s, year: %d`, v.org("ferry"), class, v.Clock.Now().Year()), "organisation { id }")
		}},
		door{name: "leaveOrganisation", action: policies.Leaving, subject: ofOrganisation("ferry"), query: func(v *visit) string {
			return mutation("leaveOrganisation", fmt.Sprintf(`organisationId: %q`, v.org("ferry")), "member { id }")
		}, after: func(v *visit, r servertest.Reply) {
			if _, role, _ := strings.Cut(v.who, "-"); r.Code() == "" { // and comes back, for the doors to come
				policiestest.Admit(v.Do, policies.Operator, policies.InviteMember{OrganisationID: v.Orgs["ferry"], Issuer: v.Issuer, Subject: v.who, Role: policies.Role(role)})
			}
		}})
}
