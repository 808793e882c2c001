package node

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"landfall-bed/internal/wait"
)

// applyManifests writes the manifests into their folder and applies them. From
// then on a file that changes is applied again, as k3s does: k3d relies on it.
func (n *Node) applyManifests() error {
	if len(n.Manifests) == 0 {
		return nil
	}
	if err := os.MkdirAll(n.ManifestsDir, 0o755); err != nil {
		return fmt.Errorf("manifests: %w", err)
	}
	for name, text := range n.Manifests {
		if err := os.WriteFile(filepath.Join(n.ManifestsDir, name), text, 0o644); err != nil {
			return fmt.Errorf("manifests: %w", err)
		}
	}
	err := wait.Until("manifests", time.Minute, func() error { return n.apply(n.ManifestsDir) })
	if err != nil {
		return err
	}
	seen := n.readManifests()
	go n.applyChanges(seen)
	log.Print("manifests applied")
	if n.Applied != nil {
		n.Applied()
	}
	return nil
}

func (n *Node) apply(path string) error {
	_, err := n.kubectl("apply", "--server-side", "--force-conflicts", "-f", path)
	return err
}

func (n *Node) readManifests() map[string]string {
	out := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(n.ManifestsDir, "*.yaml"))
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil {
			out[file] = string(b)
		}
	}
	return out
}

func (n *Node) applyChanges(seen map[string]string) {
	for ; ; time.Sleep(time.Second) {
		for file, text := range n.readManifests() {
			if seen[file] == text {
				continue
			}
			if err := n.apply(file); err != nil {
				log.Printf("manifest: %v", err) // tried again: the file may be half written
				continue
			}
			seen[file] = text
			log.Printf("applied %s", filepath.Base(file))
		}
	}
}
