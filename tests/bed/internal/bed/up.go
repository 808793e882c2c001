package bed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"landfall-bed/internal/faces"
	"landfall-bed/internal/layout"
)

// Report is what `bed up` prints: one line of JSON.
type Report struct {
	Dir        string  `json:"dir"`
	Face       string  `json:"face"`
	Kubeconfig string  `json:"kubeconfig,omitempty"` // of a cluster
	Context    string  `json:"context,omitempty"`    // of a cluster
	Docker     string  `json:"docker,omitempty"`     // path of the daemon's socket
	Seconds    float64 `json:"seconds"`              // until everything was ready
}

// ready is what `bed serve` says to `bed up` in the end.
const ready = "ready"

// Up starts a bed in the background, waits until it is ready and reports where
// it is. If this process is killed before, the bed goes down.
func Up(o Options, out io.Writer) error {
	began := time.Now()
	if err := o.Check(); err != nil {
		return err
	}
	if err := claim(o.Dir); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(o.Dir, layout.Logs, "bed.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	defer log.Close()
	answer, toAnswer, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd, err := again("serve", o)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{toAnswer}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives this terminal
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	toAnswer.Close()
	b, err := io.ReadAll(answer)
	if err != nil || strings.TrimSpace(string(b)) != ready {
		failure := fmt.Errorf("the bed did not come up%s", lastLines(log.Name()))
		// A `bed serve` that was killed before it wrote anything down has no
		// sweeper yet.
		if s, err := readState(o.Dir); err == nil && s.Outer.PID == 0 {
			return errors.Join(failure, discard(o.Dir, false))
		}
		return failure
	}
	r := Report{Dir: o.Dir, Face: o.Face, Seconds: time.Since(began).Round(10 * time.Millisecond).Seconds()}
	if o.Docker {
		r.Face, r.Docker = "docker", filepath.Join(o.Dir, layout.DockerSocket)
	} else {
		face, err := faces.Named(o.Face)
		if err != nil {
			return err
		}
		r.Kubeconfig, r.Context = filepath.Join(o.Dir, layout.Kubeconfig), face.Context
	}
	return json.NewEncoder(out).Encode(r)
}

// lastLines is the end of a log, to be put behind an error. The log itself may
// be gone with the bed already.
func lastLines(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return "; the end of " + file + ":\n" + strings.Join(lines[max(0, len(lines)-8):], "\n")
}

// again makes a command that runs this program with another verb and the same
// options.
func again(verb string, o Options, more ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("this program's own path: %w", err)
	}
	text, err := o.encode()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, append([]string{verb, text}, more...)...)
	cmd.Args[0] = "bed"
	return cmd, nil
}
