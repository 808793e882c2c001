package bed

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"landfall-bed/internal/layout"
	"landfall-bed/internal/namespaces"
	"landfall-bed/internal/process"
)

func TestAFaceDecidesWhatMayBeShared(t *testing.T) {
	dir := t.TempDir()
	for line, want := range map[string]string{
		"--dir /x --face docker-desktop-kind --share /data":           "never see folders",
		"--dir /x --face docker-desktop-kind --drive c=/data":         "no drives",
		"--dir /x --face docker-desktop-kubeadm --drive C=/data":      "small letter",
		"--dir /x --face docker-desktop-kubeadm --drive c=/d --share": "flag needs an argument",
		"--dir /run/x":                    "/run",
		"--dir /x --face colima":          "plain",
		"--dir /x extra":                  "no option",
		"--dir /x --not-ready-after soon": "not-ready-after",
		"":                                "--dir is missing",
		"--docker --dir " + dir + strings.Repeat("/long", 20): "too long",
	} {
		if _, err := ParseUp(strings.Fields(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestOptionsTravelToTheOtherProcesses(t *testing.T) {
	o, err := ParseUp(strings.Fields("--dir /x --face docker-desktop-kubeadm --drive c=/data --share /Users --user 1000"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := o.encode()
	if err != nil {
		t.Fatal(err)
	}
	same, err := Decode(text)
	if err != nil || same.Node != "docker-desktop" || same.Drives["c"] != "/data" || same.User != 1000 {
		t.Fatalf("%+v %v", same, err)
	}
	r, err := same.root()
	if err != nil || !r.Isolated || !slices.Equal(r.Shares, []string{"/Users"}) {
		t.Fatalf("%+v %v", r, err)
	}
	if !slices.Contains(r.Binds, namespaces.Bind{Source: "/data", Target: "/run/desktop/mnt/host/c"}) {
		t.Fatalf("%+v", r.Binds)
	}
}

func TestAPlainNodeSeesHomesAndTheDataFolder(t *testing.T) {
	o, err := ParseUp([]string{"--dir", "/x"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := o.root()
	if err != nil || r.Isolated || !slices.Contains(r.Shares, "/x") || !slices.Contains(r.Shares, "/tmp") {
		t.Fatalf("%+v %v", r, err)
	}
}

func TestOnlyABedsFolderIsTakenAndRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bed")
	if err := claim(dir); err != nil {
		t.Fatal(err)
	}
	if err := claim(dir); err != nil {
		t.Fatalf("a bed's that is down can be used again: %v", err)
	}
	if err := (state{Outer: process.Of(os.Getpid())}).write(dir); err != nil {
		t.Fatal(err)
	}
	if err := claim(dir); err == nil || !strings.Contains(err.Error(), "up already") {
		t.Fatalf("%v", err)
	}
	users := t.TempDir()
	os.WriteFile(filepath.Join(users, "thesis.odt"), nil, 0o644)
	if claim(users) == nil || discard(users, false) == nil || Down(users, false) == nil {
		t.Fatal("a user's folder was taken for a bed's")
	}
	if err := discard(dir, true); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 || left[0].Name() != layout.Logs {
		t.Fatalf("%v", left)
	}
}

func TestAFolderThatTheUserCannotReachIsRefused(t *testing.T) {
	closed := filepath.Join(t.TempDir(), "closed")
	os.Mkdir(closed, 0o700)
	o := Options{Dir: filepath.Join(closed, "bed"), User: os.Geteuid() + 1000}
	if err := o.checkReach(); err == nil {
		t.Fatal("taken")
	}
}
