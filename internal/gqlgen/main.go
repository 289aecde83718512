// Gqlgen generates graph/gen as gqlgen itself does, and one file besides: how objects are written
// straight, without a goroutine, a context and a marshaller for each of their fields.
// `go tool gqlgen generate` runs it.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	log.SetOutput(io.Discard) // what gqlgen says of each binding
	if err := generate(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate(args []string) error {
	if len(args) != 1 || args[0] != "generate" {
		return fmt.Errorf("usage: gqlgen generate")
	}
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return fmt.Errorf("couldn't read the configuration: %w", err)
	}
	return api.Generate(cfg, api.AddPlugin(straight{}))
}
