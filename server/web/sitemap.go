package web

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/server/web/squeeze"
	"github.com/ewtp/entente/views"
)

// robots says what search engines may read: everything but what has no end, or is somebody's own.
func (s *site) robots(v *visit) error {
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.w.Header().Set("Cache-Control", "public, max-age=3600")
	squeeze.Send(v.w, v.r, http.StatusOK, squeeze.New([]byte(`User-agent: *
Allow: /
Disallow: /documents?
Disallow: /search
Disallow: /signin
Disallow: /me
Disallow: /drafts
Disallow: /graphql

Sitemap: `+s.base(v)+`/sitemap.xml
`)))
	return nil
}

// sitemapMost is how many addresses a file of a site map may have (sitemaps.org).
const sitemapMost = 50_000

type sitemapIndex struct {
	XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Maps    []sitemapEntry `xml:"sitemap"`
}

type sitemapSet struct {
	XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	Pages   []sitemapEntry `xml:"url"`
}

type sitemapEntry struct {
	Location string `xml:"loc"`
	Modified string `xml:"lastmod,omitempty"`
}

// fixedPages are the pages that there are whatever is on record, besides the guides.
var fixedPages = []string{"/", "/consultations", "/documents", "/rulesets", "/record", "/record/verify"}

// sitemap lists the pages of everything public, or where such lists are, if there are more than
// one may hold. Everybody is given the same.
func (s *site) sitemap(v *visit) error {
	var index sitemapIndex
	var first *sitemapSet
	from := ""
	for n := 1; ; n++ {
		set, next, err := s.sitemapFrom(v, from)
		if err != nil {
			return err
		}
		if first == nil {
			first = set
		}
		if n > 1 || next != "" {
			index.Maps = append(index.Maps, sitemapEntry{Location: s.base(v) + "/sitemap/" + strconv.Itoa(n) + ".xml"})
		}
		if next == "" {
			break
		}
		from = next
	}
	if len(index.Maps) > 0 {
		return s.sendXML(v, "application/xml; charset=utf-8", index)
	}
	first.Pages = append(s.fixed(v), first.Pages...)
	return s.sendXML(v, "application/xml; charset=utf-8", first)
}

// sitemapPage is one file of several.
func (s *site) sitemapPage(v *visit) error {
	n := atoi(strings.TrimSuffix(v.r.PathValue("page"), ".xml"))
	if n < 1 {
		return policies.ErrNotFound
	}
	from := ""
	for i := 1; ; i++ {
		set, next, err := s.sitemapFrom(v, from)
		if err != nil {
			return err
		}
		if i == n {
			if n == 1 {
				set.Pages = append(s.fixed(v), set.Pages...)
			}
			return s.sendXML(v, "application/xml; charset=utf-8", set)
		}
		if from = next; next == "" {
			return policies.ErrNotFound
		}
	}
}

func (s *site) fixed(v *visit) (pages []sitemapEntry) {
	for _, path := range fixedPages {
		pages = append(pages, sitemapEntry{Location: s.base(v) + path})
	}
	for _, path := range slices.Sorted(maps.Keys(s.guides[catalogue.English])) {
		pages = append(pages, sitemapEntry{Location: s.base(v) + path})
	}
	return pages
}

// sitemapFrom lists documents after one, and says after which the next file goes on; "" after the last.
func (s *site) sitemapFrom(v *visit, after string) (set *sitemapSet, next string, err error) {
	set = &sitemapSet{}
	page := views.Page{First: views.MaxPage, After: after}
	for len(set.Pages)+views.MaxPage+len(s.fixed(v)) <= sitemapMost {
		list, err := s.views.DocumentList(v.ctx, policies.Actor{}, views.DocumentFilter{Order: views.ByNumber}, page)
		if err != nil {
			return nil, "", err
		}
		for _, d := range list.Items {
			set.Pages = append(set.Pages, sitemapEntry{s.base(v) + documentPath(&d), movedAt(&d, v.now).UTC().Format(time.RFC3339)})
		}
		if !list.HasNext {
			return set, "", nil
		}
		page.After = list.Cursors[len(list.Cursors)-1]
	}
	return set, page.After, nil
}
