package node

import (
	"fmt"
	"log"
	"net"
	"time"

	"landfall-bed/internal/pki"
	"landfall-bed/internal/wait"
)

// controlPlane starts etcd, the API server, the controllers and the scheduler,
// and returns when the API server is ready.
func (n *Node) controlPlane() error {
	n.server = fmt.Sprintf("https://127.0.0.1:%d", n.APIPort)
	if err := n.certificates(); err != nil {
		return err
	}
	if err := n.etcd(); err != nil {
		return err
	}
	if err := n.apiServer(); err != nil {
		return err
	}
	if err := n.controllerManager(); err != nil {
		return err
	}
	config := n.path("scheduler.kubeconfig")
	err := n.start("kube-scheduler", "--kubeconfig="+config, "--authentication-kubeconfig="+config,
		"--authorization-kubeconfig="+config, "--leader-elect=false", "--bind-address=127.0.0.1", "--profiling=false")
	if err != nil || n.Token == "" {
		return err
	}
	return n.serveJoin()
}

func (n *Node) certificates() error {
	for _, authority := range []string{"ca", "front-proxy-ca"} {
		if err := n.pki.Authority(authority); err != nil {
			return err
		}
	}
	// Tokens of pods stay valid over a restart only if this key is kept.
	if !n.pki.Has("service-account") {
		if err := n.pki.Pair("ca", "service-account", pki.Subject{Name: "service-account"}); err != nil {
			return err
		}
	}
	hosts := append([]string{"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
		"localhost", "127.0.0.1", "0.0.0.0", "::1", serviceIP, n.IP, n.Name}, n.Hosts...)
	masters := []string{"system:masters"}
	for _, pair := range []struct {
		authority, name string
		subject         pki.Subject
	}{
		{"ca", "apiserver", pki.Subject{Name: "kube-apiserver", Hosts: hosts}},
		{"ca", "apiserver-kubelet-client", pki.Subject{Name: "kube-apiserver-kubelet-client", Groups: masters}},
		{"front-proxy-ca", "front-proxy-client", pki.Subject{Name: "front-proxy-client"}},
		{"ca", "admin", pki.Subject{Name: "system:admin", Groups: masters}},
		{"ca", "controller-manager", pki.Subject{Name: "system:kube-controller-manager"}},
		{"ca", "scheduler", pki.Subject{Name: "system:kube-scheduler"}},
	} {
		if err := n.pki.Pair(pair.authority, pair.name, pair.subject); err != nil {
			return err
		}
	}
	for _, name := range []string{"admin", "controller-manager", "scheduler"} {
		if err := n.pki.Kubeconfig(n.path(name+".kubeconfig"), pki.Kubeconfig{Pair: name, Server: n.server, Context: "default"}); err != nil {
			return err
		}
	}
	files, err := n.nodeFiles(n.Name, n.IP)
	if err != nil {
		return err
	}
	return n.writeNodeFiles(files)
}

func (n *Node) etcd() error {
	const clients, peers = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
	// Nothing of a test survives a crash of the machine, so nothing is synced
	// to disk. The long timeouts allow for a busy machine.
	err := n.start("etcd", "--name=bed", "--data-dir="+n.path("etcd"), "--unsafe-no-fsync",
		"--listen-client-urls="+clients, "--advertise-client-urls="+clients,
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers, "--initial-cluster=bed="+peers,
		"--heartbeat-interval=500", "--election-timeout=5000", "--initial-election-tick-advance=true",
		"--log-level=warn", "--auto-compaction-mode=periodic", "--auto-compaction-retention=30m")
	if err != nil {
		return err
	}
	return wait.Until("etcd", 30*time.Second, func() error {
		c, err := net.Dial("tcp", "127.0.0.1:2379")
		if err == nil {
			c.Close()
		}
		return err
	})
}

func (n *Node) apiServer() error {
	p := n.pki
	err := n.start("kube-apiserver",
		"--etcd-servers=http://127.0.0.1:2379", fmt.Sprintf("--secure-port=%d", n.APIPort),
		"--bind-address=0.0.0.0", "--advertise-address="+n.IP,
		"--service-cluster-ip-range="+ServiceCIDR, "--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction", "--allow-privileged=true",
		"--client-ca-file="+p.Path("ca.crt"),
		"--tls-cert-file="+p.Path("apiserver.crt"), "--tls-private-key-file="+p.Path("apiserver.key"),
		"--kubelet-certificate-authority="+p.Path("ca.crt"),
		"--kubelet-client-certificate="+p.Path("apiserver-kubelet-client.crt"),
		"--kubelet-client-key="+p.Path("apiserver-kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP,Hostname",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file="+p.Path("service-account.crt"),
		"--service-account-signing-key-file="+p.Path("service-account.key"),
		"--requestheader-client-ca-file="+p.Path("front-proxy-ca.crt"),
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-username-headers=X-Remote-User",
		"--proxy-client-cert-file="+p.Path("front-proxy-client.crt"),
		"--proxy-client-key-file="+p.Path("front-proxy-client.key"),
		"--profiling=false", "--shutdown-delay-duration=0s")
	if err != nil {
		return err
	}
	client, err := n.client("admin")
	if err != nil {
		return err
	}
	if err := wait.Until("API server", 2*time.Minute, func() error { return client.get("/readyz", nil) }); err != nil {
		return err
	}
	log.Print("API server is ready")
	if n.Kubeconfig != "" {
		if err := p.Kubeconfig(n.Kubeconfig, pki.Kubeconfig{Pair: "admin", Server: n.Public, Context: n.Context}); err != nil {
			return err
		}
	}
	if n.APIReady != nil {
		return n.APIReady()
	}
	return nil
}

func (n *Node) controllerManager() error {
	p, config := n.pki, n.path("controller-manager.kubeconfig")
	notReady := n.NotReady
	if notReady == "" {
		notReady = "50s" // Kubernetes' own
	}
	return n.start("kube-controller-manager",
		"--kubeconfig="+config, "--use-service-account-credentials=true",
		"--authentication-kubeconfig="+config, "--authorization-kubeconfig="+config,
		"--service-account-private-key-file="+p.Path("service-account.key"), "--root-ca-file="+p.Path("ca.crt"),
		"--cluster-signing-cert-file="+p.Path("ca.crt"), "--cluster-signing-key-file="+p.Path("ca.key"),
		"--allocate-node-cidrs=true", "--cluster-cidr="+clusterCIDR, "--service-cluster-ip-range="+ServiceCIDR,
		"--leader-elect=false", "--bind-address=127.0.0.1", "--profiling=false",
		"--node-monitor-period=2s", "--node-monitor-grace-period="+notReady)
}
