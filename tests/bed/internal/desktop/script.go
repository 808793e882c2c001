// Package desktop answers as Docker's command line does on a machine with
// Docker Desktop, from a script. What it answers is of recorded shapes.
package desktop

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// ScriptVariable names the environment variable that holds the script's path.
const ScriptVariable = "LANDFALL_DOCKER_SCRIPT"

// Script is the JSON file that says what this machine has.
type Script struct {
	// Version of Docker Desktop, like "4.91.0 (239619)". Without it this is a
	// plain engine, which has no command `desktop`.
	Version string `json:"version"`
	Engine  string `json:"engine"` // version of the engine
	// State at the first call: running, stopped, starting or paused. Later
	// ones are kept in the file SCRIPT.state.
	State string `json:"state"`
	// SilentWhenStopped: `desktop status` prints nothing and fails then, as
	// some versions do.
	SilentWhenStopped bool             `json:"silentWhenStopped"`
	Kubernetes        Kubernetes       `json:"kubernetes"`
	Contexts          []map[string]any `json:"contexts"` // lines of `context ls`
	StartMilliseconds int              `json:"startMilliseconds"`
	StopMilliseconds  int              `json:"stopMilliseconds"`
	// Answers win over everything else; the first that fits is taken.
	Answers []Scripted `json:"answers"`
	// Log is a file to which each call is added as a line of JSON.
	Log string `json:"log"`
}

// Kubernetes is what `desktop kubernetes status` tells.
type Kubernetes struct {
	State     string `json:"state"` // running, disabled or "failed to start"
	Mode      string `json:"mode,omitempty"`
	NodeCount int    `json:"nodeCount,omitempty"`
	Version   string `json:"version,omitempty"`
	Progress  string `json:"progressMessage,omitempty"`
	Nested    bool   `json:"nested,omitempty"` // the shape with a member content
}

// Scripted is one answer that the script gives word by word.
type Scripted struct {
	Arguments    []string `json:"arguments"` // all of the call's
	Stdout       string   `json:"stdout"`
	Stderr       string   `json:"stderr"`
	Exit         int      `json:"exit"`
	Milliseconds int      `json:"milliseconds"` // how long it takes
	Times        int      `json:"times"`        // how often; 0: always
}

// Answer is what a call prints, and how it ends.
type Answer struct {
	Stdout, Stderr string
	Exit           int
	Delay          time.Duration // before anything is printed
}

// memory is what is kept between calls, in SCRIPT.state.
type memory struct {
	State string      `json:"state"`
	Ready time.Time   `json:"ready"` // when a start is done
	Used  map[int]int `json:"used"`  // how often each scripted answer was given
}

// call is one call while it is answered.
type call struct {
	script Script
	memory memory
	now    time.Time
}

// Call answers the arguments of one call of docker, and remembers it. now is
// the clock. An error says that the script cannot be used.
func Call(script string, arguments []string, now func() time.Time) (Answer, error) {
	if script == "" {
		return Answer{}, fmt.Errorf("%s names no script", ScriptVariable)
	}
	text, err := os.ReadFile(script)
	if err != nil {
		return Answer{}, fmt.Errorf("script: %w", err)
	}
	c := call{now: now()}
	if err := json.Unmarshal(text, &c.script); err != nil {
		return Answer{}, fmt.Errorf("script %s: %w", script, err)
	}
	unlock, err := lock(script)
	if err != nil {
		return Answer{}, err
	}
	defer unlock()
	if err := c.remember(script + ".state"); err != nil {
		return Answer{}, err
	}
	answer := c.answer(arguments)
	kept, err := json.Marshal(c.memory)
	if err == nil {
		err = os.WriteFile(script+".state", kept, 0o644)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("state: %w", err)
	}
	return answer, c.log(arguments, answer)
}

// lock keeps calls at the same time from losing each other's state.
func lock(script string) (unlock func(), err error) {
	f, err := os.OpenFile(script+".lock", os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock: %w", err)
	}
	return func() { f.Close() }, nil
}

func (c *call) remember(file string) error {
	c.memory = memory{State: c.script.State, Used: map[int]int{}}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, &c.memory)
	}
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	if c.memory.State == "starting" && !c.memory.Ready.IsZero() && !c.now.Before(c.memory.Ready) {
		c.memory.State = "running"
	}
	return nil
}

func (c *call) log(arguments []string, a Answer) error {
	if c.script.Log == "" {
		return nil
	}
	line, err := json.Marshal(map[string]any{"time": c.now.UTC(), "arguments": arguments, "exit": a.Exit})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.script.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("log of calls: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// scripted is the script's own answer to these arguments, if there is one left.
func (c *call) scripted(arguments []string) (Answer, bool) {
	for i, s := range c.script.Answers {
		if !slices.Equal(s.Arguments, arguments) || s.Times > 0 && c.memory.Used[i] >= s.Times {
			continue
		}
		c.memory.Used[i]++
		return Answer{s.Stdout, s.Stderr, s.Exit, time.Duration(s.Milliseconds) * time.Millisecond}, true
	}
	return Answer{}, false
}
