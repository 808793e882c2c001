package node

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

func (n *Node) kubelet() error {
	eviction := map[string]string{"memory.available": "100Mi", "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%"}
	maps.Copy(eviction, n.Eviction)
	config := map[string]any{
		"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
		"authentication": map[string]any{
			"anonymous": map[string]any{"enabled": false},
			"webhook":   map[string]any{"enabled": true},
			"x509":      map[string]any{"clientCAFile": n.pki.Path("ca.crt")},
		},
		"authorization":            map[string]any{"mode": "Webhook"},
		"tlsCertFile":              n.pki.Path("kubelet.crt"),
		"tlsPrivateKeyFile":        n.pki.Path("kubelet.key"),
		"containerRuntimeEndpoint": "unix://" + n.socket(),
		"cgroupDriver":             "cgroupfs", "failCgroupV1": false, "failSwapOn": false,
		// A root without CAP_SYS_RESOURCE may set neither limits of processes
		// nor a lower oom_score_adj; with this gate the kubelet does without.
		"featureGates":           map[string]any{"KubeletInUserNamespace": true},
		"oomScoreAdj":            0,
		"makeIPTablesUtilChains": false, // kube-proxy uses nftables
		"clusterDomain":          "cluster.local", "clusterDNS": []string{dnsIP}, "resolvConf": "",
		"staticPodPath": "", "healthzPort": 0, "readOnlyPort": 0,
		// Images cannot be pulled again, so none may be thrown away.
		"imageGCHighThresholdPercent": 100, "imageGCLowThresholdPercent": 99,
		"evictionHard": eviction, "evictionPressureTransitionPeriod": "10s",
		"nodeStatusUpdateFrequency": "5s", "syncFrequency": "10s",
		"serializeImagePulls": false, "maxPods": 110, "volumePluginDir": n.path("volume-plugins"),
		"enableDebugFlagsHandler": true, "shutdownGracePeriod": "0s",
	}
	if err := n.writeJSON("kubelet.json", config); err != nil {
		return err
	}
	args := []string{"--config=" + n.path("kubelet.json"), "--kubeconfig=" + n.path("kubelet.kubeconfig"),
		"--root-dir=" + filepath.Join(n.Disk, "kubelet"), "--cert-dir=" + n.path("kubelet-pki"),
		"--hostname-override=" + n.Name, "--node-ip=" + n.IP, "--v=1"}
	if len(n.Labels) > 0 {
		args = append(args, "--node-labels="+strings.Join(n.Labels, ","))
	}
	if n.ProviderID != "" {
		args = append(args, "--provider-id="+n.ProviderID)
	}
	return n.start("kubelet", args...)
}

func (n *Node) kubeProxy() error {
	config := map[string]any{
		"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
		"mode": "nftables", "clusterCIDR": clusterCIDR, "hostnameOverride": n.Name, "oomScoreAdj": 0,
		"clientConnection": map[string]any{"kubeconfig": n.path("kube-proxy.kubeconfig")},
		// Zero leaves the machine's limits of connection tracking alone.
		"conntrack":   map[string]any{"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
		"bindAddress": n.IP, "metricsBindAddress": "127.0.0.1:10249", "healthzBindAddress": "127.0.0.1:10256",
	}
	if err := n.writeJSON("kube-proxy.json", config); err != nil {
		return err
	}
	return n.start("kube-proxy", "--config="+n.path("kube-proxy.json"))
}

// writeJSON writes a configuration into the data folder.
func (n *Node) writeJSON(file string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := os.WriteFile(n.path(file), b, 0o644); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	return nil
}
