// Command bed runs a real Kubernetes cluster, or a Docker daemon for k3d, on
// this machine for tests, in namespaces of its own. Under other names it is
// what the images of k3d run.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"

	"landfall-bed/internal/bed"
	"landfall-bed/internal/k3s"
	"landfall-bed/internal/oci"
)

const usage = `usage:
  bed up --dir DIR [OPTIONS]              start; prints one line of JSON. Options: bed up --help
  bed down --dir DIR [--keep]             end; --keep: the data stays, to start again from it
  bed status --dir DIR                    the components, as JSON
  bed ctl --dir DIR ACTION COMPONENT      start, stop, restart, kill, pause or resume a component
  bed load --dir DIR IMAGE.tar...         import images into the cluster or the Docker daemon
  bed exec --dir DIR [--] COMMAND...      run a command inside the bed
  bed image --out FILE.tar --tag NAME [OPTIONS] FOLDER
                                          pack a folder as an image
`

func main() {
	log.SetPrefix("bed: ")
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	err := run(filepath.Base(os.Args[0]), os.Args[1:])
	var ended *exec.ExitError
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
	case errors.As(err, &ended):
		os.Exit(ended.ExitCode())
	default:
		fmt.Fprintf(os.Stderr, "bed: %v\n", err)
		os.Exit(1)
	}
}

// run does what the program's name asks for, or its first argument.
func run(name string, args []string) error {
	switch {
	case name == "oci-runtime":
		return oci.Main(args)
	case name == "k3d-tools":
		return k3s.Tools(args)
	case name == "k3d-proxy":
		return k3s.Proxy()
	case slices.Contains(k3s.Names, name):
		return k3s.Main(name, args)
	case len(args) == 0:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	verb, args := args[0], args[1:]
	switch verb {
	case "up":
		o, err := bed.ParseUp(args)
		if err != nil {
			return err
		}
		return bed.Up(o, os.Stdout)
	case "down":
		return down(args)
	case "status", "ctl", "load", "exec":
		return inBed(verb, args)
	case "image":
		return packImage(args)
	case "serve", "init", "run", "sweep":
		return stage(verb, args)
	}
	fmt.Fprint(os.Stderr, usage)
	return fmt.Errorf("%q is no verb of bed", verb)
}

// stage is one of the processes that `bed up` leads to. They get the options as
// JSON, and the number of `bed serve`.
func stage(verb string, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("bed %s is started by bed up", verb)
	}
	o, err := bed.Decode(args[0])
	if err != nil {
		return err
	}
	switch {
	case verb == "serve":
		return bed.Serve(o)
	case verb == "run":
		return bed.Run(o)
	case len(args) < 2:
		return fmt.Errorf("bed %s is started by bed serve", verb)
	case verb == "init":
		return bed.Init(o, args[1])
	}
	outer, err := strconv.Atoi(args[1])
	if err != nil {
		return fmt.Errorf("number of bed serve: %w", err)
	}
	return bed.Sweep(o, outer)
}

func down(args []string) error {
	f := flag.NewFlagSet("down", flag.ContinueOnError)
	keep := f.Bool("keep", false, "keep the data folder, to start again from it")
	dir, _, err := parseDir(f, args)
	if err != nil {
		return err
	}
	return bed.Down(dir, *keep)
}

// parseDir reads the options of a verb, of which --dir is one.
func parseDir(f *flag.FlagSet, args []string) (dir string, rest []string, err error) {
	f.StringVar(&dir, "dir", "", "data `folder` of the bed")
	if err := f.Parse(args); err != nil {
		return "", nil, err
	}
	if dir == "" {
		return "", nil, errors.New("--dir is missing")
	}
	dir, err = filepath.Abs(dir)
	return dir, f.Args(), err
}
