package views

import (
	"context"
	"sync/atomic"

	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/policies"
)

// maxBelongings bounds the people of whom is kept where they belong: some kilobytes each at most.
const maxBelongings = 4096

// A Belonging is a present membership and its organisation.
type Belonging struct {
	Member       policies.Member
	Organisation policies.Organisation
}

// belongings keep where people belong, which each of their requests asks, until any member or
// organisation changes.
type belongings struct {
	version atomic.Int64 // of all members and organisations that are committed
	known   *lru.Cache[person, belongingsAt]
}

type person struct{ issuer, subject string }

type belongingsAt struct {
	version int64 // before they were read: what was read may be newer, never older
	list    []Belonging
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
	found, err := db.Organisations(ctx, ids)
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
