// Package cgroup gives a bed control groups of its own (version 1, one in each
// hierarchy), below those of the process that starts it, and takes them away.
package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const root = "/sys/fs/cgroup"

// prefix begins the name of every group made here; Remove refuses any other.
const prefix = "landfall-bed-"

// Group is one cgroup in each hierarchy: its folder by the controller's name.
type Group map[string]string

// Named plans the group of a name below this process's own. Nothing is made
// yet. The error says so where no version 1 hierarchy is mounted.
func Named(name string) (Group, error) {
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, fmt.Errorf("own cgroups: %w", err)
	}
	g := parse(string(b), prefix+name)
	for controller := range g {
		if _, err := os.Stat(filepath.Join(root, controller, "cgroup.procs")); err != nil {
			delete(g, controller) // not mounted here
		}
	}
	if len(g) == 0 {
		return nil, errors.New("no cgroup hierarchy of version 1 is mounted at " + root + "; the bed needs them")
	}
	return g, nil
}

// parse reads lines of /proc/PID/cgroup: NUMBER:CONTROLLER:PATH. The unified
// hierarchy, which has no controllers on a hybrid machine, has an empty one.
func parse(text, name string) Group {
	g := Group{}
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) == 3 && f[1] != "" {
			controller := strings.TrimPrefix(f[1], "name=")
			g[controller] = filepath.Join(root, controller, f[2], name)
		}
	}
	return g
}

// Make makes the folders.
func (g Group) Make() error {
	for controller, dir := range g {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("cgroup: %w", err)
		}
		if controller != "cpuset" {
			continue
		}
		// A cpuset without processors and memory takes no process.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			b, err := os.ReadFile(filepath.Join(filepath.Dir(dir), file))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, file), b, 0o644)
			}
			if err != nil {
				return fmt.Errorf("cgroup: %w", err)
			}
		}
	}
	return nil
}

// Enter moves this process into the group and makes it the root of a new cgroup
// namespace. The namespace belongs to the calling thread: lock it before, and
// replace the program after, so that every thread has it.
func (g Group) Enter() error {
	for _, dir := range g {
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0o644); err != nil {
			return fmt.Errorf("enter cgroup: %w", err)
		}
	}
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return fmt.Errorf("cgroup namespace: %w", err)
	}
	return nil
}

// Mount mounts the hierarchies as this cgroup namespace sees them.
func (g Group) Mount() error {
	if err := unix.Mount("tmpfs", root, "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mount %s: %w", root, err)
	}
	for controller := range g {
		dir := filepath.Join(root, controller)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("mount cgroups: %w", err)
		}
		option := controller
		if controller == "systemd" {
			option = "none,name=systemd"
		}
		if err := unix.Mount("cgroup", dir, "cgroup", 0, option); err != nil {
			return fmt.Errorf("mount %s: %w", dir, err)
		}
	}
	return nil
}

// Folders lists the group's folders, sorted.
func (g Group) Folders() []string {
	var dirs []string
	for _, dir := range g {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	return dirs
}

// Remove kills what is still in the groups, waits until it has ended, and
// removes the folders with all below them. It gives up after the limit.
func Remove(folders []string, limit time.Duration) error {
	end := time.Now().Add(limit)
	var left error
	for _, top := range folders {
		if !strings.HasPrefix(top, root+"/") || !strings.HasPrefix(filepath.Base(top), prefix) {
			return fmt.Errorf("%s is no cgroup of a bed", top)
		}
		for {
			if left = removeOnce(top); left == nil {
				break
			}
			if time.Now().After(end) {
				return left
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

func removeOnce(top string) error {
	var dirs []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("cgroup: %w", err)
	}
	slices.Reverse(dirs) // the innermost first
	var last error
	for _, dir := range dirs {
		b, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
		for _, word := range strings.Fields(string(b)) {
			if pid, err := strconv.Atoi(word); err == nil && pid > 0 {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			last = fmt.Errorf("cgroup: %w", err)
		}
	}
	return last
}
