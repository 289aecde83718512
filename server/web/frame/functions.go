package frame

import (
	"fmt"
	"html/template"
	"time"

	"github.com/ewtp/entente/server/web/catalogue"
)

// functions are what templates call, in one language. Times are written as they are given: in the
// zone that their page chose.
func functions(l *catalogue.Language) template.FuncMap {
	return template.FuncMap{
		"say":      func(key string, values ...any) string { return l.Say(key, values...) },
		"rich":     func(key string, values ...any) template.HTML { return sayHTML(l, key, values) },
		"number":   func(n any) (string, error) { return number(l, n) },
		"day":      l.Day,
		"shortday": l.ShortDay,
		"clock":    l.Clock,
		"left":     l.Left,
		"utc":      time.Time.UTC,
		"machine":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"date":     func(t time.Time) string { return t.Format(time.DateOnly) },
		"time":     func(t time.Time) template.HTML { return timeElement(l, t) },
		"bold":     func(words string) template.HTML { return element("strong", words) },
		"code":     func(words string) template.HTML { return element("code", words) },
		"link":     link,
		"dict":     dict,
	}
}

// sayHTML is a message whose values may be HTML; what isn't is escaped, and so is the message.
func sayHTML(l *catalogue.Language, key string, values []any) template.HTML {
	for i, v := range values {
		switch v := v.(type) {
		case template.HTML:
			values[i] = string(v)
		case string:
			values[i] = template.HTMLEscapeString(v)
		case fmt.Stringer:
			values[i] = template.HTMLEscapeString(v.String())
		}
	}
	return template.HTML(l.Say(key, values...)) // #nosec G203 -- the message is a constant of the program, and its values were escaped
}

// element is words in an element, their direction being their own.
func element(name, words string) template.HTML {
	return template.HTML("<" + name + "><bdi>" + template.HTMLEscapeString(words) + "</bdi></" + name + ">") // #nosec G203 -- escaped
}

// link is words that lead to a path of this server.
func link(path, words string) template.HTML {
	return template.HTML(`<a href="` + template.HTMLEscapeString(path) + `">` + template.HTMLEscapeString(words) + `</a>`) // #nosec G203 -- escaped; paths are constants or begin with one
}

// timeElement writes a moment for people and machines: the page's module adds the reader's own
// clock beside it.
func timeElement(l *catalogue.Language, t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	zone := t.Location().String()
	if zone == "UTC" || zone == "Local" || zone == "" {
		zone = "UTC"
		t = t.UTC()
	}
	return template.HTML(fmt.Sprintf(`<time class="official" datetime="%s">%s</time>`, t.UTC().Format(time.RFC3339), // #nosec G203 -- escaped
		template.HTMLEscapeString(l.Say("%s (%s)", l.Moment(t), zone))))
}

// number writes a whole number of any type.
func number(l *catalogue.Language, n any) (string, error) {
	switch n := n.(type) {
	case int:
		return l.Number(int64(n)), nil
	case int64:
		return l.Number(n), nil
	default:
		return "", fmt.Errorf("%T is no whole number", n)
	}
}

// dict makes a map of pairs, for templates that take several things.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict takes pairs, and %d were given", len(pairs))
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no key", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}
