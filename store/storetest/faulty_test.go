package storetest_test

import (
	"errors"
	"testing"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/storetest"
)

func TestFaulty(t *testing.T) {
	for _, test := range []struct {
		fault storetest.Fault
		batch int
		head  int64
		want  error
	}{
		{storetest.None, 4, 4, nil},
		{storetest.Unavailable, 4, 0, store.ErrUnavailable},
		{storetest.Lost, 4, 0, store.ErrAmbiguous},
		{storetest.Middle, 4, 2, store.ErrAmbiguous},
		{storetest.Middle, 1, 0, store.ErrAmbiguous},
		{storetest.After, 4, 4, store.ErrAmbiguous},
		{storetest.Full, 4, 0, store.ErrFull},
		{storetest.Taken, 4, 0, store.ErrConflict},
	} {
		s := storetest.Faulty(mem.Open(), storetest.Faults(test.fault))
		err := s.Append(t.Context(), storetest.Entries(0, test.batch))
		if !errors.Is(err, test.want) || test.want != nil && !errors.Is(err, storetest.ErrInjected) {
			t.Errorf("fault %d: Append = %v, want %v", test.fault, err, test.want)
		}
		head, err := s.Head(t.Context())
		if head != test.head || err != nil {
			t.Errorf("fault %d of %d entries: Head() = %d, %v, want %d", test.fault, test.batch, head, err, test.head)
		}
		if err := s.Append(t.Context(), storetest.Entries(head, 1)); err != nil {
			t.Errorf("fault %d: the next Append: %v", test.fault, err)
		}
		if err := s.Append(t.Context(), storetest.Entries(0, 1)); !errors.Is(err, store.ErrConflict) {
			t.Errorf("fault %d: Append elsewhere: %v, want ErrConflict", test.fault, err)
		}
	}
}
