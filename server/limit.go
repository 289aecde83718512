package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ewtp/entente/internal/lru"
)

// A Quota is how many requests are taken in how much time. It is a bucket of that
// many tokens, full at first, which fills evenly: all may be used at once, and
// over any longer time the rate is kept.
type Quota struct {
	Requests int // 0 is the default of where the quota stands, below 0 there is no limit
	Per      time.Duration
}

// Unlimited is the quota that never ends; in text it is "off".
var Unlimited = Quota{Requests: -1}

// maxRequests bounds a quota's number, so that sums of times stay far from overflow.
const maxRequests = 1_000_000

var quotaUnits = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}

// ParseQuota reads a number of requests per s, m or h, such as "600/m", or "off".
func ParseQuota(text string) (Quota, error) {
	if text == "off" {
		return Unlimited, nil
	}
	number, unit, _ := strings.Cut(text, "/")
	n, err := strconv.ParseUint(number, 10, 31)
	if per := quotaUnits[unit]; err == nil && n > 0 && n <= maxRequests && per > 0 {
		return Quota{int(n), per}, nil
	}
	return Quota{}, errors.New(`couldn't read the quota: it is a number from 1 to 1000000 per s, m or h, such as 600/m, or "off"`)
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (q *Quota) UnmarshalText(text []byte) (err error) {
	*q, err = ParseQuota(string(text))
	return err
}

// Quotas bound what a caller may ask for. A caller is the person or machine that a
// token or session names (issuer and subject), or, where nobody is named, the
// client's address: IPv4 whole, IPv6 by its /64, which is what one subscriber gets.
// A zero field means its default.
type Quotas struct {
	Read         Quota // requests: 1,200/m. Refused tokens have as many, by address.
	Write        Quota // commands taken by the registry, each mutation of a request being one: 600/m
	Upload       Quota // files uploaded: 120/h
	Machine      Quota // requests to /hub/ and /ledger/, which tools poll and mirror: 12,000/m
	Organisation int   // how many times a caller's quota all members of an organisation have together: 20
}

func (q Quotas) withDefaults() Quotas {
	for _, x := range []struct {
		field *Quota
		value int
	}{{&q.Read, 1_200}, {&q.Write, 600}, {&q.Machine, 12_000}} {
		if x.field.Requests == 0 {
			*x.field = Quota{x.value, time.Minute}
		}
	}
	if q.Upload.Requests == 0 {
		q.Upload = Quota{120, time.Hour}
	}
	if q.Organisation == 0 {
		q.Organisation = 20
	}
	return q
}

// times is the quota of so many callers together.
func (q Quota) times(n int) Quota {
	if q.Requests > 0 {
		q.Requests = min(q.Requests*n, maxRequests*n)
	}
	return q
}

// A budget is a quota at work: the generic cell rate algorithm (ITU-T I.371),
// which is the token bucket with one number a bucket, the time at which it will be
// full again.
type budget struct {
	name   string
	step   time.Duration // in which one token comes back
	window time.Duration // in which an empty bucket fills
	policy string        // the member of RateLimit-Policy
}

// newBudget returns nil, which refuses nothing, for a quota without limit.
func newBudget(name string, q Quota) *budget {
	if q.Requests < 0 {
		return nil
	}
	step := max(q.Per/time.Duration(q.Requests), 1)
	return &budget{name, step, step * time.Duration(q.Requests),
		fmt.Sprintf("%q;q=%d;w=%d", name, q.Requests, wholeSeconds(q.Per))}
}

// wholeSeconds rounds up: whoever waits that long has waited long enough.
func wholeSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// A verdict is what a bucket said.
type verdict struct {
	budget *budget // nil where nothing is limited
	left   int64   // tokens
	reset  time.Duration
	retry  time.Duration // until there is a token again; 0 where one was taken
}

// The fields of draft-ietf-httpapi-ratelimit-headers-10, as net/http spells them.
// Their values are lists (RFC 9651), so each budget adds a line of its own.
const (
	policyHeader = "Ratelimit-Policy"
	limitHeader  = "Ratelimit"
)

// addTo adds what the verdict tells the client: how much is left (r) and in how many
// seconds all will be there again (t).
func (v verdict) addTo(h http.Header) {
	if v.budget == nil {
		return
	}
	text := make([]byte, 0, 64)
	text = append(text, '"')
	text = append(text, v.budget.name...)
	text = append(text, `";r=`...)
	text = strconv.AppendInt(text, v.left, 10)
	text = append(text, ";t="...)
	text = strconv.AppendInt(text, wholeSeconds(v.reset), 10)
	lines := &[2]string{v.budget.policy, string(text)} // a header that another budget adds to is copied
	if h[policyHeader] == nil {
		h[policyHeader], h[limitHeader] = lines[0:1:1], lines[1:2:2]
		return
	}
	h[policyHeader] = append(h[policyHeader], lines[0])
	h[limitHeader] = append(h[limitHeader], lines[1])
}

// A bucketKey says whose bucket it is, and of which budget.
type bucketKey struct {
	budget  *budget
	address netip.Addr // of somebody anonymous, already shortened
	issuer  string     // of a person, with subject
	subject string     // or, without issuer, an organisation's ID
}

// maxBuckets is how many buckets are kept of each sort: those used last. Who falls
// out starts with a full one. An entry takes some 250 bytes.
const maxBuckets = 50_000

// buckets keeps one time a bucket. Addresses and members have sets of their own, so
// that a flood from many addresses makes no member's bucket be forgotten.
type buckets struct {
	start time.Time

	mu        sync.Mutex // guards what follows; held for one lookup
	addresses *lru.Cache[bucketKey, time.Duration]
	members   *lru.Cache[bucketKey, time.Duration]
}

func newBuckets(size int) *buckets {
	return &buckets{start: time.Now(), addresses: lru.New[bucketKey, time.Duration](size, nil), members: lru.New[bucketKey, time.Duration](size, nil)}
}

// take takes one token from a bucket, or, where tokens is 0, only looks.
func (b *buckets) take(key bucketKey, now time.Duration, tokens int) verdict {
	of := key.budget
	if of == nil {
		return verdict{}
	}
	set := b.members
	if key.address.IsValid() {
		set = b.addresses
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	full, _ := set.Get(key)
	full = max(full, now)
	if over := full + of.step - now - of.window; over > 0 {
		return verdict{of, 0, full - now, over}
	}
	if tokens > 0 {
		full += of.step
		set.Put(key, full)
	}
	return verdict{of, int64((of.window - (full - now)) / of.step), full - now, 0}
}
