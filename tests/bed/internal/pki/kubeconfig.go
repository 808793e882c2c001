package pki

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

// Kubeconfig describes a kubeconfig of one cluster, user and context.
type Kubeconfig struct {
	Pair    string // the name of the user's certificate in the folder
	Server  string // URL of the API server
	Context string // name of the context, the cluster and the user
}

// Kubeconfig writes a kubeconfig that needs no other file. The file appears
// whole or not at all, and is readable by its owner only.
func (f Folder) Kubeconfig(file string, k Kubeconfig) error {
	text, err := f.render(k)
	if err != nil {
		return fmt.Errorf("kubeconfig %s: %w", file, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	if err := os.WriteFile(file+".tmp", []byte(text), 0o600); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	if err := os.Rename(file+".tmp", file); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	return nil
}

func (f Folder) render(k Kubeconfig) (string, error) {
	var encoded [3]any
	for i, file := range []string{"ca.crt", k.Pair + ".crt", k.Pair + ".key"} {
		b, err := f.Read(file)
		if err != nil {
			return "", err
		}
		encoded[i] = base64.StdEncoding.EncodeToString(b)
	}
	return fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: %[1]s
clusters:
- name: %[1]s
  cluster:
    server: %[2]s
    certificate-authority-data: %[3]s
contexts:
- name: %[1]s
  context:
    cluster: %[1]s
    user: %[1]s
users:
- name: %[1]s
  user:
    client-certificate-data: %[4]s
    client-key-data: %[5]s
`, k.Context, k.Server, encoded[0], encoded[1], encoded[2]), nil
}
