package process

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
)

// Process 1 of a pid namespace inherits every orphan (containerd's shims, for
// one) and must reap it, without stealing the exit status of a child that
// somebody here waits for. So one loop waits for any child and hands the
// status on to whoever asked.
var reaper struct {
	sync.Mutex
	waiting map[int]chan syscall.WaitStatus
	active  bool
}

// ReapOrphans makes this process reap every child from now on. It is for
// process 1 of a namespace, and has to be called before the first Start.
func ReapOrphans() {
	reaper.Lock()
	reaper.active = true
	reaper.waiting = map[int]chan syscall.WaitStatus{}
	reaper.Unlock()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	go func() {
		for range ended {
			// One signal may stand for several children.
			for reapOne() {
			}
		}
	}()
}

func reapOne() bool {
	// The lock keeps a child that ends at once from being reaped before Start
	// has entered it.
	reaper.Lock()
	defer reaper.Unlock()
	var status syscall.WaitStatus
	pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
	if err == syscall.EINTR {
		return true
	}
	if err != nil || pid <= 0 {
		return false
	}
	if ch := reaper.waiting[pid]; ch != nil {
		delete(reaper.waiting, pid)
		ch <- status
	}
	return true
}

// Child is a started command whose end can be waited for, with and without
// ReapOrphans.
type Child struct {
	Command *exec.Cmd
	status  chan syscall.WaitStatus
}

// Start starts a command. Its output must go to files: os/exec copies pipes
// only in its own Wait.
func Start(cmd *exec.Cmd) (*Child, error) {
	reaper.Lock()
	defer reaper.Unlock()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	c := &Child{Command: cmd}
	if reaper.active {
		c.status = make(chan syscall.WaitStatus, 1)
		reaper.waiting[cmd.Process.Pid] = c.status
	}
	return c, nil
}

// Wait waits for the end. The error tells the exit status or the signal.
func (c *Child) Wait() error {
	if c.status == nil {
		return c.Command.Wait()
	}
	status := <-c.status
	switch {
	case status.Signaled():
		return fmt.Errorf("ended by signal %v", status.Signal())
	case status.ExitStatus() != 0:
		return fmt.Errorf("exit status %d", status.ExitStatus())
	}
	return nil
}

// Run runs a command to its end and returns all that it printed. The error
// holds the command line and the output. env is added to this process's own.
func Run(env []string, argv ...string) (string, error) {
	f, err := os.CreateTemp("", "bed-output-")
	if err != nil {
		return "", fmt.Errorf("a file for the output of %s: %w", argv[0], err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = f, f
	cmd.Env = append(os.Environ(), env...)
	child, err := Start(cmd)
	if err != nil {
		return "", err
	}
	ended := child.Wait()
	b, err := os.ReadFile(f.Name())
	if err != nil {
		return "", fmt.Errorf("output of %s: %w", argv[0], err)
	}
	if ended != nil {
		return string(b), fmt.Errorf("%v: %w: %s", argv, ended, b)
	}
	return string(b), nil
}
