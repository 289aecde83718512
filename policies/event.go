package policies

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// An eventForm is how entries of a kind are read.
type eventForm struct {
	empty   func() Event               // to decode a payload into
	remains func(subject string) Event // nil where nothing holds without the payload
}

// eventForms holds the form of every kind ever written. An entry is never migrated: a
// changed payload gets a new number and an event of its own, and the old one stays.
var eventForms = map[string]eventForm{}

// registerEvent makes the entries of an event's kind readable. It is called beside the
// event. See [Remains] for what remains says; nil where nothing holds without the payload.
func registerEvent[T any, E interface {
	*T
	Event
}](remains func(subject string) Event) struct{} {
	kind := E(new(T)).Kind()
	if _, taken := eventForms[kind]; taken {
		panic("two events of the kind " + kind)
	}
	eventForms[kind] = eventForm{func() Event { return E(new(T)) }, remains}
	return struct{}{}
}

// EventKinds lists every kind that can be decoded, sorted.
func EventKinds() []string {
	return slices.Sorted(maps.Keys(eventForms))
}

// ErrUnknownKind says that an entry was written by a later version of Entente.
var ErrUnknownKind = errors.New("unknown kind of entry")

// Encode returns the event's payload.
func Encode(e Event) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("couldn't encode %s: %w", e.Kind(), err)
	}
	return b, nil
}

// Decode returns the event of a payload.
func Decode(kind string, payload []byte) (Event, error) {
	form, ok := eventForms[kind]
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrUnknownKind, kind)
	}
	e := form.empty()
	if err := json.Unmarshal(payload, e); err != nil {
		return nil, fmt.Errorf("couldn't decode %s: %w", kind, err)
	}
	return e, nil
}

// Remains returns what still holds of an entry whose payload was erased: what its
// kind and subject say by themselves, as its statement does. Whoever was removed
// stays removed, and what was taken back stays so; of a role that was given nobody
// knows which, so it is the least; a ballot that lost a position is spoilt. Nil where
// nothing holds without the payload.
func Remains(kind, subject string) Event {
	if form := eventForms[kind]; form.remains != nil {
		return form.remains(subject)
	}
	return nil
}

// errUnlessErased returns the error of a lookup, but nil where nothing was found: what an
// event refers to may have been erased.
func errUnlessErased(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
