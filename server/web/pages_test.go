package web

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	tparse "text/template/parse"

	"github.com/jba/templatecheck"
	"golang.org/x/net/html"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/server/web/frame"
)

// pageTypes are the pages by their template: each is filled in with one struct and no other.
var pageTypes = map[string]frame.Framed{
	"home": &homePage{}, "documents": &documentsPage{}, "document": &documentPage{}, "failure": &failure{},
	"clause": &clausePage{}, "comments": &commentsPage{}, "byclause": &byClausePage{}, "comment": &commentPage{},
	"guide": &guidePage{}, "commentform": &commentFormPage{}, "drafts": &draftsPage{}, "review": &reviewPage{}, "mine": &minePage{}, "withdrawal": &commentPage{}, "questions": &questionsPage{},
	"heard": &heardPage{}, "compare": &comparePage{}, "history": &historyPage{}, "consultations": &consultationsPage{}, "record": &recordPage{}, "entry": &entryPage{}, "verify": &verifyPage{},
	"rulesets": &ruleSetsPage{}, "ruleset": &ruleSetPage{}, "release": &releasePage{},
}

// Every template fits its struct, in every language, and none is left out.
func TestTemplatesFitTheirPages(t *testing.T) {
	all, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(folder, "pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range names {
		name := strings.TrimSuffix(filepath.Base(path), ".html")
		if strings.HasPrefix(name, "_") {
			continue
		}
		if pageTypes[name] == nil {
			t.Errorf("no struct is known for %s", name)
			continue
		}
		for _, l := range catalogue.All {
			if err := templatecheck.CheckHTML(all.Template(l, name).Lookup("frame"), pageTypes[name]); err != nil {
				t.Errorf("%s in %s: %v", name, l.Name, err)
			}
		}
	}
}

// hostile is what somebody would write who wants to be more than words.
const hostile = `"><script>alert(1)</script>'<img src=x onerror=alert(1)>` + "\u202e{{.}}javascript:alert(1)"

// Whatever stands in a page's fields, it stays words: nothing becomes an element or an attribute.
func TestPagesHoldHostileWords(t *testing.T) {
	all, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range pageTypes {
		for _, l := range catalogue.All {
			for _, depth := range []int{0, 1, 2} { // items of each list
				p := reflect.New(reflect.TypeOf(page).Elem())
				fill(p.Elem(), depth, 0)
				filled := p.Interface().(frame.Framed)
				setLanguage(p.Elem(), l)
				text, err := all.Render(name, filled)
				if err != nil {
					t.Fatalf("%s in %s with %d: %v", name, l.Name, depth, err)
				}
				checkMarkup(t, name, text)
			}
		}
	}
}

func setLanguage(p reflect.Value, l *catalogue.Language) {
	f := p.FieldByName("Language")
	f.Set(reflect.ValueOf(l))
	p.FieldByName("Here").SetString("/x")
	if m := p.FieldByName("Modules"); m.IsValid() {
		m.SetZero()
	}
}

// fill puts hostile words into every string below a value, and n items into every list.
func fill(v reflect.Value, n, depth int) {
	if depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if v.Type().PkgPath() == "html/template" { // what the program itself wrote
			v.SetString("<b>own</b>")
			return
		}
		v.SetString(hostile)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Bool:
		v.SetBool(n > 0)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(v.Index(i), n, depth+1)
		}
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*catalogue.Language]() || n == 0 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() || v.Type().Field(i).Anonymous && v.Field(i).CanSet() {
				fill(v.Field(i), n, depth+1)
			} else if v.Type().Field(i).Anonymous {
				for j := range v.Field(i).NumField() {
					if v.Field(i).Field(j).CanSet() {
						fill(v.Field(i).Field(j), n, depth+1)
					}
				}
			}
		}
	}
}

// checkMarkup fails where the page has an element, handler or address that no template of ours has.
func checkMarkup(t *testing.T, name string, text []byte) {
	t.Helper()
	z := html.NewTokenizer(bytes.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			src := ""
			for _, a := range token.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(value, "javascript:") {
					t.Errorf("%s has <%s %s=%q>", name, token.Data, a.Key, a.Val)
				}
				if a.Key == "src" {
					src = a.Val
				}
				if a.Key == "type" && a.Val == "application/ld+json" {
					src = "/static/"
				}
			}
			if token.Data == "img" || token.Data == "script" && !strings.HasPrefix(src, "/static/") {
				t.Errorf("%s has <%s src=%q>", name, token.Data, src)
			}
		}
	}
}

// Every message that a template or a page of the web face says is there in every language, and no
// language has one that nobody says.
func TestEveryMessageIsTranslated(t *testing.T) {
	said := map[string]string{} // message -> where
	messagesOfTemplates(t, said)
	messagesOfSource(t, said)
	for _, kind := range policies.EventKinds() {
		name, _, _ := strings.Cut(kind, "/")
		if entryWords[name] == "" {
			t.Errorf("there are no words for %s", kind)
		}
	}
	for _, words := range entryWords {
		said[words] = "the kinds of entries"
	}
	for _, w := range faultWords {
		said[w.say] = "the faults of forms"
	}
	for _, s := range frame.Sections {
		said[s.Word] = "the navigation"
	}
	for _, l := range catalogue.All {
		for key, where := range said {
			if !l.Has(key) {
				t.Errorf("%s lacks %q (%s)", l.Name, key, where)
			}
		}
		for _, key := range l.Keys() {
			if said[key] == "" {
				t.Errorf("%s has %q, which nobody says", l.Name, key)
			}
		}
	}
}

func messagesOfTemplates(t *testing.T, said map[string]string) {
	t.Helper()
	for _, pattern := range []string{"pages/*.html", "frame/*.html", "../signin/pages/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			trees := map[string]*tparse.Tree{}
			tree := tparse.New(file)
			tree.Mode = tparse.SkipFuncCheck
			if _, err := tree.Parse(string(text), "", "", trees); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			for _, tree := range trees {
				walkTemplate(tree.Root, func(args []tparse.Node) {
					if f, ok := args[0].(*tparse.IdentifierNode); !ok || f.Ident != "say" && f.Ident != "rich" || len(args) < 2 {
						return
					}
					if s, ok := args[1].(*tparse.StringNode); ok {
						said[s.Text] = file
					}
				})
				bareWords(t, file, tree.Root)
			}
		}
	}
}

// walkTemplate calls visit with every command below a node.
func walkTemplate(n tparse.Node, visit func(args []tparse.Node)) {
	v := reflect.ValueOf(n)
	if n == nil || v.IsNil() {
		return
	}
	switch n := n.(type) {
	case *tparse.ListNode:
		for _, c := range n.Nodes {
			walkTemplate(c, visit)
		}
	case *tparse.ActionNode:
		walkTemplate(n.Pipe, visit)
	case *tparse.PipeNode:
		for _, c := range n.Cmds {
			visit(c.Args)
			for _, a := range c.Args {
				if p, ok := a.(*tparse.PipeNode); ok {
					walkTemplate(p, visit)
				}
			}
		}
	case *tparse.IfNode:
		walkBranch(&n.BranchNode, visit)
	case *tparse.RangeNode:
		walkBranch(&n.BranchNode, visit)
	case *tparse.WithNode:
		walkBranch(&n.BranchNode, visit)
	case *tparse.TemplateNode:
		walkTemplate(n.Pipe, visit)
	}
}

func walkBranch(n *tparse.BranchNode, visit func(args []tparse.Node)) {
	walkTemplate(n.Pipe, visit)
	walkTemplate(n.List, visit)
	walkTemplate(n.ElseList, visit)
}

// bareWords fails where a template has words that are no message: all but the product's name.
func bareWords(t *testing.T, file string, root *tparse.ListNode) {
	t.Helper()
	var text strings.Builder
	var collect func(tparse.Node)
	collect = func(n tparse.Node) {
		switch n := n.(type) {
		case *tparse.TextNode:
			text.Write(n.Text)
		case *tparse.ActionNode:
			text.WriteByte('0') // something stands there, perhaps within a tag
		case *tparse.ListNode:
			for _, c := range n.Nodes {
				collect(c)
			}
		case *tparse.IfNode:
			collect(n.List)
			if n.ElseList != nil {
				collect(n.ElseList)
			}
		case *tparse.RangeNode:
			collect(n.List)
			if n.ElseList != nil {
				collect(n.ElseList)
			}
		case *tparse.WithNode:
			collect(n.List)
			if n.ElseList != nil {
				collect(n.ElseList)
			}
		}
	}
	collect(root)
	z := html.NewTokenizer(strings.NewReader(text.String()))
	code := false // what programs read is the same in every language
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.EndTagToken:
			if token := z.Token(); token.Data == "pre" || token.Data == "code" {
				code = token.Type == html.StartTagToken
			}
		case html.TextToken:
			if code {
				continue
			}
			words := strings.TrimSpace(strings.ReplaceAll(string(z.Text()), "Entente", ""))
			if strings.ContainsFunc(words, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
				t.Errorf("%s says %q without a message", file, words)
			}
		}
	}
}

// messagesOfSource finds the messages that Go code says: the first argument of say and Say, and
// those of functions that hand theirs on.
func messagesOfSource(t *testing.T, said map[string]string) {
	t.Helper()
	hands := map[string][]int{"say": {0}, "Say": {0}, "fail": {3, 4}, "goOn": {3}, "frame": {1}}
	for _, folder := range []string{".", "frame", "catalogue", "../signin"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				name := ""
				switch f := call.Fun.(type) {
				case *ast.SelectorExpr:
					name = f.Sel.Name
				case *ast.Ident:
					name = f.Name
				}
				for _, i := range hands[name] {
					if i >= len(call.Args) {
						continue
					}
					if s, ok := call.Args[i].(*ast.BasicLit); ok && s.Kind == token.STRING {
						if words, err := strconv.Unquote(s.Value); err == nil {
							said[words] = file
						}
					}
				}
				return true
			})
		}
	}
}
