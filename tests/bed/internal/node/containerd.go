package node

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"landfall-bed/internal/process"
	"landfall-bed/internal/supervise"
	"landfall-bed/internal/wait"
)

// containerdConfig asks for nothing that a root without CAP_SYS_RESOURCE may
// not do: restrict_oom_score_adj keeps containers at this process's own value.
const containerdConfig = `version = 2
root = %q
state = %q
oom_score = 0
[plugins."io.containerd.internal.v1.opt"]
  path = %q
[grpc]
  address = %q
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  restrict_oom_score_adj = true
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = %q
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = %q
`

func (n *Node) socket() string { return filepath.Join(n.Run, "containerd.sock") }

func (n *Node) containerd() error {
	config := fmt.Sprintf(containerdConfig, n.path("containerd"), filepath.Join(n.Run, "containerd"), n.path("opt"), n.socket(), n.Runtime, n.path("cni"))
	if err := os.MkdirAll(n.path("cni"), 0o755); err != nil {
		return fmt.Errorf("containerd: %w", err)
	}
	file := n.path("containerd.toml")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		return fmt.Errorf("containerd: %w", err)
	}
	return n.Supervisor.Start(&supervise.Component{Name: "containerd", Argv: []string{"containerd", "--config", file, "--log-level", "warn"}})
}

func (n *Node) ctr(args ...string) (string, error) {
	return process.Run(nil, append([]string{"ctr", "--address", n.socket(), "--namespace", "k8s.io"}, args...)...)
}

// importImages imports the archives that were not imported before. It remembers
// them by size and time, so that a start from kept data is quick.
func (n *Node) importImages() error {
	err := wait.Until("containerd", time.Minute, func() error { _, err := n.ctr("version"); return err })
	if err != nil {
		return err
	}
	marker := n.path("images-imported")
	done, err := os.ReadFile(marker)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("images: %w", err)
	}
	archives, err := filepath.Glob(filepath.Join(n.Images, "*.tar"))
	if err != nil {
		return fmt.Errorf("images: %w", err)
	}
	for _, archive := range archives {
		st, err := os.Stat(archive)
		if err != nil {
			return fmt.Errorf("images: %w", err)
		}
		key := fmt.Sprintf("%s %d %d\n", archive, st.Size(), st.ModTime().UnixNano())
		if strings.Contains(string(done), key) {
			continue
		}
		if _, err := n.ctr("images", "import", archive); err != nil {
			return fmt.Errorf("images: %w", err)
		}
		done = append(done, key...)
		log.Printf("imported %s", filepath.Base(archive))
	}
	if err := os.WriteFile(marker, done, 0o644); err != nil {
		return fmt.Errorf("images: %w", err)
	}
	return nil
}
