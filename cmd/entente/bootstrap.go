package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// bootstrap sees to it that there is the secretariat that the settings name, and invites its
// first admin: the person accepts at /me, or by acceptInvitation. Idempotency keys see to
// it that both happen once: an admin who was removed later isn't let in again by a
// restart. An invitation that expired is made anew.
func (g *globals) bootstrap(ctx context.Context, n *node) error {
	switch {
	case g.SecretariatName == "" && g.SecretariatIssuer == "" && g.SecretariatSubject == "":
		return nil
	case g.SecretariatName == "", (g.SecretariatIssuer == "") != (g.SecretariatSubject == ""):
		return &usageError{"--secretariat-issuer and --secretariat-subject go together, and with --secretariat-name"}
	}
	office, err := g.secretariat(ctx, n)
	if err != nil || g.SecretariatIssuer == "" {
		return err
	}
	invite := policies.InviteMember{OrganisationID: office, Issuer: g.SecretariatIssuer, Subject: g.SecretariatSubject, Role: policies.Admin}
	for again := ""; ; {
		key := bootstrapKey("admin", office, g.SecretariatIssuer, g.SecretariatSubject, again)
		invited, err := n.registry.Do(ctx, policies.Operator, key, invite)
		if isConflict(err) { // invited, or let in, by somebody else
			return nil
		}
		if err != nil {
			return fmt.Errorf("couldn't invite the secretariat's admin: %w", err)
		}
		made, err := n.views.Invitations(ctx, policies.Operator, []string{invited.Subject})
		if err != nil {
			return fmt.Errorf("couldn't look the invitation of the secretariat's admin up: %w", err)
		}
		if i := made[invited.Subject]; !invited.Repeated || i.State(n.registry.Now()) != policies.StateExpired {
			return nil
		}
		again = invited.Subject
	}
}

// secretariat returns the ID of the secretariat that the settings name. One that has another
// name is renamed: whoever changes the settings means the office that there is, and a second
// one would have rights of its own.
func (g *globals) secretariat(ctx context.Context, n *node) (string, error) {
	switch o, err := n.views.OrganisationByName(ctx, g.SecretariatName); {
	case err == nil && o.Kind == policies.Secretariat:
		return o.ID, nil
	case err == nil:
		return "", &usageError{fmt.Sprintf("--secretariat-name=%s is the name of another organisation, a %s", g.SecretariatName, o.Kind)}
	case !errors.Is(err, policies.ErrNotFound):
		return "", fmt.Errorf("couldn't look for the secretariat: %w", err)
	}
	there, err := views.All(func(p views.Page) (views.List[policies.Organisation], error) {
		return n.views.OrganisationList(ctx, views.OrganisationFilter{Kinds: []policies.OrganisationKind{policies.Secretariat}}, p)
	})
	switch {
	case err != nil:
		return "", fmt.Errorf("couldn't look for the secretariat: %w", err)
	case len(there) > 0:
		return g.renameSecretariat(ctx, n, there)
	}
	done, err := n.registry.Do(ctx, policies.Operator, bootstrapKey("secretariat", g.SecretariatName), policies.RegisterOrganisation{
		Kind: policies.Secretariat, Name: g.SecretariatName, Jurisdiction: g.SecretariatJurisdiction})
	if err != nil {
		return "", fmt.Errorf("couldn't register the secretariat: %w", err)
	}
	return done.Subject, nil
}

// renameSecretariat gives the oldest of those that there are the name of the settings.
func (g *globals) renameSecretariat(ctx context.Context, n *node, there []policies.Organisation) (string, error) {
	office := there[0]
	for _, o := range there[1:] {
		if o.RegisteredAt.Before(office.RegisteredAt) {
			office = o
		}
	}
	_, err := n.registry.Do(ctx, policies.Operator, "", policies.CorrectOrganisation{OrganisationID: office.ID, Name: &g.SecretariatName,
		Reason: "The settings of this registry have another name for its secretariat."})
	if isConflict(err) { // another node was first: what it called it is looked at again
		if now, err := n.views.OrganisationByName(ctx, g.SecretariatName); err == nil && now.ID == office.ID {
			return office.ID, nil
		}
	}
	if err != nil {
		return "", fmt.Errorf("couldn't rename the secretariat: %w", err)
	}
	n.log.Warn("renamed the secretariat, as the settings call it", "organisation", office.ID, "before", office.Name, "now", g.SecretariatName)
	return office.ID, nil
}

func isConflict(err error) bool {
	var refused *policies.Error
	return errors.As(err, &refused) && (refused.Code == policies.Conflict || refused.Code == policies.KeyReused)
}

// bootstrapKey is an idempotency key that two different bootstraps never share.
func bootstrapKey(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "bootstrap:" + parts[0] + ":" + hex.EncodeToString(sum[:])
}
