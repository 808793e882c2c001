package namespaces

import (
	"fmt"
	"os/exec"
	"strconv"

	"golang.org/x/sys/unix"
)

// Command makes a command that runs in all namespaces of process 1 of a bed. It
// ends with the bed.
func Command(pid int, argv ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"-t", strconv.Itoa(pid), "-m", "-n", "-p", "-u", "-i", "-C", "--"}, argv...)...)
}

// RequireReal says by an error if a folder lies on an overlay. Containers have
// overlays of their own in the data folder, and an overlay cannot hold another
// one's upper folder.
func RequireReal(folder string) error {
	var st unix.Statfs_t
	if err := unix.Statfs(folder, &st); err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	if st.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return fmt.Errorf("%s lies on an overlay, which cannot hold containers; choose a data folder on a disk or tmpfs", folder)
	}
	return nil
}

// SmallDisk mounts a tmpfs of a size (like "64Mi", as tmpfs reads it: "64m") at
// a folder. Its source has a name of its own: the kubelet tells disks apart by
// it.
func SmallDisk(folder, size string) error {
	return mount("landfall-bed-disk", folder, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size="+size)
}

// MakeFolder makes the folder that is missing for a mount point inside.
func MakeFolder(folder string) error { return mountPoint(folder, true) }
