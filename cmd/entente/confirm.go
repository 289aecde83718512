package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
)

// errNotConfirmed says that the operator didn't want what was shown.
var errNotConfirmed = errors.New("nothing was erased: it wasn't confirmed; give --yes, or type what is asked for")

// confirm has the operator type a word, unless --yes was said.
func (g *globals) confirm(yes bool, word string) error {
	if yes {
		return nil
	}
	fmt.Fprintf(g.err, "This can't be undone. Type %s to erase it: ", word)
	typed, err := bufio.NewReader(g.in).ReadString('\n')
	if strings.TrimSpace(typed) != word {
		return errNotConfirmed
	}
	if err != nil && typed == "" {
		return errNotConfirmed
	}
	return nil
}
