// Package supervise keeps a set of programs running, and lets tests stop,
// pause and kill each of them through a control socket.
package supervise

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"landfall-bed/internal/process"
)

// pauseBeforeRestart keeps a program that fails at once from using the machine
// up.
const pauseBeforeRestart = time.Second

// Component is one supervised program. It is started again when it ends,
// unless it was stopped on purpose.
type Component struct {
	Name string
	Argv []string
	Env  []string // added to the supervisor's own environment

	mu      sync.Mutex
	child   *process.Child
	done    chan struct{}
	stopped bool
	starts  int
}

// start starts the program unless it runs. Its output is added to
// LOGS/NAME.log.
func (c *Component) start(logs string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.child != nil {
		return nil
	}
	c.stopped = false
	c.starts++
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return fmt.Errorf("folder of logs: %w", err)
	}
	log, err := os.OpenFile(filepath.Join(logs, c.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("log of %s: %w", c.Name, err)
	}
	cmd := exec.Command(c.Argv[0], c.Argv[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	child, err := process.Start(cmd)
	log.Close() // the child has its own
	if err != nil {
		return err
	}
	c.child, c.done = child, make(chan struct{})
	go c.watch(child, c.done, logs, time.Now())
	return nil
}

// watch waits for the end of one run and starts the next one.
func (c *Component) watch(child *process.Child, done chan struct{}, logs string, began time.Time) {
	status := child.Wait()
	c.mu.Lock()
	c.child = nil
	stopped := c.stopped
	c.mu.Unlock()
	close(done)
	for !stopped {
		fmt.Fprintf(os.Stderr, "bed: %s ended after %v (%v); starting it again\n", c.Name, time.Since(began).Round(time.Millisecond), status)
		time.Sleep(pauseBeforeRestart)
		c.mu.Lock()
		stopped = c.stopped || c.child != nil
		c.mu.Unlock()
		if stopped {
			return
		}
		if status = c.start(logs); status == nil {
			return
		}
	}
}

// stop ends the program: gently at first, by force after the grace.
func (c *Component) stop(grace time.Duration) {
	c.mu.Lock()
	c.stopped = true
	child, done := c.child, c.done
	c.mu.Unlock()
	if child == nil {
		return
	}
	// A paused program could not answer the signal.
	child.Command.Process.Signal(syscall.SIGCONT)
	child.Command.Process.Signal(syscall.SIGTERM)
	select {
	case <-done:
	case <-time.After(grace):
		child.Command.Process.Kill()
		<-done
	}
}

// signal sends a signal to the program, if it runs.
func (c *Component) signal(s syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.child == nil {
		return fmt.Errorf("%s does not run", c.Name)
	}
	return c.child.Command.Process.Signal(s)
}
