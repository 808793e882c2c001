// Package image packs a folder as a container image of one layer, in the format
// that `docker load`, `ctr images import` and `k3d image import` read. The same
// folder and description give the same bytes, on any day.
package image

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// epoch is the date of everything in an image: the start of 2026, UTC.
var epoch = time.Unix(1767225600, 0)

const created = "2026-01-01T00:00:00Z"

// defaultPath is what containers get if the description has no environment.
const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Description is what an image says about itself.
type Description struct {
	Tags             []string // full names: docker.io/library/busybox:1.36
	Entrypoint       []string
	Command          []string
	Environment      []string // NAME=VALUE; a PATH if empty
	Volumes          []string
	User             string
	WorkingDirectory string
}

// Pack writes the image of a folder into an archive, which appears whole or not
// at all.
func Pack(archive, root string, d Description) error {
	if len(d.Tags) == 0 {
		return errors.New("an image needs a tag")
	}
	layer, err := os.CreateTemp(filepath.Dir(archive), "layer-")
	if err != nil {
		return fmt.Errorf("image: %w", err)
	}
	defer os.Remove(layer.Name())
	defer layer.Close()
	hash := sha256.New()
	if err := packLayer(io.MultiWriter(layer, hash), root); err != nil {
		return fmt.Errorf("image of %s: %w", root, err)
	}
	temporary := archive + ".tmp"
	defer os.Remove(temporary)
	if err := writeArchive(temporary, layer, hex.EncodeToString(hash.Sum(nil)), d); err != nil {
		return fmt.Errorf("image of %s: %w", root, err)
	}
	if err := os.Rename(temporary, archive); err != nil {
		return fmt.Errorf("image: %w", err)
	}
	return nil
}

func writeArchive(file string, layer *os.File, digest string, d Description) error {
	config, err := d.config(digest)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(config)
	id := hex.EncodeToString(sum[:])
	manifest, err := json.Marshal([]any{map[string]any{"Config": id + ".json", "RepoTags": d.Tags, "Layers": []string{digest + "/layer.tar"}}})
	if err != nil {
		return err
	}
	size, err := layer.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := layer.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := tar.NewWriter(f)
	for _, entry := range []struct {
		name    string
		size    int64
		content io.Reader
	}{
		{id + ".json", int64(len(config)), bytes.NewReader(config)},
		{digest + "/layer.tar", size, layer},
		{"manifest.json", int64(len(manifest)), bytes.NewReader(manifest)},
	} {
		if err := w.WriteHeader(&tar.Header{Name: entry.name, Mode: 0o644, Size: entry.size, ModTime: epoch, Format: tar.FormatPAX}); err != nil {
			return err
		}
		if _, err := io.Copy(w, entry.content); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), f.Close())
}

func (d Description) config(digest string) ([]byte, error) {
	environment := d.Environment
	if len(environment) == 0 {
		environment = []string{defaultPath}
	}
	volumes := map[string]struct{}{}
	for _, v := range d.Volumes {
		volumes[v] = struct{}{}
	}
	directory := d.WorkingDirectory
	if directory == "" {
		directory = "/"
	}
	return json.Marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux", "created": created,
		"config": map[string]any{"Env": environment, "Entrypoint": d.Entrypoint, "Cmd": d.Command, "User": d.User,
			"WorkingDir": directory, "Volumes": volumes},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + digest}},
		"history": []any{map[string]any{"created": created, "created_by": "bed image"}},
	})
}
