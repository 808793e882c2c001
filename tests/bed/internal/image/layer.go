package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// packLayer writes a folder as a tar: names in order, one date, owners by
// number, hard links as links. Sockets and pipes are left out.
func packLayer(out io.Writer, root string) error {
	var paths []string
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if path != root {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(paths)
	w := tar.NewWriter(out)
	first := map[inode]string{}
	for _, path := range paths {
		if err := packFile(w, root, path, first); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return w.Close()
}

type inode struct{ device, number uint64 }

// packFile writes one entry. first holds the name under which a file of several
// names came first; the others become links to it.
func packFile(w *tar.Writer, root, path string, first map[inode]string) error {
	st, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if st.Mode()&(fs.ModeSocket|fs.ModeNamedPipe) != 0 {
		return nil
	}
	target := ""
	if st.Mode()&fs.ModeSymlink != 0 {
		if target, err = os.Readlink(path); err != nil {
			return err
		}
	}
	h, err := tar.FileInfoHeader(st, target)
	if err != nil {
		return err
	}
	if h.Name, err = filepath.Rel(root, path); err != nil {
		return err
	}
	h.ModTime, h.AccessTime, h.ChangeTime = epoch, time.Time{}, time.Time{}
	h.Uname, h.Gname, h.Format = "", "", tar.FormatPAX
	if st.IsDir() {
		h.Name += "/"
	}
	if sys, ok := st.Sys().(*syscall.Stat_t); ok && st.Mode().IsRegular() && sys.Nlink > 1 {
		key := inode{uint64(sys.Dev), sys.Ino}
		if name, ok := first[key]; ok {
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, name, 0
		} else {
			first[key] = h.Name
		}
	}
	if err := w.WriteHeader(h); err != nil || h.Typeflag != tar.TypeReg {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close())
}
