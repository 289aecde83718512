package hub

import "github.com/ewtp/entente/internal/lru"

// entryCost is what an answer takes besides its body, in bytes, roughly.
const entryCost = 512

// newCache returns a cache of so many bytes of answers. One that would take more than a
// quarter of it isn't to be kept: it would drive out everything that is asked for more
// often.
func newCache(bytes int64) (c *lru.Cache[string, *response], largest int) {
	return lru.New[string](int(bytes), (*response).cost), int(bytes / 4)
}

// keep keeps an answer for the next who asks.
func (h *Handler) keep(key string, a *response) {
	if a.cost() <= h.largest {
		h.cache.Put(key, a)
	}
}

func (a *response) cost() int { return len(a.body) + entryCost }
