package bed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"landfall-bed/internal/layout"
	"landfall-bed/internal/process"
)

// state is what DIR/bed.json tells. A folder with this file is a bed's, and may
// be removed by it.
type state struct {
	Outer   process.Identity `json:"outer"`   // `bed serve`, in the machine's namespaces
	Inner   process.Identity `json:"inner"`   // process 1 of the bed
	Cgroups []string         `json:"cgroups"` // folders
}

func (s state) alive() bool { return s.Outer.Alive() || s.Inner.Alive() }

func (s state) write(dir string) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("state of the bed: %w", err)
	}
	file := filepath.Join(dir, layout.StateFile)
	if err := os.WriteFile(file+".tmp", b, 0o644); err != nil {
		return fmt.Errorf("state of the bed: %w", err)
	}
	if err := os.Rename(file+".tmp", file); err != nil {
		return fmt.Errorf("state of the bed: %w", err)
	}
	return nil
}

// readState reads the state of the bed in a folder; an error says that it is no
// bed's.
func readState(dir string) (s state, err error) {
	b, err := os.ReadFile(filepath.Join(dir, layout.StateFile))
	if err != nil {
		return s, fmt.Errorf("%s is no bed's data folder: %w", dir, err)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("state of the bed in %s: %w", dir, err)
	}
	return s, nil
}

// claim makes the data folder, or takes one that is empty or a bed's that is
// down. It refuses any other: a bed removes its folder in the end.
func claim(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("data folder: %w", err)
	case len(entries) > 0:
		s, err := readState(dir)
		if err != nil {
			return fmt.Errorf("%w; give a new or an empty folder", err)
		}
		if s.alive() {
			return fmt.Errorf("the bed in %s is up already (process %d)", dir, s.Outer.PID)
		}
	}
	for _, d := range []string{dir, filepath.Join(dir, layout.Logs), filepath.Join(dir, "var-log")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return fmt.Errorf("data folder: %w", err)
		}
	}
	// An umask may have taken rights away that an ordinary user needs.
	if err := os.Chmod(dir, 0o755); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	for _, old := range []string{layout.Kubeconfig, layout.ControlSocket, layout.DockerSocket} {
		os.Remove(filepath.Join(dir, old))
	}
	return state{}.write(dir)
}

// discard removes the data folder, but the logs if they are kept.
func discard(dir string, keepLogs bool) error {
	if _, err := readState(dir); err != nil {
		return err
	}
	if !keepLogs {
		return os.RemoveAll(dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	for _, e := range entries {
		if e.Name() != layout.Logs {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("data folder: %w", err)
			}
		}
	}
	return nil
}

// owner is the number of the user that a file belongs to.
func owner(st os.FileInfo) int {
	if sys, ok := st.Sys().(*syscall.Stat_t); ok {
		return int(sys.Uid)
	}
	return 0
}
