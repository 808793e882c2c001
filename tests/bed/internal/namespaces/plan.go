package namespaces

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Bind is a folder or file of the machine and where it is seen inside.
type Bind struct {
	Source   string
	Target   string
	ReadOnly bool
}

// Root describes what is seen inside a bed.
type Root struct {
	// Shares are folders of the machine that are the same inside.
	Shares []string
	// Binds are folders of the machine that are seen elsewhere inside.
	Binds []Bind
	// Isolated hides every folder of the machine that is no part of its
	// operating system.
	Isolated bool
}

// step is one mount of the new root; target is a path in it.
type step struct {
	kind   stepKind
	source string
	target string
}

type stepKind string

const (
	overlayStep stepKind = "overlay" // source below, everything written above
	bindStep    stepKind = "bind"    // the real one
	emptyStep   stepKind = "empty"   // a fresh tmpfs
)

// systemFolders are what an operating system is made of. A bed reads them and
// never writes through to them.
var systemFolders = []string{"bin", "boot", "etc", "lib", "lib32", "lib64", "libx32", "opt", "sbin", "usr", "var"}

// plan says how the new root is put together from the machine's mount points
// and the folders of its root. It is pure, so that it can be tested anywhere.
func plan(mounts, folders []string, r Root) []step {
	steps := []step{{overlayStep, "/", "/"}}
	mounts = slices.Clone(mounts)
	slices.Sort(mounts) // a mount comes before those below it
	bound := []string{}
	bind := func(path string) {
		for _, b := range bound {
			if within(path, b) {
				return // comes with the mount above it
			}
		}
		bound = append(bound, path)
		steps = append(steps, step{bindStep, path, path})
	}
	for _, m := range mounts {
		switch top := topFolder(m); {
		case m == "/" || top == "proc" || top == "run":
			// The root is there; these two are made anew.
		case top == "dev" || top == "sys":
			bind(m)
		case slices.Contains(systemFolders, top):
			steps = append(steps, step{overlayStep, m, m})
		case !r.Isolated:
			bind(m)
		}
	}
	if r.Isolated {
		for _, f := range folders {
			if !slices.Contains(append([]string{"dev", "proc", "run", "sys"}, systemFolders...), f) {
				steps = append(steps, step{emptyStep, "", "/" + f})
			}
		}
		steps = append(steps, step{emptyStep, "", "/var/tmp"})
	}
	steps = append(steps, step{emptyStep, "", "/run"})
	shares := slices.Clone(r.Shares)
	slices.Sort(shares)
	for _, s := range shares {
		bind(filepath.Clean(s))
	}
	return steps
}

func topFolder(path string) string {
	top, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return top
}

// within says whether path is folder or lies in it.
func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}

// mountPoints reads the fifth field of each line of /proc/PID/mountinfo, in
// which spaces and the like are written as backslash and octal number.
func mountPoints(mountinfo string) (points []string) {
	for line := range strings.Lines(mountinfo) {
		if f := strings.Fields(line); len(f) > 5 {
			points = append(points, unescape(f[4]))
		}
	}
	return points
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
