// Package docker runs a Docker daemon in a bed, for the real k3d.
package docker

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"landfall-bed/internal/supervise"
	"landfall-bed/internal/wait"
)

// Daemon describes the Docker daemon of a bed.
type Daemon struct {
	Socket     string // the socket that the tests use
	Dir        string // the daemon's data
	Run        string // what is not kept
	Images     string // folder of archives to load at the start
	Runtime    string // the OCI runtime, in place of runc
	Group      int    // the socket belongs to this group; 0: root's
	Supervisor *supervise.Supervisor
}

// Up starts the daemon and returns when it answers and the images are loaded.
func (d Daemon) Up() error {
	os.Remove(d.Socket) // of an earlier run
	err := d.Supervisor.Start(&supervise.Component{Name: "dockerd", Argv: []string{"dockerd", "--host=unix://" + d.Socket,
		// Seen inside the bed only: k3d mounts it into its tools container.
		"--host=unix:///var/run/docker.sock",
		// The daemon makes its socket anew at each start, so it must know the group.
		"--group=" + strconv.Itoa(d.Group),
		"--data-root=" + d.Dir, "--exec-root=" + filepath.Join(d.Run, "docker"), "--pidfile=" + filepath.Join(d.Run, "docker.pid"),
		"--storage-driver=overlay2", "--oom-score-adjust=0",
		// A kubelet in a container sees wrong paths of cgroups without it.
		"--default-cgroupns-mode=private",
		"--add-runtime=bed=" + d.Runtime, "--default-runtime=bed"}})
	if err != nil {
		return err
	}
	client := Client(d.Socket)
	err = wait.Until("Docker daemon", time.Minute, func() error {
		answer, err := client.Get("http://docker/_ping")
		if err == nil {
			answer.Body.Close()
		}
		return err
	})
	if err != nil {
		return err
	}
	archives, err := filepath.Glob(filepath.Join(d.Images, "*.tar"))
	if err != nil {
		return fmt.Errorf("images: %w", err)
	}
	for _, archive := range archives {
		if err := Load(client, archive); err != nil {
			return err
		}
	}
	return nil
}

// Client speaks HTTP to a Docker daemon's socket.
func Client(socket string) *http.Client {
	dial := func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", socket) }
	return &http.Client{Transport: &http.Transport{DialContext: dial}}
}

// Load loads an image archive, as `docker load` does.
func Load(client *http.Client, archive string) error {
	f, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("load image: %w", err)
	}
	defer f.Close()
	answer, err := client.Post("http://docker/images/load", "application/x-tar", f)
	if err != nil {
		return fmt.Errorf("load %s: %w", archive, err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("load %s: %w", archive, err)
	}
	if answer.StatusCode != http.StatusOK || strings.Contains(string(b), `"errorDetail"`) {
		return fmt.Errorf("load %s: %s: %s", archive, answer.Status, b)
	}
	log.Printf("loaded %s", filepath.Base(archive))
	return nil
}
