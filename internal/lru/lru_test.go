package lru

import "testing"

func TestCache(t *testing.T) {
	c := New[string](10, func(n int) int { return n })
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
	c.Remove("eight")
	c.Remove("eight")
	has("what was removed is gone, and its weight", map[string]bool{"eight": false, "twelve": true})
	c.Put("eight", 8)
	to := New[string](10, func(n int) int { return n })
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

func TestCacheOfSoMany(t *testing.T) {
	c := New[int, string](2, nil)
	for i, s := range []string{"zero", "one", "two"} {
		c.Put(i, s)
	}
	for i, want := range []bool{false, true, true} {
		if _, ok := c.Get(i); ok != want {
			t.Errorf("%d there %t, want %t", i, ok, want)
		}
	}
}
