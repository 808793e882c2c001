package node

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"landfall-bed/internal/process"
)

// network prepares this network namespace: the loopback and the few settings
// that routing between pods needs.
func (n *Node) network() error {
	if _, err := process.Run(nil, "ip", "link", "set", "lo", "up"); err != nil {
		return err
	}
	for file, value := range map[string]string{
		"net/ipv4/ip_forward": "1", "net/bridge/bridge-nf-call-iptables": "1",
		"net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/default/rp_filter": "0",
	} {
		// A kernel without the bridge's file does without it.
		if err := os.WriteFile("/proc/sys/"+file, []byte(value), 0o644); err != nil {
			log.Printf("setting %s: %v", file, err)
		}
	}
	return nil
}

// keepRoutes gives the network plugin its range of addresses once the
// controller manager has chosen one, and keeps a route to the range of every
// other node.
func (n *Node) keepRoutes(client apiClient) {
	own := ""
	routed := map[string]string{}
	for {
		var list struct{ Items []nodeObject }
		if err := client.get("/api/v1/nodes", &list); err == nil {
			for _, o := range list.Items {
				cidr, ip := o.Spec.PodCIDR, o.internalIP()
				switch {
				case cidr == "":
				case o.Metadata.Name == n.Name:
					if own != cidr && n.writeCNI(cidr) == nil {
						own = cidr
					}
				case ip != "" && routed[cidr] != ip:
					if _, err := process.Run(nil, "ip", "route", "replace", cidr, "via", ip); err != nil {
						log.Printf("route to %s: %v", o.Metadata.Name, err)
					} else {
						routed[cidr] = ip
					}
				}
			}
		}
		if own == "" {
			time.Sleep(200 * time.Millisecond)
		} else {
			time.Sleep(5 * time.Second)
		}
	}
}

func (n *Node) writeCNI(cidr string) error {
	config := map[string]any{"cniVersion": "1.0.0", "name": "bed", "plugins": []any{
		map[string]any{"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true, "ipMasq": false,
			"ipam": map[string]any{"type": "host-local", "dataDir": filepath.Join(n.Run, "cni-ipam"),
				"ranges": []any{[]any{map[string]any{"subnet": cidr}}},
				"routes": []any{map[string]any{"dst": "0.0.0.0/0"}}}},
	}}
	if err := n.writeJSON(filepath.Join("cni", "10-bed.conflist"), config); err != nil {
		log.Print(err)
		return err
	}
	return nil
}

// Bridge makes the interface that stands for the machine's network card in a
// namespace that has none, and gives it the address.
func Bridge(ip string) error {
	for _, args := range [][]string{
		{"link", "add", "bed0", "type", "bridge"}, {"addr", "add", ip + "/24", "dev", "bed0"},
		{"link", "set", "bed0", "up"}, {"route", "add", ServiceCIDR, "dev", "bed0"},
	} {
		if _, err := process.Run(nil, append([]string{"ip"}, args...)...); err != nil {
			return fmt.Errorf("network: %w", err)
		}
	}
	return nil
}
