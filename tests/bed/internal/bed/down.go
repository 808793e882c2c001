package bed

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"landfall-bed/internal/cgroup"
)

const (
	// downLimit is what all programs together get to end in, where the data is
	// kept. Without it `bed down` would take as long as the slowest.
	downLimit = 4 * time.Second
	// programGrace is what each of them gets.
	programGrace = 3 * time.Second
)

// Down takes the bed in a folder down. With keep the programs end gently and
// the data stays, to start again from it; without it everything goes at once.
func Down(dir string, keep bool) error {
	s, err := readState(dir)
	if err != nil {
		return err
	}
	signal := unix.SIGINT
	if keep {
		signal = unix.SIGTERM
	}
	if err := s.Outer.Signal(signal); err != nil {
		return err
	}
	if !s.Outer.Wait(int((downLimit + 6*time.Second) / time.Millisecond)) {
		if err := errors.Join(s.Outer.Signal(unix.SIGKILL), s.Inner.Signal(unix.SIGKILL)); err != nil {
			return err
		}
		if !s.Inner.Wait(5000) {
			return fmt.Errorf("process %d of the bed does not end", s.Inner.PID)
		}
	}
	if err := s.Inner.Signal(unix.SIGKILL); err != nil {
		return err
	}
	s.Inner.Wait(5000)
	if err := cgroup.Remove(s.Cgroups, 5*time.Second); err != nil {
		return err
	}
	if keep {
		return nil
	}
	if err := discard(dir, false); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// InnerPID is process 1 of the bed that is up in a folder.
func InnerPID(dir string) (int, error) {
	s, err := readState(dir)
	if err != nil {
		return 0, err
	}
	if !s.Inner.Alive() {
		return 0, fmt.Errorf("the bed in %s is not up", dir)
	}
	return s.Inner.PID, nil
}
