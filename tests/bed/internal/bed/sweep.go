package bed

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"landfall-bed/internal/cgroup"
	"landfall-bed/internal/process"
)

// sweeper is a small process that outlives `bed serve` and takes away what the
// kernel does not: cgroups and the data folder.
type sweeper struct {
	options Options
	end     atomic.Bool
	command atomic.Pointer[exec.Cmd]
}

// startSweeper starts it, and starts it again should it end.
func startSweeper(o Options) (*sweeper, error) {
	s := &sweeper{options: o}
	if err := s.start(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *sweeper) start() error {
	cmd, err := again("sweep", s.options, fmt.Sprint(os.Getpid()))
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	// A signal to the group of `bed serve` must not reach it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("sweeper: %w", err)
	}
	s.command.Store(cmd)
	go func() {
		cmd.Wait()
		if !s.end.Load() {
			time.Sleep(100 * time.Millisecond)
			if err := s.start(); err != nil {
				log.Print(err)
			}
		}
	}()
	return nil
}

// dismiss ends the sweeper: `bed serve` has cleaned up itself.
func (s *sweeper) dismiss() {
	s.end.Store(true)
	if cmd := s.command.Load(); cmd != nil {
		cmd.Process.Kill()
	}
}

// Sweep waits until the `bed serve` of a number has ended without dismissing
// this process, then takes everything away.
func Sweep(o Options, outer int) error {
	process.Of(outer).Wait(-1)
	s, err := readState(o.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // down was quicker
	}
	if err != nil {
		return err
	}
	if s.Outer.PID != outer {
		return nil // another bed has the folder now
	}
	if err := s.Inner.Signal(unix.SIGKILL); err != nil {
		log.Print(err)
	}
	s.Inner.Wait(5000)
	if err := cgroup.Remove(s.Cgroups, 10*time.Second); err != nil {
		log.Print(err)
	}
	if err := discard(o.Dir, o.KeepLogs); err != nil {
		return err
	}
	log.Printf("swept what a killed bed left in %s", o.Dir)
	return nil
}
