// Command hyper is every program of a Kubernetes control plane and node, and
// etcd and kubectl, in one binary: what they share is built and stored once.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// programs are the entry points by name.
var programs = map[string]func(){}

// main runs the program that the binary's own name or the first argument tells.
func main() {
	name := filepath.Base(os.Args[0])
	if programs[name] == nil && len(os.Args) > 1 {
		name = os.Args[1]
		os.Args = append([]string{name}, os.Args[2:]...)
	}
	run := programs[name]
	if run == nil {
		fmt.Fprintf(os.Stderr, "usage: hyper PROGRAM [ARGUMENTS]; programs: %v\n", slices.Sorted(maps.Keys(programs)))
		os.Exit(2)
	}
	run()
}
