// Package k3s is what k3d's images run: the program k3s and the names that it
// has links for, k3d's tools, and its load balancer.
package k3s

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"landfall-bed/internal/layout"
	"landfall-bed/internal/node"
	"landfall-bed/internal/process"
	"landfall-bed/internal/supervise"
	"landfall-bed/manifests"
)

// Version is what the image claims to be; the programs in it are of the same
// version of Kubernetes.
const Version = "v1.34.4+k3s1"

// Places in the image that k3d relies on.
const (
	data       = "/var/lib/rancher/k3s"
	kubeconfig = "/etc/rancher/k3s/k3s.yaml"
	run        = "/run/k3s"
)

// Names are the names of this program that Main answers to.
var Names = []string{"k3s", "kubectl", "ctr", "crictl"}

// Main runs the program under one of its names. Where it becomes another
// program it returns only if that fails.
func Main(name string, args []string) error {
	if name == "k3s" {
		if len(args) == 0 {
			fmt.Println("k3s server|agent|kubectl|ctr|token|--version")
			return nil
		}
		name, args = args[0], args[1:]
	}
	switch name {
	case "server", "agent":
		return runNode(name == "server", args)
	case "kubectl":
		return kubectl(args)
	case "ctr":
		os.Setenv("CONTAINERD_ADDRESS", run+"/containerd.sock")
		os.Setenv("CONTAINERD_NAMESPACE", "k8s.io")
		return become(filepath.Join(layout.Programs, "ctr"), args...)
	case "token":
		b, err := os.ReadFile(data + "/server/token")
		if err != nil {
			return fmt.Errorf("token: %w", err)
		}
		fmt.Print(string(b))
		return nil
	case "--version", "-v", "version":
		fmt.Printf("k3s version %s (landfall-bed)\n", Version)
		return nil
	}
	return fmt.Errorf("k3s: %s is not part of this image", name)
}

func kubectl(args []string) error {
	if os.Getenv("KUBECONFIG") == "" {
		for _, f := range []string{kubeconfig, data + "/agent/kubelet.kubeconfig"} {
			if _, err := os.Stat(f); err == nil {
				os.Setenv("KUBECONFIG", f)
				break
			}
		}
	}
	return become(filepath.Join(layout.Programs, "hyper"), append([]string{"kubectl"}, args...)...)
}

func become(program string, args ...string) error {
	return syscall.Exec(program, append([]string{program}, args...), os.Environ())
}

// say logs in the manner of k3s: k3d waits for some of these lines.
func say(format string, a ...any) {
	fmt.Fprintf(os.Stderr, "time=%q level=info msg=%q\n", time.Now().UTC().Format(time.RFC3339), fmt.Sprintf(format, a...))
}

func runNode(server bool, args []string) error {
	f, err := parseFlags(args)
	if err != nil {
		return err
	}
	f.environment(os.Getenv)
	say("Starting k3s %s (landfall-bed)", Version)
	os.Setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin")
	os.Setenv("KUBE_GIT_VERSION", Version)
	os.Unsetenv("K3S_TOKEN") // pods' environments should not hold it
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share mounts with containers: %w", err)
	}
	if os.Getpid() == 1 {
		process.ReapOrphans()
	}
	n, err := describe(server, f)
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 4)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	failed := make(chan error, 1)
	go func() {
		if err := n.Up(); err != nil {
			failed <- err
			return
		}
		say("Successfully registered node %s", n.Name)
	}()
	select {
	case err := <-failed:
		return err
	case <-stop:
		say("Shutdown request received")
		n.Supervisor.StopAll(5*time.Second, 9*time.Second) // Docker kills after 10
		return nil
	}
}

// describe makes the node that the flags ask for.
func describe(server bool, f flags) (*node.Node, error) {
	name := f.name
	if name == "" {
		host, err := os.Hostname()
		if err != nil {
			return nil, fmt.Errorf("hostname: %w", err)
		}
		name = host
	}
	n := &node.Node{
		Dir: data + "/agent", Run: run, Name: name, IP: firstIP(), Server: server, APIPort: 6443,
		Hyper: filepath.Join(layout.Programs, "hyper"), Runtime: "/bin/oci-runtime", Images: layout.Images,
		Token: f.token, JoinURL: f.server, Hosts: f.hosts, Extra: f.extra,
		Labels:     append([]string{"node.kubernetes.io/instance-type=k3s"}, f.labels...),
		Supervisor: supervise.New("/var/log/bed", nil),
	}
	if len(f.taints) > 0 {
		n.Extra["kubelet"] = append(n.Extra["kubelet"], "--register-with-taints="+strings.Join(f.taints, ","))
	}
	if !server {
		if n.JoinURL == "" || n.Token == "" {
			return nil, errors.New("an agent needs --server and --token")
		}
		return n, nil
	}
	n.Dir = data + "/server/bed"
	n.Kubeconfig, n.Public, n.Context = kubeconfig, "https://127.0.0.1:6443", "default"
	n.Roles, n.RoleValue = []string{"control-plane", "master"}, "true"
	n.ManifestsDir = data + "/server/manifests"
	if err := keepToken(n); err != nil {
		return nil, err
	}
	var err error
	if n.Manifests, err = manifests.Named(data+"/storage", f.manifests()...); err != nil {
		return nil, err
	}
	n.Applied = func() { say("Cluster dns configmap has been set successfully") }
	n.APIReady = func() error {
		say("k3s is up and running")
		return f.copyKubeconfig()
	}
	return n, nil
}

// keepToken writes the token where k3d reads it, and makes one if need be.
func keepToken(n *node.Node) error {
	if n.Token == "" {
		b := make([]byte, 16)
		if _, err := rand.Read(b); err != nil {
			return fmt.Errorf("token: %w", err)
		}
		n.Token = hex.EncodeToString(b)
	}
	if err := os.MkdirAll(data+"/server", 0o700); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	if err := os.WriteFile(data+"/server/token", []byte(n.Token+"\n"), 0o600); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	return nil
}

// firstIP waits for the address that Docker gives to the container.
func firstIP() string {
	for ; ; time.Sleep(100 * time.Millisecond) {
		addresses, err := net.InterfaceAddrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			// After a restart the bridge of the pods has an address too.
			if ip, ok := a.(*net.IPNet); ok && ip.IP.To4() != nil && !ip.IP.IsLoopback() && !strings.HasPrefix(ip.IP.String(), "10.42.") {
				return ip.IP.String()
			}
		}
	}
}
