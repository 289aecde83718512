package clauses

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
)

// CommonMark counts the items of a numbered list from its first number on, whatever the others say. In a law the number of
// an item is its name: "1. 2. 4." is a list whose third point was repealed. So items have the numbers that the source
// says. Only where all of a list's items say one number ("1. 1. 1.") they are counted.

// A itemNumber is the number of an item in a numbered list.
type itemNumber struct {
	said  string // as it is written, without leading zeros
	shown int    // as it is counted
}

// listNumbers gives the numbers of a numbered list's items in order.
func listNumbers(list *ast.List, source []byte) []itemNumber {
	var numbers []itemNumber
	counted := true
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		at := max(item.Pos(), 0)
		end := at
		for end < len(source) && '0' <= source[end] && source[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(string(source[at:end]))
		if err != nil {
			n = list.Start + len(numbers)
		}
		numbers = append(numbers, itemNumber{strconv.Itoa(n), n})
		counted = counted && n == numbers[0].shown
	}
	for i := range numbers {
		if counted {
			numbers[i].shown = list.Start + i
		}
	}
	return numbers
}

// Number gives the number of clause i in a numbered list, as its text shows it, with what stands behind it: "3." or
// "3)"; "" where it is no item of one.
func (t *Text) Number(i int) string {
	in := t.inside[i]
	if !in.ordered {
		return ""
	}
	return strconv.Itoa(in.shown) + string(in.delim)
}
