package main

import (
	_ "embed"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

//go:embed straight.gotpl
var straightTemplate string

// straight is the plugin that writes straight_.generated.go.
type straight struct{}

// Name implements plugin.Plugin.
func (straight) Name() string { return "straight" }

// GenerateCode implements plugin.CodeGenerator.
func (straight) GenerateCode(data *codegen.Data) error {
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        filepath.Join(data.Config.Exec.Dir(), "straight_.generated.go"),
		Template:        straightTemplate,
		Data:            data,
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
		PruneOptions:    data.Config.GetPruneOptions(),
		Funcs: template.FuncMap{
			"straight":  straightObjects,
			"fields":    straightFields,
			"forms":     func(o *codegen.Object) []*config.TypeReference { return formsOf(data, o) },
			"count":     count,
			"isObject":  func(r *config.TypeReference) bool { return r.Definition.Kind == ast.Object },
			"isContext": func(f *codegen.Field) bool { return f.IsResolver || f.MethodHasContext || len(f.Args) > 0 },
			"write":     write,
		},
	})
}

// straightObjects are those that have a value: the roots have none, and what is only behind an interface has none of its own.
func straightObjects(data *codegen.Data) (all []*codegen.Object) {
	for _, o := range data.Objects {
		if !o.Root && !o.IsReserved() && !o.IsMap() && len(formsOf(data, o)) > 0 {
			all = append(all, o)
		}
	}
	return all
}

// straightFields are those whose value is a leaf or an object, or a list of them. Of an interface or a union
// gqlgen finds out what it is.
func straightFields(o *codegen.Object) (all []*codegen.Field) {
	for _, f := range o.Fields {
		r := f.TypeReference
		isObject := r.Definition.Kind == ast.Object && !r.IsRoot && !r.IsPtrToPtr() && !strings.HasPrefix(r.Definition.Name, "__")
		if (isObject || r.Definition.IsLeafType()) && !f.IsReserved() && !f.VOkFunc && !f.HasHaser && !f.IsMap() && !f.IsBatch() && !f.Stream && !f.HasDirectives() {
			all = append(all, f)
		}
	}
	return all
}

// formsOf are the Go types in which fields have an object: by itself, by a pointer, in a list.
func formsOf(data *codegen.Data, o *codegen.Object) (all []*config.TypeReference) {
	seen := map[string]bool{}
	for _, from := range data.Objects {
		for _, f := range from.Fields {
			r := f.TypeReference
			if r.Definition.Name == o.Name && !r.IsRoot && !r.IsPtrToPtr() && !r.IsPtrToSlice() && !seen[r.GO.String()] {
				seen[r.GO.String()] = true
				all = append(all, r)
			}
		}
	}
	slices.SortFunc(all, func(a, b *config.TypeReference) int { return strings.Compare(a.GO.String(), b.GO.String()) })
	return all
}

// count spells how many values a field's value is, and how many bytes its texts have, as sizeOf of package graph has it.
func count(r *config.TypeReference, v string) string {
	switch isString := func(t types.Type) bool { return types.Identical(t, types.Typ[types.String]) }; t := r.GO.(type) {
	case *types.Basic:
		if isString(t) {
			return fmt.Sprintf("w.Count(1, len(%s))", v)
		}
	case *types.Pointer:
		if isString(t.Elem()) {
			return fmt.Sprintf("w.CountText(%s)", v)
		}
	case *types.Slice:
		if isString(t.Elem()) {
			return fmt.Sprintf("w.CountTexts(%s)", v)
		}
	}
	if _, isSlice := r.GO.Underlying().(*types.Slice); isSlice {
		return fmt.Sprintf("w.Count(1+len(%s), 0)", v)
	}
	return "w.Count(1, 0)"
}

// write spells how a value of an object type is written: v is an expression that has an address.
func write(r *config.TypeReference, v string) string {
	null := "return false"
	if !r.GQL.NonNull {
		null = "w.Null()"
	}
	switch {
	case r.IsPtrToSlice():
		return fmt.Sprintf("if %s == nil {\n%s\n} else {\n%s\n}", v, null, write(r.Elem(), "(*"+v+")"))
	case r.IsSlice():
		list := fmt.Sprintf("w.List()\nfor i := range %s {\nw.Item(i)\n%s\n}\nw.EndList()", v, write(r.Elem(), v+"[i]"))
		if r.GQL.NonNull {
			return list
		}
		return fmt.Sprintf("if %s == nil {\nw.Null()\n} else {\n%s\n}", v, list)
	case r.IsNilable():
		return fmt.Sprintf("if %s == nil {\n%s\n} else if !ec.straight%s(ctx, w, fields, %s) {\nreturn false\n}", v, null, r.Definition.Name, v)
	}
	return fmt.Sprintf("if !ec.straight%s(ctx, w, fields, &%s) {\nreturn false\n}", r.Definition.Name, v)
}
