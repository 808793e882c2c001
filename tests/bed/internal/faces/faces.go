// Package faces says what the clusters look like that users have.
package faces

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Face is one kind of cluster.
type Face struct {
	Name       string
	Node       string // name of the node
	Context    string // name of the kubeconfig's context
	Roles      []string
	ProviderID string
	Manifests  []string // by name, see package manifests
	// Isolated nodes see no folder of the machine but those that are shared by
	// name: they stand for nodes in a virtual machine or a container.
	Isolated bool
	// Desktop nodes have the folder in which Docker Desktop mounts drives.
	Desktop bool
	// Sealed nodes cannot share any folder.
	Sealed bool
	// SmallDisk nodes keep the kubelet's folder and volumes on a small disk,
	// with these thresholds of eviction.
	SmallDisk bool
	Eviction  map[string]string
}

// DesktopMounts is where Docker Desktop shows the machine's drives to nodes.
const DesktopMounts = "/run/desktop/mnt/host"

var all = map[string]Face{
	"plain": {
		Node: "bed", Context: "default",
		Manifests: []string{"coredns", "provisioner", "class-local-path"},
	},
	"docker-desktop-kubeadm": {
		Node: "docker-desktop", Context: "docker-desktop", Roles: []string{"control-plane"},
		Manifests: []string{"coredns", "provisioner", "class-kubeadm"},
		Isolated:  true, Desktop: true,
	},
	"docker-desktop-kind": {
		Node: "desktop-control-plane", Context: "docker-desktop", Roles: []string{"control-plane"},
		ProviderID: "kind://docker/desktop/desktop-control-plane",
		Manifests:  []string{"coredns", "provisioner", "class-kind"},
		Isolated:   true, Sealed: true,
	},
	"small-disk": {
		Node: "bed", Context: "default",
		Manifests: []string{"coredns", "provisioner", "class-local-path"},
		SmallDisk: true,
		Eviction:  map[string]string{"nodefs.available": "15%", "nodefs.inodesFree": "5%"},
	},
}

// Named returns the face of a name.
func Named(name string) (Face, error) {
	f, ok := all[name]
	if !ok {
		return Face{}, fmt.Errorf("no face %q; there are %s", name, strings.Join(Names(), ", "))
	}
	f.Name = name
	return f, nil
}

// Names lists the faces, sorted.
func Names() []string { return slices.Sorted(maps.Keys(all)) }
