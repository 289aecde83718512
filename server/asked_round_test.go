package server_test

func init() {
	roots["needsMe"] = []string{"first: 8, closingWithin: 100"}
	roots["needsMeCounts"] = []string{"closingWithin: 100"}
	roots["calendar"] = []string{"first: 8"}
}
