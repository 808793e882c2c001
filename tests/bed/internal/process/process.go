// Package process answers the questions that a supervisor asks about other
// processes: is this still the one that I started, when does it end, and what
// did a command print. It also reaps orphans where this program is process 1.
package process

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Identity names one process for as long as the machine is up. A number alone
// is given out again after the process has ended; together with the start time
// it is not.
type Identity struct {
	PID   int    `json:"pid"`
	Start string `json:"start"` // in clock ticks after the machine's start
}

// Of returns the identity of a process that runs now. The start time is empty,
// and Alive false, if there is no such process.
func Of(pid int) Identity { return Identity{PID: pid, Start: startTime(pid)} }

// Alive says whether exactly this process still runs. A zombie does not.
func (i Identity) Alive() bool {
	return i.PID > 0 && i.Start != "" && startTime(i.PID) == i.Start
}

// Signal sends a signal to this very process and does nothing if it has ended.
func (i Identity) Signal(s unix.Signal) error {
	handle, err := unix.PidfdOpen(i.PID, 0)
	if err != nil {
		return nil // it has ended
	}
	defer unix.Close(handle)
	// The number is pinned by the handle now, so what is checked here is what
	// the signal goes to.
	if !i.Alive() {
		return nil
	}
	if err := unix.PidfdSendSignal(handle, s, nil, 0); err != nil && err != unix.ESRCH {
		return fmt.Errorf("signal %v to process %d: %w", s, i.PID, err)
	}
	return nil
}

// Wait returns when the process has ended, or after the milliseconds given (-1:
// any time). It says whether the process has ended.
func (i Identity) Wait(milliseconds int) bool {
	handle, err := unix.PidfdOpen(i.PID, 0)
	if err != nil {
		return true
	}
	defer unix.Close(handle)
	if !i.Alive() {
		return true
	}
	events := []unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(events, milliseconds)
		if err == unix.EINTR {
			continue
		}
		return err != nil || n > 0
	}
}

func startTime(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	return startTimeIn(string(b))
}

// startTimeIn reads /proc/PID/stat. The name of the program stands in
// parentheses and may hold spaces and parentheses itself, so the fields are
// counted after the last one.
func startTimeIn(stat string) string {
	f := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(f) < 20 || f[0] == "Z" || f[0] == "X" {
		return ""
	}
	return f[19]
}
