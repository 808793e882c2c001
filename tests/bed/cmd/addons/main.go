// Command addons is everything that runs in the pods of the bed itself, in one
// static binary: CoreDNS, with the plugins that a cluster needs, and the
// provisioner of volumes.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/file"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/loop"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
)

func main() {
	switch filepath.Base(os.Args[0]) {
	case "coredns":
		coremain.Run()
	case "local-path-provisioner":
		provision()
	default:
		fmt.Fprintln(os.Stderr, "call this coredns or local-path-provisioner")
		os.Exit(2)
	}
}
