package main

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/demo"
	"github.com/ewtp/entente/demo/issuer"
)

// What a page says of exit statuses is all there are: for scripts they are a contract.
func TestExitStatusesAreTold(t *testing.T) {
	want := []int{exitOK, exitError, exitUsage, exitVerification, exitUnavailable, exitRefused, exitUnsigned}
	for page, status := range map[string]*regexp.Regexp{
		"../../docs/operations.md": regexp.MustCompile(`(?m)^\| (\d) \|`),
		"main.go":                  regexp.MustCompile(`(?:status: |; |//\s)(\d) [a-z]`),
	} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var told []int
		for _, m := range status.FindAllStringSubmatch(string(text), -1) {
			n, _ := strconv.Atoi(m[1])
			told = append(told, n)
		}
		slices.Sort(told)
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("%s (-has +told):\n%s", page, diff)
		}
	}
}

// README names some of the demonstration's people, and counts the others.
func TestReadmeKnowsThePersonas(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(string(text)), " ")
	m := regexp.MustCompile("\\((`[^)]*) and (\\w+) more; the secret").FindStringSubmatch(words)
	if m == nil {
		t.Fatal("README names no personas")
	}
	named := regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(m[1], -1)
	for _, n := range named {
		if !slices.ContainsFunc(demo.Personas(), func(p issuer.Persona) bool { return p.ID == n[1] }) {
			t.Errorf("README names %s, who isn't there", n[1])
		}
	}
	numbers := strings.Fields("none one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen")
	if more := slices.Index(numbers, m[2]); len(named)+more != len(demo.Personas()) {
		t.Errorf("README tells of %d and %s personas, and there are %d", len(named), m[2], len(demo.Personas()))
	}
}
