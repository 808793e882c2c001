package desktop

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// sessionID stands in every status; nothing depends on its value.
const sessionID = "00000000-0000-4000-8000-000000000001"

func line(v any) Answer {
	b, err := json.Marshal(v)
	if err != nil {
		return Answer{Stderr: err.Error(), Exit: 125}
	}
	return Answer{Stdout: string(b) + "\n"}
}

func failed(format string, a ...any) Answer {
	return Answer{Stderr: fmt.Sprintf(format, a...) + "\n", Exit: 1}
}

func (c *call) answer(arguments []string) Answer {
	if a, ok := c.scripted(arguments); ok {
		return a
	}
	words, format := split(arguments)
	if len(words) == 0 {
		return Answer{Stdout: "Usage:  docker [OPTIONS] COMMAND\n"}
	}
	switch words[0] {
	case "version":
		return c.version(format)
	case "context":
		if slices.Equal(words, []string{"context", "ls"}) && format == "json" {
			return c.contexts()
		}
	case "desktop":
		if c.script.Version != "" {
			return c.desktop(words[1:], format, arguments)
		}
	}
	return failed("docker: '%s' is not a docker command.\nSee 'docker --help'", words[0])
}

// split parts the words of a command from its options; --format is the only one
// with a value that matters.
func split(arguments []string) (words []string, format string) {
	for i := 0; i < len(arguments); i++ {
		a := arguments[i]
		switch v, has := strings.CutPrefix(a, "--format="); {
		case has:
			format = v
		case (a == "--format" || a == "-f" || a == "--timeout") && i+1 < len(arguments):
			i++
			if a != "--timeout" {
				format = arguments[i]
			}
		case !strings.HasPrefix(a, "-"):
			words = append(words, a)
		}
	}
	return words, format
}

// up says whether the engine answers. With Resource Saver it does.
func (c *call) up() bool { return c.memory.State == "running" || c.memory.State == "paused" }

func (c *call) version(format string) Answer {
	platform := "Docker Engine - Community"
	if c.script.Version != "" {
		platform = "Docker Desktop " + c.script.Version
	}
	if !c.up() {
		return failed("Cannot connect to the Docker daemon at %v. Is the docker daemon running?", c.endpoint())
	}
	switch strings.ReplaceAll(format, " ", "") {
	case "{{.Server.Platform.Name}}":
		return Answer{Stdout: platform + "\n"}
	case "{{.Server.Version}}":
		return Answer{Stdout: c.script.Engine + "\n"}
	case "json", "{{json.}}":
		return line(map[string]any{
			"Client": map[string]any{"Version": c.script.Engine},
			"Server": map[string]any{"Version": c.script.Engine, "Platform": map[string]any{"Name": platform}},
		})
	}
	return failed("docker stand-in: no recorded answer to version --format %q", format)
}

func (c *call) endpoint() any {
	for _, context := range c.script.Contexts {
		if context["Current"] == true {
			return context["DockerEndpoint"]
		}
	}
	return "unix:///var/run/docker.sock"
}

// contexts prints one object a line.
func (c *call) contexts() (a Answer) {
	for _, context := range c.script.Contexts {
		a.Stdout += line(context).Stdout
	}
	return a
}

func (c *call) desktop(words []string, format string, arguments []string) Answer {
	switch strings.Join(words, " ") {
	case "version":
		if format == "json" {
			return line(map[string]any{"version": c.script.Version})
		}
		return Answer{Stdout: "Docker Desktop " + c.script.Version + "\n"}
	case "status":
		return c.status(format)
	case "start":
		return c.start(slices.Contains(arguments, "-d") || slices.Contains(arguments, "--detach"))
	case "stop":
		return c.stop()
	case "restart":
		stopped, started := c.stop(), c.start(false)
		started.Delay += stopped.Delay
		return started
	case "kubernetes status":
		return c.kubernetes(format)
	}
	return failed("docker: unknown command: docker desktop %s\n\nRun 'docker desktop --help' for more information", strings.Join(words, " "))
}

func (c *call) status(format string) Answer {
	if c.memory.State == "stopped" && c.script.SilentWhenStopped {
		return Answer{Exit: 1}
	}
	if format == "json" {
		return line(map[string]any{"Status": c.memory.State, "SessionID": sessionID})
	}
	return Answer{Stdout: fmt.Sprintf("Name                Value\nStatus              %s\nSession ID          %s\n", c.memory.State, sessionID)}
}

// start waits until Docker Desktop runs, unless it is detached.
func (c *call) start(detached bool) Answer {
	if c.up() {
		return Answer{Stdout: "Docker Desktop is already running\n"}
	}
	takes := time.Duration(c.script.StartMilliseconds) * time.Millisecond
	c.memory.State, c.memory.Ready = "starting", c.now.Add(takes)
	if detached {
		return Answer{}
	}
	return Answer{Delay: takes}
}

func (c *call) stop() Answer {
	if c.memory.State == "stopped" {
		return Answer{}
	}
	c.memory.State, c.memory.Ready = "stopped", time.Time{}
	return Answer{Delay: time.Duration(c.script.StopMilliseconds) * time.Millisecond}
}

// kubernetes ends well even where Kubernetes is disabled, as the real one does.
func (c *call) kubernetes(format string) Answer {
	if !c.up() {
		return failed("Docker Desktop is not running")
	}
	k := c.script.Kubernetes
	if format != "json" {
		return Answer{Stdout: fmt.Sprintf("State: %s\nMode: %s\nNode Count: %d\nVersion: %s\n", k.State, k.Mode, k.NodeCount, k.Version)}
	}
	content := map[string]any{"mode": k.Mode, "nodeCount": k.NodeCount, "version": k.Version, "progressMessage": k.Progress}
	if k.Nested {
		return line(map[string]any{"status": k.State, "content": content})
	}
	content["status"] = k.State
	return line(content)
}
