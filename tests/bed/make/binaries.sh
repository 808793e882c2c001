#!/bin/bash
# Builds the programs of the bed and the k3d CLI: binaries.sh FOLDER [PROGRAM...]
# into FOLDER/bin. Without names all of them: hyper, addons, bed, web,
# dockerdesktop, k3d. What is built depends on the sources and Go only.
set -euo pipefail
out=${1:?usage: binaries.sh FOLDER [PROGRAM...]}/bin
shift
mkdir -p "$out"
out=$(realpath "$out")
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- hyper addons bed web dockerdesktop k3d

kubernetes=v1.34.4
k3d=v5.8.3
# Kubernetes takes its version from variables that its own build sets.
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  flags+=" -X $package.gitVersion=$kubernetes -X $package.gitMajor=1 -X $package.gitMinor=34"
  flags+=" -X $package.gitTreeState=clean -X $package.gitCommit=landfall-bed -X $package.buildDate=2026-01-01T00:00:00Z"
done
export CGO_ENABLED=0 GOFLAGS=-mod=readonly
for program in "$@"; do
  if [ "$program" = k3d ]; then
    (cd k3d && go build -trimpath -buildvcs=false -o "$out/k3d" \
      -ldflags "-s -w -X github.com/k3d-io/k3d/v5/version.Version=$k3d -X github.com/k3d-io/k3d/v5/version.K3sVersion=$kubernetes-k3s1" \
      github.com/k3d-io/k3d/v5)
  else
    go build -trimpath -buildvcs=false -tags providerless -ldflags "$flags" -o "$out/$program" "./cmd/$program"
  fi
done
# hyper is every program whose name it is called by.
ln -sf hyper "$out/kubectl"
