// Package manifests holds the objects that are in every cluster from its start.
package manifests

import (
	"bytes"
	"embed"
	"fmt"
)

//go:embed *.yaml
var files embed.FS

// Named returns manifests by the names of their files, without ".yaml". Volumes
// are provisioned in volumeRoot, a folder of the node.
func Named(volumeRoot string, names ...string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, name := range names {
		text, err := files.ReadFile(name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("manifest: %w", err)
		}
		out[name+".yaml"] = bytes.ReplaceAll(text, []byte("@VOLUME_ROOT@"), []byte(volumeRoot))
	}
	return out, nil
}
