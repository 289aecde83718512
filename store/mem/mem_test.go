package mem_test

import (
	"testing"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/storetest"
)

func open(t *testing.T) store.Store {
	s := mem.Open()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, open)
	storetest.RunConcurrent(t, open, nil)
}
