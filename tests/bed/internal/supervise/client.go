package supervise

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"landfall-bed/internal/layout"
)

// Client speaks to the control socket of the bed in a data folder.
type Client struct{ Dir string }

// Status returns what the bed tells about itself, as JSON.
func (c Client) Status() (string, error) { return c.call(http.MethodGet, "/status") }

// Act does one of start, stop, restart, kill, pause and resume to a component,
// and returns when it is done.
func (c Client) Act(action, component string) error {
	_, err := c.call(http.MethodPost, "/"+url.PathEscape(action)+"?c="+url.QueryEscape(component))
	return err
}

func (c Client) call(method, path string) (string, error) {
	dial := func(context.Context, string, string) (net.Conn, error) { return dialUnix(c.Dir, layout.ControlSocket) }
	client := &http.Client{Transport: &http.Transport{DialContext: dial}}
	request, err := http.NewRequest(method, "http://bed"+path, nil)
	if err != nil {
		return "", fmt.Errorf("control: %w", err)
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", fmt.Errorf("the bed in %s does not answer (is it up?): %w", c.Dir, err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", fmt.Errorf("control: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("control: %s: %s", answer.Status, b)
	}
	return string(b), nil
}

// dialUnix connects to a socket by a path of any length: the kernel limits the
// path to 107 bytes, and /proc/self/fd/N stands for the folder.
func dialUnix(dir, name string) (net.Conn, error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return net.Dial("unix", filepath.Join(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()), name))
}
