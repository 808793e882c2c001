package k3s

import (
	"reflect"
	"strings"
	"testing"
)

func TestTheOptionsThatK3dPassesAreRead(t *testing.T) {
	f, err := parseFlags([]string{"--tls-san", "0.0.0.0", "--tls-san=a,b", "--disable=traefik,local-storage",
		"--kubelet-arg=--eviction-hard=x=1", "--node-label", "tier=1", "--node-taint=k=v:NoSchedule", "--write-kubeconfig-mode", "644", "--debug", "--token", "t0"})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f.hosts, []string{"0.0.0.0", "a", "b"}) || !reflect.DeepEqual(f.labels, []string{"tier=1"}) ||
		!reflect.DeepEqual(f.extra["kubelet"], []string{"--eviction-hard=x=1"}) || f.token != "t0" || f.taints[0] != "k=v:NoSchedule" {
		t.Fatalf("%+v", f)
	}
	if !reflect.DeepEqual(f.manifests(), []string{"coredns"}) {
		t.Fatalf("%v", f.manifests())
	}
}

func TestWhatIsNotKnownIsRefusedAsK3sDoes(t *testing.T) {
	for _, line := range []string{"--cluster-init", "--kubelet", "--token"} {
		_, err := parseFlags([]string{line})
		if err == nil {
			t.Errorf("%s was taken", line)
		}
	}
	_, err := parseFlags([]string{"--cluster-init"})
	if !strings.Contains(err.Error(), "flag provided but not defined: -cluster-init") {
		t.Errorf("%v", err)
	}
}

func TestAnOptionWinsOverItsVariable(t *testing.T) {
	f, _ := parseFlags([]string{"--token=a"})
	f.environment(func(name string) string { return "from " + name })
	if f.token != "a" || f.server != "from K3S_URL" {
		t.Fatalf("%+v", f)
	}
}

func TestTheLoadBalancersPortsAreRead(t *testing.T) {
	got := parsePorts("ports:\n  6443.tcp:\n  - k3d-c-server-0\n  - 'k3d-c-server-1'\n  53.udp:\n  - k3d-c-server-0\nsettings:\n  workerConnections: 1024\n")
	if want := map[string][]string{"6443": {"k3d-c-server-0", "k3d-c-server-1"}}; !reflect.DeepEqual(got, want) {
		t.Fatalf("%v", got)
	}
}
