package supervise

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopGrace is what a program gets to end in after `stop` and `restart`.
const stopGrace = 10 * time.Second

// Supervisor owns the programs of one bed or node.
type Supervisor struct {
	logs       string
	info       map[string]any
	mu         sync.Mutex
	components map[string]*Component
	order      []string
}

// New makes a supervisor that writes logs into a folder. info is added to the
// answer of `status`.
func New(logs string, info map[string]any) *Supervisor {
	return &Supervisor{logs: logs, info: info, components: map[string]*Component{}}
}

// Start starts a program and keeps it running. The error is of the first start.
func (s *Supervisor) Start(c *Component) error {
	s.mu.Lock()
	s.components[c.Name] = c
	s.order = append(s.order, c.Name)
	s.mu.Unlock()
	return c.start(s.logs)
}

// StopAll stops all programs, the last started first, each within the grace and
// all within the limit; after the limit the rest is left to whoever ends this
// process.
func (s *Supervisor) StopAll(grace, limit time.Duration) {
	s.mu.Lock()
	var all []*Component
	for _, name := range s.order {
		all = append(all, s.components[name])
	}
	s.mu.Unlock()
	slices.Reverse(all)
	done := make(chan struct{})
	go func() {
		for _, c := range all {
			c.stop(grace)
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(limit):
	}
}

// ComponentStatus is what `status` tells about one program.
type ComponentStatus struct {
	Running bool `json:"running"`
	Starts  int  `json:"starts"`            // how often it was started
	RSS     int  `json:"rss_kib,omitempty"` // resident memory in KiB
}

// Serve answers the control socket in the background: GET /status; POST
// /start, /stop, /restart, /kill, /pause and /resume with ?c=COMPONENT.
func (s *Supervisor) Serve(socket string) error {
	os.Remove(socket) // of an earlier run that was killed
	l, err := net.Listen("unix", socket)
	if err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", s.status)
	signal := func(sig syscall.Signal) func(*Component) error {
		return func(c *Component) error { return c.signal(sig) }
	}
	for action, do := range map[string]func(*Component) error{
		"start":   func(c *Component) error { return c.start(s.logs) },
		"stop":    func(c *Component) error { c.stop(stopGrace); return nil },
		"restart": func(c *Component) error { c.stop(stopGrace); return c.start(s.logs) },
		"kill":    signal(syscall.SIGKILL),
		"pause":   signal(syscall.SIGSTOP),
		"resume":  signal(syscall.SIGCONT),
	} {
		mux.HandleFunc("POST /"+action, s.act(do))
	}
	go http.Serve(l, mux)
	return nil
}

func (s *Supervisor) status(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	components := map[string]ComponentStatus{}
	for name, c := range s.components {
		c.mu.Lock()
		st := ComponentStatus{Running: c.child != nil, Starts: c.starts}
		if c.child != nil {
			st.RSS = residentKiB(c.child.Command.Process.Pid)
		}
		c.mu.Unlock()
		components[name] = st
	}
	out := map[string]any{"components": components}
	for k, v := range s.info {
		out[k] = v
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(out)
}

func (s *Supervisor) act(do func(*Component) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("c")
		s.mu.Lock()
		c := s.components[name]
		names := slices.Sorted(slices.Values(s.order))
		s.mu.Unlock()
		if c == nil {
			http.Error(w, fmt.Sprintf("no component %q; there are %s", name, strings.Join(names, ", ")), http.StatusNotFound)
			return
		}
		if err := do(c); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		fmt.Fprintln(w, "ok")
	}
}

func residentKiB(pid int) (n int) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			fmt.Sscan(v, &n)
		}
	}
	return n
}
