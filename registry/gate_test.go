package registry

import (
	"context"
	"errors"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/mem"
)

func TestGate(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 1)
	size := len(entriesOf(t, s))
	full := &policies.Error{Code: "RATE_LIMITED", Message: "enough"}
	asked, open := 0, false
	ctx := WithGate(t.Context(), func(context.Context) error {
		asked++
		if open {
			return nil
		}
		return full
	})
	if _, err := r.Do(ctx, c.carrier, "k", c.says(0, "Words.")); !errors.Is(err, full) || len(entriesOf(t, s)) != size {
		t.Errorf("behind a closed gate: %v, %d entries more", err, len(entriesOf(t, s))-size)
	}
	open = true
	if out, err := r.Do(ctx, c.carrier, "k", c.says(0, "Words.")); err != nil || out.Repeated || len(entriesOf(t, s)) != size+1 {
		t.Errorf("behind an open gate: %+v, %v", out, err)
	}
	if asked != 2 {
		t.Errorf("the gate was asked %d times, want 2", asked)
	}
}
