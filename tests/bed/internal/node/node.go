// Package node runs one machine of a Kubernetes cluster from the hyper binary
// and containerd: a server (control plane and node) or an agent (node only).
// It expects to be in namespaces of its own, made by `bed up`, or by Docker
// where the program is the `k3s` of an image.
package node

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"landfall-bed/internal/pki"
	"landfall-bed/internal/process"
	"landfall-bed/internal/supervise"
	"landfall-bed/internal/wait"
)

// Addresses of every cluster. They are k3s's, so that both look alike.
const (
	clusterCIDR = "10.42.0.0/16"
	// ServiceCIDR is the range of the services' addresses.
	ServiceCIDR = "10.43.0.0/16"
	serviceIP   = "10.43.0.1"
	dnsIP       = "10.43.0.10"
)

// Node describes one machine. Fields that are not needed stay empty.
type Node struct {
	Dir     string // data, kept between starts
	Run     string // sockets; a short path
	Disk    string // holds the kubelet's folder and provisioned volumes; Dir if empty
	Hyper   string // the binary of all Kubernetes programs
	Runtime string // the OCI runtime that containerd starts
	Images  string // folder of image archives to import at the start

	Name       string
	IP         string
	Labels     []string // NAME=VALUE, given by the kubelet to its node
	Roles      []string // given by the server; a kubelet may not do that itself
	RoleValue  string   // value of the role labels
	ProviderID string
	Eviction   map[string]string   // thresholds in addition to the usual ones
	Extra      map[string][]string // more arguments, by program; they win

	Server       bool
	APIPort      int
	Hosts        []string // more names of the API server in its certificate
	Public       string   // URL of the API server in the kubeconfig
	Context      string   // name of the kubeconfig's context
	Kubeconfig   string   // file of the administrator's kubeconfig
	Token        string   // what agents join with; none: no agents
	JoinURL      string   // agents: https://HOST:PORT of the server
	NotReady     string   // how long a silent node stays Ready, like "20s"
	Manifests    map[string][]byte
	ManifestsDir string // the manifests are written here, and applied when they change

	APIReady func() error // called when the API server is
	Applied  func()       // called when the manifests are applied

	Supervisor *supervise.Supervisor

	pki    pki.Folder
	server string // URL of the API server for this node's own programs
	began  time.Time
}

// Up starts everything and returns when the node is Ready and the images are
// imported.
func (n *Node) Up() error {
	n.began = time.Now()
	n.pki = pki.Folder(n.path("pki"))
	if n.Disk == "" {
		n.Disk = n.Dir
	}
	if err := os.MkdirAll(n.Run, 0o755); err != nil {
		return fmt.Errorf("folder of sockets: %w", err)
	}
	if err := n.network(); err != nil {
		return err
	}
	if err := n.containerd(); err != nil {
		return err
	}
	imported := make(chan error, 1)
	go func() { imported <- n.importImages() }()
	begin := n.join
	if n.Server {
		begin = n.controlPlane
	}
	for _, step := range []func() error{begin, n.kubelet, n.kubeProxy} {
		if err := step(); err != nil {
			return err
		}
	}
	routes, err := n.client("kube-proxy")
	if err != nil {
		return err
	}
	go n.keepRoutes(routes)
	if n.Server {
		if err := n.finishServer(); err != nil {
			return err
		}
	}
	return <-imported
}

func (n *Node) finishServer() error {
	if err := n.applyManifests(); err != nil {
		return err
	}
	client, err := n.client("admin")
	if err != nil {
		return err
	}
	// Pods are refused before their namespace has this account.
	err = wait.Until("default service account", time.Minute, func() error {
		return client.get("/api/v1/namespaces/default/serviceaccounts/default", nil)
	})
	if err != nil {
		return err
	}
	if err := wait.Until("node "+n.Name, 2*time.Minute, func() error { return n.isReady(client) }); err != nil {
		return err
	}
	log.Print("node is Ready")
	for _, role := range n.Roles {
		if _, err := n.kubectl("label", "--overwrite", "node", n.Name, "node-role.kubernetes.io/"+role+"="+n.RoleValue); err != nil {
			return fmt.Errorf("role %s: %w", role, err)
		}
	}
	return nil
}

func (n *Node) isReady(client apiClient) error {
	var object nodeObject
	if err := client.get("/api/v1/nodes/"+n.Name, &object); err != nil {
		return err
	}
	for _, c := range object.Status.Conditions {
		// A cluster that is started from kept data remembers an old Ready.
		if c.Type == "Ready" && c.Status == "True" && c.LastHeartbeatTime.After(n.began.Add(-time.Second)) {
			return nil
		}
	}
	return fmt.Errorf("node %s is not Ready", n.Name)
}

func (n *Node) path(p ...string) string { return filepath.Join(append([]string{n.Dir}, p...)...) }

// start starts one of hyper's programs. An argument in Extra replaces the one
// of the same name.
func (n *Node) start(name string, args ...string) error {
	argv := append([]string{n.Hyper, name}, merge(args, n.Extra[name])...)
	return n.Supervisor.Start(&supervise.Component{Name: name, Argv: argv})
}

func merge(args, extra []string) []string {
	flag := func(arg string) string {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		return name
	}
	replaced := map[string]bool{}
	for _, e := range extra {
		replaced[flag(e)] = true
	}
	var out []string
	for _, a := range args {
		if !replaced[flag(a)] {
			out = append(out, a)
		}
	}
	return append(out, extra...)
}

func (n *Node) kubectl(args ...string) (string, error) {
	return process.Run([]string{"KUBECONFIG=" + n.path("admin.kubeconfig")}, append([]string{n.Hyper, "kubectl"}, args...)...)
}
