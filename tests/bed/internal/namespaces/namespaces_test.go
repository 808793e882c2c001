package namespaces

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

func TestTheMachinesFoldersAreSharedAndItsSystemIsOverlaid(t *testing.T) {
	mounts := []string{"/", "/proc", "/sys", "/sys/fs/cgroup", "/dev", "/dev/pts", "/run", "/run/user/1", "/var", "/home", "/home/disk", "/mnt/usb"}
	got := plan(mounts, nil, Root{Shares: []string{"/tmp", "/home", "/tmp/bed"}})
	want := []step{
		{overlayStep, "/", "/"},
		{bindStep, "/dev", "/dev"},
		{bindStep, "/home", "/home"},
		{bindStep, "/mnt/usb", "/mnt/usb"},
		{bindStep, "/sys", "/sys"},
		{overlayStep, "/var", "/var"},
		{emptyStep, "", "/run"},
		{bindStep, "/tmp", "/tmp"},
	}
	if !reflect.DeepEqual(sortedPlan(got), sortedPlan(want)) {
		t.Fatalf("%v", got)
	}
}

// sortedPlan leaves out the order of mounts that do not lie in one another.
func sortedPlan(steps []step) map[step]bool {
	out := map[step]bool{}
	for _, s := range steps {
		out[s] = true
	}
	return out
}

func TestAnIsolatedRootHidesEveryFolderOfUsers(t *testing.T) {
	got := sortedPlan(plan([]string{"/", "/home", "/mnt/usb"}, []string{"etc", "usr", "home", "root", "tmp", "srv", "data", "proc"}, Root{Isolated: true}))
	for _, hidden := range []string{"/home", "/root", "/tmp", "/srv", "/data", "/run", "/var/tmp"} {
		if !got[step{emptyStep, "", hidden}] {
			t.Errorf("%s is seen", hidden)
		}
	}
	for s := range got {
		if s.kind == bindStep || s.target == "/usr" || s.target == "/etc" || s.target == "/proc" {
			t.Errorf("%v", s)
		}
	}
}

func TestMountPointsAreReadWithTheirSpaces(t *testing.T) {
	text := "25 1 254:0 / / rw - ext4 /dev/vda rw\n30 25 0:5 / /mnt/My\\040Disk rw - vfat /dev/sdb rw\n"
	if got := mountPoints(text); !reflect.DeepEqual(got, []string{"/", "/mnt/My Disk"}) {
		t.Fatalf("%q", got)
	}
}

// inRoot runs a script inside such a root: this test is started again in
// namespaces of its own, and becomes the shell.
func inRoot(t *testing.T, script string, isolated bool, shares ...string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root makes namespaces")
	}
	cmd := exec.Command("/proc/self/exe", "-test.run", "TestMain")
	cmd.Env = append(os.Environ(), "BED_SCRIPT="+script, "BED_SHARES="+strings.Join(shares, ":"))
	if isolated {
		cmd.Env = append(cmd.Env, "BED_ISOLATED=1")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: Clone}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestMain(m *testing.M) {
	script := os.Getenv("BED_SCRIPT")
	if script == "" {
		os.Exit(m.Run())
	}
	root := Root{Isolated: os.Getenv("BED_ISOLATED") != ""}
	if shares := os.Getenv("BED_SHARES"); shares != "" {
		root.Shares = strings.Split(shares, ":")
		root.Binds = []Bind{{Source: root.Shares[0], Target: "/var/lib/bed"}, {Source: root.Shares[0], Target: "/run/seen/here", ReadOnly: true}}
	}
	err := Enter(root)
	if err == nil {
		err = syscall.Exec("/bin/sh", []string{"sh", "-ec", script}, os.Environ())
	}
	os.Stderr.WriteString(err.Error())
	os.Exit(1)
}

func TestWhatIsWrittenOutsideSharesDoesNotReachTheMachine(t *testing.T) {
	share := t.TempDir()
	name := filepath.Base(filepath.Dir(share)) + "-never"
	out := inRoot(t, "mkdir /var/lib/"+name+"; echo x > /etc/"+name+"; echo real > "+share+"/file; cat /var/lib/bed/file /run/seen/here/file; ls /run; touch /run/seen/here/no 2>/dev/null || echo read-only", false, share)
	if out != "real\nreal\nseen\nread-only\n" {
		t.Errorf("%q", out)
	}
	for _, path := range []string{"/var/lib/" + name, "/etc/" + name} {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is on the machine", path)
		}
	}
	if b, err := os.ReadFile(filepath.Join(share, "file")); err != nil || string(b) != "real\n" {
		t.Errorf("the share is not real: %v", err)
	}
}

func TestAnIsolatedRootSeesNoFolderOfTheMachine(t *testing.T) {
	share := t.TempDir()
	out := inRoot(t, "ls -A /tmp /root /home; touch /tmp/x; stat -c %a /tmp", true)
	if !strings.HasSuffix(out, "1777\n") || strings.Contains(out, filepath.Base(filepath.Dir(share))) || strings.Contains(out, ".cache") {
		t.Errorf("%q", out)
	}
}

func TestADataFolderInARootIsReal(t *testing.T) {
	if err := RequireReal(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	out := inRoot(t, "stat -f -c %T / /var/lib/bed /var/lib", false, t.TempDir())
	lines := strings.Fields(out)
	if len(lines) != 3 || lines[0] != "overlayfs" || lines[1] == "overlayfs" || lines[2] != "overlayfs" {
		t.Errorf("%q", out)
	}
}
