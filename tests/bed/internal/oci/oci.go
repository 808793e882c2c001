// Package oci stands in for runc where this machine's root lacks
// CAP_SYS_RESOURCE: it takes out of a request what only that capability allows,
// then becomes runc.
package oci

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	capability     = "CAP_SYS_RESOURCE"
	capabilityBit  = 24
	effectiveField = "CapEff:"
)

// Main rewrites the request in args (those of runc, without its name) if need
// be, and becomes runc. It returns only if that fails.
func Main(args []string) error {
	allowed, err := capable()
	if err != nil {
		return err
	}
	if !allowed {
		if err := tameRequest(args); err != nil {
			return err
		}
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		return fmt.Errorf("OCI runtime: %w", err)
	}
	return syscall.Exec(runc, append([]string{"runc"}, args...), os.Environ())
}

func capable() (bool, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return false, fmt.Errorf("own capabilities: %w", err)
	}
	return hasCapability(string(b))
}

func hasCapability(status string) (bool, error) {
	for line := range strings.Lines(status) {
		if hex, ok := strings.CutPrefix(line, effectiveField); ok {
			set, err := strconv.ParseUint(strings.TrimSpace(hex), 16, 64)
			return set>>capabilityBit&1 == 1, err
		}
	}
	return false, fmt.Errorf("own capabilities: no line %s", effectiveField)
}

// request is what matters of runc's command line.
type request struct {
	verb    string // create, run, exec or another
	bundle  string // folder of config.json; empty: the working directory
	process string // file of the process that exec starts; empty: none
}

// verbs are the words that can stand for what runc is asked to do; the first
// one that is met is it.
var verbs = []string{"checkpoint", "create", "delete", "events", "exec", "features", "kill", "list", "pause", "ps", "restore", "resume", "run", "spec", "start", "state", "update"}

func parse(args []string) (r request) {
	value := func(i int, names ...string) (string, bool) {
		for _, name := range names {
			if args[i] == name && i+1 < len(args) {
				return args[i+1], true
			}
			if v, ok := strings.CutPrefix(args[i], name+"="); ok {
				return v, true
			}
		}
		return "", false
	}
	for i, a := range args {
		if v, ok := value(i, "--bundle", "-b"); ok {
			r.bundle = v
		}
		if v, ok := value(i, "--process", "-p"); ok {
			r.process = v
		}
		if r.verb == "" && slices.Contains(verbs, a) {
			r.verb = a
		}
	}
	return r
}

func tameRequest(args []string) error {
	r := parse(args)
	switch {
	case r.verb == "create" || r.verb == "run":
		return rewrite(filepath.Join(r.bundle, "config.json"), func(config map[string]any) {
			if process, ok := config["process"].(map[string]any); ok {
				tame(process)
			}
		})
	case r.verb == "exec" && r.process != "":
		return rewrite(r.process, tame)
	}
	return nil
}

// tame takes the capability, the out-of-memory adjustment and the limits out of
// an OCI process.
func tame(process map[string]any) {
	delete(process, "oomScoreAdj")
	delete(process, "rlimits")
	sets, _ := process["capabilities"].(map[string]any)
	for name, set := range sets {
		list, _ := set.([]any)
		kept := []any{}
		for _, c := range list {
			if c != capability {
				kept = append(kept, c)
			}
		}
		sets[name] = kept
	}
}

func rewrite(file string, change func(map[string]any)) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("OCI request: %w", err)
	}
	st, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("OCI request: %w", err)
	}
	object := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.UseNumber() // device numbers and limits do not fit a float
	if err := decoder.Decode(&object); err != nil {
		return fmt.Errorf("OCI request %s: %w", file, err)
	}
	change(object)
	if b, err = json.Marshal(object); err != nil {
		return fmt.Errorf("OCI request %s: %w", file, err)
	}
	if err := os.WriteFile(file, b, st.Mode()); err != nil {
		return fmt.Errorf("OCI request: %w", err)
	}
	return nil
}
