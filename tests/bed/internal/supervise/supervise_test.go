package supervise

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"landfall-bed/internal/layout"
)

func served(t *testing.T, argv ...string) (*Supervisor, Client) {
	t.Helper()
	dir := t.TempDir()
	s := New(filepath.Join(dir, "logs"), map[string]any{"node": "n1"})
	if err := s.Serve(filepath.Join(dir, layout.ControlSocket)); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(&Component{Name: "program", Argv: argv}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.StopAll(time.Second, 5*time.Second) })
	return s, Client{dir}
}

func status(t *testing.T, c Client) ComponentStatus {
	t.Helper()
	text, err := c.Status()
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Node       string
		Components map[string]ComponentStatus
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil || out.Node != "n1" {
		t.Fatalf("%v %s", err, text)
	}
	return out.Components["program"]
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within 10 s")
		}
	}
}

func TestAKilledProgramIsStartedAgain(t *testing.T) {
	_, c := served(t, "sleep", "60")
	if err := c.Act("kill", "program"); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { s := status(t, c); return s.Running && s.Starts == 2 })
}

func TestAStoppedProgramStaysStoppedUntilStarted(t *testing.T) {
	_, c := served(t, "sleep", "60")
	if err := c.Act("stop", "program"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(pauseBeforeRestart + 200*time.Millisecond)
	if s := status(t, c); s.Running || s.Starts != 1 {
		t.Fatalf("%+v", s)
	}
	if err := c.Act("pause", "program"); err == nil {
		t.Fatal("what does not run cannot be paused")
	}
	if err := c.Act("start", "program"); err != nil {
		t.Fatal(err)
	}
	if s := status(t, c); !s.Running || s.Starts != 2 {
		t.Fatalf("%+v", s)
	}
}

func TestAPausedProgramCanBeStopped(t *testing.T) {
	_, c := served(t, "sleep", "60")
	for _, action := range []string{"pause", "restart"} {
		if err := c.Act(action, "program"); err != nil {
			t.Fatal(err)
		}
	}
	if s := status(t, c); !s.Running || s.Starts != 2 {
		t.Fatalf("%+v", s)
	}
}

func TestAnUnknownComponentIsRefusedByName(t *testing.T) {
	_, c := served(t, "sleep", "60")
	err := c.Act("stop", "kubelett")
	if err == nil || !strings.Contains(err.Error(), "kubelett") || !strings.Contains(err.Error(), "program") {
		t.Fatalf("%v", err)
	}
}

func TestOutputGoesToALogOfTheProgramsName(t *testing.T) {
	_, c := served(t, "sh", "-c", "echo a line; exec sleep 60")
	eventually(t, func() bool {
		b, _ := os.ReadFile(filepath.Join(c.Dir, "logs", "program.log"))
		return string(b) == "a line\n"
	})
}
