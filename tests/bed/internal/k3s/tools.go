package k3s

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"landfall-bed/internal/docker"
)

// Tools does what k3d asks of its tools image: to wait, and to save images of
// the Docker daemon into an archive.
func Tools(args []string) error {
	if len(args) == 0 || args[0] == "noop" {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
		<-stop
		return nil
	}
	if len(args) < 4 || args[0] != "save-image" || args[1] != "-d" {
		return errors.New("usage: k3d-tools noop | save-image -d TAR IMAGE...")
	}
	return saveImages(args[2], args[3:])
}

func saveImages(archive string, names []string) error {
	client := docker.Client("/var/run/docker.sock")
	answer, err := client.Get("http://docker/images/get?" + url.Values{"names": names}.Encode())
	if err != nil {
		return fmt.Errorf("save images: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("save images: %s", answer.Status)
	}
	f, err := os.Create(archive)
	if err != nil {
		return fmt.Errorf("save images: %w", err)
	}
	_, err = io.Copy(f, answer.Body)
	return errors.Join(err, f.Close())
}
