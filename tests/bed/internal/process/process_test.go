package process

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAProcessIsKnownByItsStartTime(t *testing.T) {
	me := Of(os.Getpid())
	if !me.Alive() {
		t.Fatal("this process runs")
	}
	other := me
	other.Start += "1"
	if other.Alive() {
		t.Fatal("a process of another start time is another process")
	}
}

func TestStartTimeSurvivesAnyProgramName(t *testing.T) {
	rest := " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20"
	for _, name := range []string{"(sh)", "(a b)", "(a) Z 1)", "()) )"} {
		if got := startTimeIn("42 " + name + rest); got != "4711" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := startTimeIn("42 (sh) Z" + rest[2:]); got != "" {
		t.Errorf("a zombie has ended, got %q", got)
	}
}

func TestWaitTellsTheEnd(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	i := Of(cmd.Process.Pid)
	if i.Wait(10) {
		t.Fatal("it still runs")
	}
	if err := i.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if !i.Wait(5000) {
		t.Fatal("killed, and yet it runs")
	}
	cmd.Wait()
	if i.Alive() {
		t.Fatal("reaped, and yet alive")
	}
}

func TestRunReturnsOutputAndNamesTheCommandInItsError(t *testing.T) {
	out, err := Run([]string{"WORD=hello"}, "sh", "-c", "echo $WORD")
	if err != nil || out != "hello\n" {
		t.Fatalf("%q %v", out, err)
	}
	_, err = Run(nil, "sh", "-c", "echo broken >&2; exit 3")
	if err == nil || !strings.Contains(err.Error(), "broken") || !strings.Contains(err.Error(), "3") {
		t.Fatalf("%v", err)
	}
}
