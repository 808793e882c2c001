package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"landfall-bed/internal/bed"
	"landfall-bed/internal/docker"
	"landfall-bed/internal/image"
	"landfall-bed/internal/layout"
	"landfall-bed/internal/namespaces"
	"landfall-bed/internal/supervise"
)

// inBed does one of the verbs that need a bed which is up.
func inBed(verb string, args []string) error {
	dir, args, err := parseDir(flag.NewFlagSet(verb, flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	client := supervise.Client{Dir: dir}
	switch verb {
	case "status":
		text, err := client.Status()
		if err != nil {
			return err
		}
		fmt.Print(text)
		return nil
	case "ctl":
		if len(args) != 2 {
			return errors.New("usage: bed ctl --dir DIR ACTION COMPONENT")
		}
		return client.Act(args[0], args[1])
	case "load":
		return load(dir, args)
	}
	if len(args) == 0 {
		return errors.New("usage: bed exec --dir DIR [--] COMMAND...")
	}
	pid, err := bed.InnerPID(dir)
	if err != nil {
		return err
	}
	cmd := namespaces.Command(pid, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// load imports archives. They are handed in as streams: the bed may not see
// their folder.
func load(dir string, archives []string) error {
	if len(archives) == 0 {
		return errors.New("usage: bed load --dir DIR IMAGE.tar...")
	}
	socket := filepath.Join(dir, layout.DockerSocket)
	_, err := os.Stat(socket)
	inDocker := err == nil
	for _, archive := range archives {
		if inDocker {
			if err := docker.Load(docker.Client(socket), archive); err != nil {
				return err
			}
			continue
		}
		if err := importImage(dir, archive); err != nil {
			return err
		}
	}
	return nil
}

func importImage(dir, archive string) error {
	pid, err := bed.InnerPID(dir)
	if err != nil {
		return err
	}
	f, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("load image: %w", err)
	}
	defer f.Close()
	cmd := namespaces.Command(pid, "ctr", "--address", filepath.Join(layout.Run, "containerd.sock"), "--namespace", "k8s.io", "images", "import", "-")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = f, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("load %s: %w", archive, err)
	}
	return nil
}

func packImage(args []string) error {
	var d image.Description
	var out string
	f := flag.NewFlagSet("image", flag.ContinueOnError)
	f.StringVar(&out, "out", "", "`archive` to write")
	f.StringVar(&d.User, "user", "", "user in the container")
	f.StringVar(&d.WorkingDirectory, "workdir", "/", "working directory")
	add := func(list *[]string) func(string) error {
		return func(s string) error { *list = append(*list, s); return nil }
	}
	f.Func("tag", "full `name` of the image; may be repeated, as those below", add(&d.Tags))
	f.Func("entrypoint", "one `word` of the entry point", add(&d.Entrypoint))
	f.Func("cmd", "one `word` of the command", add(&d.Command))
	f.Func("env", "`NAME=VALUE` of the environment", add(&d.Environment))
	f.Func("volume", "`path` of a volume", add(&d.Volumes))
	if err := f.Parse(args); err != nil {
		return err
	}
	if out == "" || f.NArg() != 1 {
		return errors.New("usage: bed image --out FILE.tar --tag NAME [OPTIONS] FOLDER")
	}
	return image.Pack(out, f.Arg(0), d)
}
