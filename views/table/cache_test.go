package table

import "testing"

func TestOverlay(t *testing.T) {
	var o Overlay[string, int]
	check := func(step, key string, want int, there bool) {
		t.Helper()
		if v, ok := o.Get(key); v != want || ok != there {
			t.Errorf("%s: %s is %d, %t, want %d, %t", step, key, v, ok, want, there)
		}
	}
	o.Put("a", 1)
	check("put", "a", 1, true)
	o.Rollback()
	check("rolled back", "a", 0, false)
	if v, err := o.Load("a", func(string) (int, error) { return 2, nil }); v != 2 || err != nil {
		t.Errorf("loaded %d, %v", v, err)
	}
	o.Commit(2)
	o.Put("a", 3)
	check("put over", "a", 3, true)
	o.Rollback()
	check("rolled back to what was committed", "a", 2, true)
	o.Put("b", 4)
	o.Commit(2)
	o.Put("c", 5)
	o.Commit(2)
	check("past its limit it starts anew", "a", 0, false)
	check("with what came last", "c", 5, true)
}
