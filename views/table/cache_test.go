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

func TestLRU(t *testing.T) {
	c := NewLRU(10, func(n int) int { return n })
	has := func(step string, want map[string]bool) {
		t.Helper()
		for key, there := range want {
			if _, ok := c.Get(key); ok != there {
				t.Errorf("%s: %s there %t, want %t", step, key, ok, there)
			}
		}
	}
	c.Put("four", 4)
	c.Put("five", 5)
	c.Get("four")
	c.Put("six", 6)
	has("what was used longest ago goes", map[string]bool{"four": true, "five": false, "six": true})
	c.Put("twelve", 12)
	has("what was put last stays", map[string]bool{"four": false, "six": false, "twelve": true})
	c.Put("twelve", 2)
	c.Put("eight", 8)
	has("what is put again weighs what it weighs now", map[string]bool{"twelve": true, "eight": true})
	to := NewLRU(10, func(n int) int { return n })
	c.Move(to)
	has("moved away", map[string]bool{"twelve": false, "eight": false})
	if v, ok := to.Get("eight"); v != 8 || !ok {
		t.Errorf("moved here: %d, %t", v, ok)
	}
	to.Clear()
	if _, ok := to.Get("eight"); ok {
		t.Error("a cleared cache has something")
	}
}
