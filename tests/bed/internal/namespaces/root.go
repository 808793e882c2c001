// Package namespaces makes the view that a bed has of the machine, and enters
// it. Inside, `/` is an overlay: the machine's root below, memory above. So
// whatever a program writes outside the shared folders is gone with the bed.
package namespaces

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// Clone are the namespaces that process 1 of a bed is started in. The cgroup
// namespace comes later: it has to be made from within the cgroup.
const Clone = unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC

// scratch holds what overlays need while the new root is put together. The
// place is hidden inside in any case, and exists on every machine.
const scratch = "/run"

// Enter makes the root that r describes and moves this process into it. It must
// run in a mount namespace of its own, as process 1 of its pid namespace.
func Enter(r Root) error {
	mountinfo, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return fmt.Errorf("mounts of the machine: %w", err)
	}
	entries, err := os.ReadDir("/")
	if err != nil {
		return fmt.Errorf("root of the machine: %w", err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() { // links like /bin lead into folders that are treated
			folders = append(folders, e.Name())
		}
	}
	// From here on nothing that is mounted reaches the machine.
	if err := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	// The shared folders may lie below the scratch place: open a way to them
	// before it is hidden.
	binds, err := openAll(r.Binds)
	if err != nil {
		return err
	}
	if err := mount("tmpfs", scratch, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
		return err
	}
	b := builder{root: filepath.Join(scratch, "root")}
	for _, s := range plan(mountPoints(string(mountinfo)), folders, r) {
		if err := b.do(s); err != nil {
			return err
		}
	}
	for _, bind := range binds {
		if err := b.bind(bind); err != nil {
			return err
		}
	}
	if err := b.make("/proc", "proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	return pivot(b.root)
}

// openAll replaces each source by a handle of it.
func openAll(binds []Bind) ([]Bind, error) {
	out := make([]Bind, len(binds))
	for i, b := range binds {
		fd, err := unix.Open(b.Source, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.Source, err)
		}
		out[i] = Bind{fmt.Sprintf("/proc/self/fd/%d", fd), b.Target, b.ReadOnly}
	}
	return out, nil
}

// builder puts a root together; overlays counts those that were made.
type builder struct {
	root     string
	overlays int
}

func (b *builder) do(s step) error {
	switch s.kind {
	case overlayStep:
		return b.overlay(s)
	case emptyStep:
		mode := "mode=755"
		if s.target == "/tmp" || s.target == "/var/tmp" {
			mode = "mode=1777"
		}
		return b.make(s.target, "tmpfs", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, mode)
	default:
		return b.bind(Bind{Source: s.source, Target: s.target})
	}
}

// overlay shows a folder of the machine, and takes what is written into memory.
// A mount point that is a file, like /etc/hosts in many containers, is shown
// read-only in place of that.
func (b *builder) overlay(s step) error {
	st, err := os.Stat(s.source)
	if err != nil {
		return fmt.Errorf("mount of the machine: %w", err)
	}
	if !st.IsDir() {
		return b.bind(Bind{Source: s.source, Target: s.target, ReadOnly: true})
	}
	b.overlays++
	layers := filepath.Join(scratch, "layers", strconv.Itoa(b.overlays))
	upper, work := filepath.Join(layers, "upper"), filepath.Join(layers, "work")
	target := filepath.Join(b.root, s.target)
	for _, dir := range []string{upper, work, target} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("overlay of %s: %w", s.source, err)
		}
	}
	// The upper folder is what is seen, so it takes the mode of the lower.
	if err := os.Chmod(upper, st.Mode().Perm()|st.Mode()&os.ModeSticky); err != nil {
		return fmt.Errorf("overlay of %s: %w", s.source, err)
	}
	return mount("overlay", target, "overlay", 0, "lowerdir="+escapeOption(s.source)+",upperdir="+upper+",workdir="+work)
}

// bind shows a folder or file of the machine, with the mounts in it.
func (b *builder) bind(bind Bind) error {
	st, err := os.Stat(bind.Source)
	if err != nil {
		return fmt.Errorf("shared folder: %w", err)
	}
	target := filepath.Join(b.root, bind.Target)
	if err := mountPoint(target, st.IsDir()); err != nil {
		return err
	}
	if err := mount(bind.Source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	if !bind.ReadOnly {
		return nil
	}
	return mount("", target, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
}

func (b *builder) make(target, source, kind string, flags uintptr, options string) error {
	full := filepath.Join(b.root, target)
	if err := mountPoint(full, true); err != nil {
		return err
	}
	return mount(source, full, kind, flags, options)
}

func mountPoint(path string, folder bool) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	parent := path
	if !folder {
		parent = filepath.Dir(path)
	}
	err := os.MkdirAll(parent, 0o755)
	if err == nil && !folder {
		err = os.WriteFile(path, nil, 0o644)
	}
	if err != nil {
		return fmt.Errorf("mount point: %w", err)
	}
	return nil
}

// pivot makes the folder the root and lets go of the old one.
func pivot(root string) error {
	if err := unix.Chdir(root); err != nil {
		return fmt.Errorf("enter the new root: %w", err)
	}
	// The old root is put on top of the new one and taken off from there, which
	// needs no folder for it.
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("let go of the old root: %w", err)
	}
	if err := unix.Chdir("/"); err != nil {
		return fmt.Errorf("enter the new root: %w", err)
	}
	// Mounts of the kubelet have to be seen by containers and the other way.
	return mount("", "/", "", unix.MS_REC|unix.MS_SHARED, "")
}

func mount(source, target, kind string, flags uintptr, options string) error {
	if err := unix.Mount(source, target, kind, flags, options); err != nil {
		return fmt.Errorf("mount %s at %s (%s): %w", source, target, kind, err)
	}
	return nil
}

// escapeOption guards what has a meaning in the options of an overlay.
func escapeOption(path string) string {
	out := ""
	for _, c := range path {
		if c == '\\' || c == ',' || c == ':' {
			out += "\\"
		}
		out += string(c)
	}
	return out
}
