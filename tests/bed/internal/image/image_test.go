package image

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// tree makes a folder with a file of two names, a link and a script.
func tree(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "root")
	os.MkdirAll(filepath.Join(root, "bin"), 0o755)
	os.WriteFile(filepath.Join(root, "bin", "b"), []byte("content"), 0o755)
	os.Link(filepath.Join(root, "bin", "b"), filepath.Join(root, "bin", "a"))
	os.Symlink("a", filepath.Join(root, "bin", "link"))
	return root
}

var description = Description{Tags: []string{"docker.io/library/x:1"}, Entrypoint: []string{"/bin/a"}, Volumes: []string{"/d", "/c"}}

func pack(t *testing.T, root string) []byte {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "x.tar")
	if err := Pack(archive, root, description); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(archive), "*")); len(left) != 1 {
		t.Fatalf("temporary files stay: %v", left)
	}
	return b
}

func TestTheSameFolderGivesTheSameBytesWhateverItsDates(t *testing.T) {
	one, two := tree(t), tree(t)
	long := time.Now().Add(-time.Hour)
	os.Chtimes(filepath.Join(two, "bin", "a"), long, long)
	if !bytes.Equal(pack(t, one), pack(t, two)) {
		t.Fatal("the archives differ")
	}
	os.WriteFile(filepath.Join(two, "bin", "a"), []byte("another"), 0o755)
	if bytes.Equal(pack(t, one), pack(t, two)) {
		t.Fatal("another content, and yet the same archive")
	}
}

func entries(t *testing.T, archive []byte) (names []string, content map[string][]byte, headers map[string]*tar.Header) {
	t.Helper()
	content, headers = map[string][]byte{}, map[string]*tar.Header{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return names, content, headers
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		headers[h.Name] = h
		content[h.Name], _ = io.ReadAll(r)
	}
}

func TestTheManifestNamesConfigurationAndLayer(t *testing.T) {
	_, content, _ := entries(t, pack(t, tree(t)))
	var manifest []struct {
		Config           string
		RepoTags, Layers []string
	}
	if err := json.Unmarshal(content["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	m := manifest[0]
	if m.RepoTags[0] != "docker.io/library/x:1" || content[m.Config] == nil {
		t.Fatalf("%+v", m)
	}
	names, _, headers := entries(t, content[m.Layers[0]])
	if want := []string{"bin/", "bin/a", "bin/b", "bin/link"}; len(names) != len(want) || names[1] != want[1] {
		t.Fatalf("%v", names)
	}
	if h := headers["bin/b"]; h.Typeflag != tar.TypeLink || h.Linkname != "bin/a" {
		t.Fatalf("a second name is no link: %+v", h)
	}
	if h := headers["bin/link"]; h.Linkname != "a" {
		t.Fatalf("%+v", h)
	}
}

func TestAnImageWithoutATagIsRefused(t *testing.T) {
	if Pack(filepath.Join(t.TempDir(), "x.tar"), tree(t), Description{}) == nil {
		t.Fatal("taken")
	}
}
