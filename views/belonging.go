package views

import (
	"context"
	"sync/atomic"

	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/policies"
)

// maxBelongings bounds the people of whom is kept where they belong: some kilobytes each at most.
// maxOrganisations bounds the organisations that are kept: some hundred bytes each.
const (
	maxBelongings    = 4096
	maxOrganisations = 8192
)

// A Belonging is a present membership and its organisation.
type Belonging struct {
	Member       policies.Member
	Organisation policies.Organisation
}

// belongings keep where people belong, which each of their requests asks, and organisations, which each page of
// comments names, until any member or organisation changes.
type belongings struct {
	version       atomic.Int64 // of all members and organisations that are committed
	known         *lru.Cache[person, belongingsAt]
	organisations *lru.Cache[string, organisationAt]
}

func (b *belongings) init() {
	b.known = lru.New[person, belongingsAt](maxBelongings, nil)
	b.organisations = lru.New[string, organisationAt](maxOrganisations, nil)
}

type person struct{ issuer, subject string }

type belongingsAt struct {
	version int64 // before they were read: what was read may be newer, never older
	list    []Belonging
}

type organisationAt struct {
	version int64 // likewise
	policies.Organisation
}

// changed forgets all that is known. It comes after the commit that readers see, and before
// anybody is told of it.
func (b *belongings) changed() { b.version.Add(1) }

// Belongings lists where a person is a member, oldest first. The list is shared: it is to be read only.
func (db *DB) Belongings(ctx context.Context, issuer, subject string) ([]Belonging, error) {
	who := person{issuer, subject}
	version := db.belongings.version.Load()
	if at, ok := db.belongings.known.Get(who); ok && at.version == version {
		return at.list, nil
	}
	list, err := db.readBelongings(ctx, who)
	if err == nil {
		db.belongings.known.Put(who, belongingsAt{version, list})
	}
	return list, err
}

func (db *DB) readBelongings(ctx context.Context, who person) ([]Belonging, error) {
	members, err := db.Memberships(ctx, who.issuer, who.subject)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range members {
		ids = append(ids, m.OrganisationID)
	}
	found, err := db.readOrganisations(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Belonging, 0, len(members))
	for _, m := range members {
		if o, ok := found[m.OrganisationID]; ok {
			list = append(list, Belonging{m, o})
		}
	}
	return list, nil
}

// Organisations returns those of the IDs that exist. What they hold is shared: it is to be read only.
func (db *DB) Organisations(ctx context.Context, ids []string) (map[string]policies.Organisation, error) {
	version := db.belongings.version.Load()
	found := make(map[string]policies.Organisation, len(ids))
	var unknown []string
	for _, id := range ids {
		if at, ok := db.belongings.organisations.Get(id); ok && at.version == version {
			found[id] = at.Organisation
		} else {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return found, nil
	}
	read, err := db.readOrganisations(ctx, unknown)
	if err != nil {
		return nil, err
	}
	for id, o := range read {
		db.belongings.organisations.Put(id, organisationAt{version, o})
		found[id] = o
	}
	return found, nil
}
