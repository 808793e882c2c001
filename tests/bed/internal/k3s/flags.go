package k3s

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// flags are the options of `k3s server` and `k3s agent` that have an effect.
type flags struct {
	name, token, server string
	output              string // a second place for the kubeconfig
	hosts               []string
	labels, taints      []string
	extra               map[string][]string // arguments by program
	disabled            map[string]bool
}

// parseFlags reads the options that k3d passes. What it does not know it
// refuses, as k3s does: a test should not believe that an option works.
func parseFlags(args []string) (flags, error) {
	f := flags{extra: map[string][]string{}, disabled: map[string]bool{}}
	for i := 0; i < len(args); i++ {
		name, value, has := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		switch name {
		case "disable-network-policy", "disable-cloud-controller", "disable-helm-controller", "debug", "secrets-encryption":
			continue // without a value, and of no effect here
		}
		if !known(name) {
			return f, fmt.Errorf("Incorrect Usage: flag provided but not defined: -%s", name)
		}
		if !has {
			if i++; i >= len(args) {
				return f, fmt.Errorf("flag needs an argument: -%s", name)
			}
			value = args[i]
		}
		f.set(name, value)
	}
	return f, nil
}

// known are the options with a value; set gives most of them an effect.
func known(name string) bool {
	switch name {
	case "tls-san", "node-label", "node-taint", "node-name", "token", "t", "server", "s", "write-kubeconfig", "o", "disable":
		return true
	case "write-kubeconfig-mode", "https-listen-port", "node-external-ip", "flannel-backend", "data-dir", "d", "v", "snapshotter":
		return true // of no effect here
	}
	return programOf(name) != ""
}

// programOf is the program that an option like kubelet-arg is for.
func programOf(name string) string {
	switch p := strings.TrimSuffix(name, "-arg"); p {
	case "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "etcd":
		if p != name {
			return p
		}
	}
	return ""
}

func (f *flags) set(name, value string) {
	if p := programOf(name); p != "" {
		f.extra[p] = append(f.extra[p], "--"+strings.TrimLeft(value, "-"))
		return
	}
	switch name {
	case "tls-san":
		f.hosts = append(f.hosts, strings.Split(value, ",")...)
	case "node-label":
		f.labels = append(f.labels, value)
	case "node-taint":
		f.taints = append(f.taints, value)
	case "node-name":
		f.name = value
	case "token", "t":
		f.token = value
	case "server", "s":
		f.server = value
	case "write-kubeconfig", "o":
		f.output = value
	case "disable":
		for _, d := range strings.Split(value, ",") {
			f.disabled[d] = true
		}
	}
}

// environment fills in what k3d passes in variables; options win.
func (f *flags) environment(get func(string) string) {
	for variable, field := range map[string]*string{"K3S_TOKEN": &f.token, "K3S_URL": &f.server, "K3S_KUBECONFIG_OUTPUT": &f.output} {
		if *field == "" {
			*field = get(variable)
		}
	}
}

// manifests are the objects of a cluster but those that are disabled; the names
// are k3s's.
func (f *flags) manifests() (names []string) {
	if !f.disabled["coredns"] {
		names = append(names, "coredns")
	}
	if !f.disabled["local-storage"] {
		names = append(names, "provisioner", "class-local-path")
	}
	return names
}

// copyKubeconfig writes the kubeconfig to the second place, where k3d reads it.
func (f *flags) copyKubeconfig() error {
	if f.output == "" || f.output == kubeconfig {
		return nil
	}
	b, err := os.ReadFile(kubeconfig)
	if err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(f.output), 0o755); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	if err := os.WriteFile(f.output, b, 0o600); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	return nil
}
