package desktop

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// machine is one with a script; the clock stands still unless it is moved.
type machine struct {
	t      *testing.T
	script string
	now    time.Time
}

func with(t *testing.T, fixture string, change func(*Script)) *machine {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "fixtures", fixture+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var s Script
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&s)
	}
	b, _ = json.Marshal(s)
	script := filepath.Join(t.TempDir(), "script.json")
	os.WriteFile(script, b, 0o644)
	return &machine{t, script, time.Unix(1_800_000_000, 0)}
}

func (m *machine) docker(command string) Answer {
	m.t.Helper()
	a, err := Call(m.script, strings.Fields(command), func() time.Time { return m.now })
	if err != nil {
		m.t.Fatal(err)
	}
	return a
}

func TestThePlatformTellsDockerDesktopAndItsVersion(t *testing.T) {
	m := with(t, "kubeadm", nil)
	if a := m.docker("version --format {{.Server.Platform.Name}}"); a.Stdout != "Docker Desktop 4.91.0 (239619)\n" || a.Exit != 0 {
		t.Fatalf("%+v", a)
	}
}

func TestAPlainEngineHasNoCommandDesktop(t *testing.T) {
	m := with(t, "plain-engine", nil)
	a := m.docker("desktop version")
	if a.Exit != 1 || !strings.HasPrefix(a.Stderr, "docker: 'desktop' is not a docker command.\n") || a.Stdout != "" {
		t.Fatalf("%+v", a)
	}
	if a := m.docker("version --format {{.Server.Platform.Name}}"); a.Stdout != "Docker Engine - Community\n" {
		t.Fatalf("%+v", a)
	}
}

func TestAStartBlocksOrIsDetachedAndTakesItsTime(t *testing.T) {
	m := with(t, "stopped-silent", nil)
	if a := m.docker("desktop status --format json"); a.Exit != 1 || a.Stdout != "" {
		t.Fatalf("%+v", a)
	}
	if a := m.docker("version --format {{.Server.Version}}"); a.Exit != 1 || !strings.Contains(a.Stderr, "Is the docker daemon running?") {
		t.Fatalf("%+v", a)
	}
	if a := m.docker("desktop start -d"); a.Exit != 0 || a.Delay != 0 {
		t.Fatalf("%+v", a)
	}
	if a := m.docker("desktop status --format json"); !strings.Contains(a.Stdout, `"Status":"starting"`) {
		t.Fatalf("%+v", a)
	}
	m.now = m.now.Add(300 * time.Millisecond)
	if a := m.docker("desktop status --format json"); !strings.Contains(a.Stdout, `"Status":"running"`) {
		t.Fatalf("%+v", a)
	}
	if a := m.docker("desktop restart"); a.Delay != 400*time.Millisecond {
		t.Fatalf("%+v", a)
	}
}

func TestBothShapesOfTheStatusOfKubernetesAreThere(t *testing.T) {
	if a := with(t, "kind", nil).docker("desktop kubernetes status --format json"); !strings.Contains(a.Stdout, `"content":{"mode":"kind"`) {
		t.Fatalf("%+v", a)
	}
	a := with(t, "kubeadm", nil).docker("desktop kubernetes status --format=json")
	if !strings.Contains(a.Stdout, `"status":"running"`) || strings.Contains(a.Stdout, "content") {
		t.Fatalf("%+v", a)
	}
}

func TestContextsAreOneObjectALine(t *testing.T) {
	a := with(t, "kubeadm", nil).docker("context ls --format json")
	lines := strings.Split(strings.TrimSpace(a.Stdout), "\n")
	if len(lines) != 2 || !json.Valid([]byte(lines[0])) || !strings.Contains(lines[1], `"Name":"desktop-linux"`) {
		t.Fatalf("%q", a.Stdout)
	}
}

func TestAScriptedAnswerWinsAsOftenAsItSays(t *testing.T) {
	log := filepath.Join(t.TempDir(), "calls")
	m := with(t, "kubeadm", func(s *Script) {
		s.Log = log
		s.Answers = []Scripted{{Arguments: []string{"desktop", "status"}, Stderr: "broken\n", Exit: 3, Milliseconds: 20, Times: 1}}
	})
	if a := m.docker("desktop status"); a.Exit != 3 || a.Stderr != "broken\n" || a.Delay != 20*time.Millisecond {
		t.Fatalf("%+v", a)
	}
	if a := m.docker("desktop status"); a.Exit != 0 {
		t.Fatalf("%+v", a)
	}
	b, _ := os.ReadFile(log)
	if strings.Count(string(b), "\n") != 2 || !strings.Contains(string(b), `"exit":3`) {
		t.Fatalf("%s", b)
	}
}

func TestAnUnknownCommandFailsAsTheRealOneDoes(t *testing.T) {
	m := with(t, "kubeadm", nil)
	if a := m.docker("frobnicate"); a.Exit != 1 || a.Stderr != "docker: 'frobnicate' is not a docker command.\nSee 'docker --help'\n" {
		t.Fatalf("%+v", a)
	}
	if a := m.docker("desktop frobnicate"); a.Exit == 0 {
		t.Fatalf("%+v", a)
	}
}
