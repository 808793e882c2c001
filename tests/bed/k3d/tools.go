//go:build tools

// Package tools holds the version of the k3d CLI, which is built from its own
// module: its dependencies differ from those of Kubernetes.
package tools

import _ "github.com/k3d-io/k3d/v5"
