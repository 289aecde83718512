package table

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Idle indexes are read by nobody while much is written at once, and cost most of it: the file does
// without them meanwhile. A file that was left without has them again when it is opened.

// DropIdle drops the idle indexes, for whoever has the writer's turn.
func (f *File) DropIdle() error {
	return f.Transact(func() error {
		for _, name := range f.options.Idle {
			if err := f.Exec("DROP INDEX IF EXISTS " + name); err != nil {
				return fmt.Errorf("couldn't drop an index: %w", err)
			}
		}
		return nil
	})
}

// MakeIdle makes the idle indexes that aren't there, for whoever has the writer's turn.
func (f *File) MakeIdle() error {
	return f.Transact(func() error {
		for _, name := range f.options.Idle {
			made, err := f.indexed(name)
			if err != nil {
				return err
			}
			if err := f.Exec(strings.Replace(made, "CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1)); err != nil {
				return fmt.Errorf("couldn't make an index: %w", err)
			}
		}
		return nil
	})
}

// errNoIndex says that an idle index is none of the schema.
var errNoIndex = errors.New("the schema has no such index")

// indexed is the statement of the schema that makes an index.
func (f *File) indexed(name string) (string, error) {
	made := regexp.MustCompile(`CREATE INDEX ` + regexp.QuoteMeta(name) + ` ON [^;]*`).FindString(f.options.Schema)
	if made == "" {
		return "", fmt.Errorf("%w: %s", errNoIndex, name)
	}
	return made, nil
}
