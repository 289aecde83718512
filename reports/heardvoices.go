package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ewtp/entente/policies"
)

// A Voice counts what was heard from one side.
type Voice struct {
	Name          string // as it was stated first, where it is written in several ways; "" where none was
	Organisations int
	Comments      int
}

// voices count comments by whose they are: names that have the same policies.NameKey are
// one.
type voices map[string]*voiceSoFar

type voiceSoFar struct {
	name          string
	organisations map[string]bool
	comments      int
}

func (v *voices) hear(name, organisation string) {
	if *v == nil {
		*v = voices{}
	}
	key := policies.NameKey(name)
	one := (*v)[key]
	if one == nil {
		one = &voiceSoFar{name: name, organisations: map[string]bool{}}
		(*v)[key] = one
	}
	one.organisations[organisation] = true
	one.comments++
}

// list sorts by number of comments, then by name; what wasn't stated comes last.
func (v voices) list() (list []Voice) {
	for _, one := range v {
		list = append(list, Voice{one.name, len(one.organisations), one.comments})
	}
	slices.SortFunc(list, func(a, b Voice) int {
		if (a.Name == "") != (b.Name == "") {
			return strings.Compare(b.Name, a.Name)
		}
		return cmp.Or(b.Comments-a.Comments, strings.Compare(a.Name, b.Name))
	})
	return list
}

var chamberNames = map[string]string{
	string(policies.Government): "Governments", string(policies.Business): "Businesses",
	string(policies.HubOperator): "Hub operators", string(policies.Secretariat): "Secretariat",
}

// sizeNames are the sizes of organisations in words for readers.
var sizeNames = map[string]string{
	string(policies.Micro): "Micro (fewer than 10 people)", string(policies.Small): "Small (10 to 49)",
	string(policies.Medium): "Medium (50 to 249)", string(policies.Large): "Large (250 or more)",
}

// A voiceTable is who answered, by one of the things that organisations are.
type voiceTable struct {
	What  string
	List  []Voice
	names map[string]string // nil where they go by the names that they gave themselves
}

// voiceTables are all of them in the order of the report.
func (h *Heard) voiceTables() []voiceTable {
	return []voiceTable{{"Chamber", h.Chambers, chamberNames}, {"Sector", h.Sectors, nil}, {"Jurisdiction", h.Jurisdictions, nil}, {"Size", h.Sizes, sizeNames}}
}

// Shown is the name of a voice for readers.
func (t voiceTable) Shown(v Voice) string {
	if v.Name == "" {
		return "not stated"
	}
	return cmp.Or(t.names[v.Name], v.Name)
}

func (t voiceTable) markdown(b *strings.Builder) {
	if len(t.List) == 0 {
		return
	}
	fmt.Fprintf(b, "| %s | Organisations | Comments |\n| --- | ---: | ---: |\n", t.What)
	for _, v := range t.List {
		fmt.Fprintf(b, "| %s | %d | %d |\n", plainMarkdown(t.Shown(v)), v.Organisations, v.Comments)
	}
	b.WriteString("\n")
}
