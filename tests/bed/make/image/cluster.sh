#!/bin/bash
# Makes the images that every cluster has: cluster.sh BINDIR OUTDIR
# They are pause, busybox:1.36 (Debian's busybox-static), the bed's own pods
# (CoreDNS and the provisioner), and web:1, the tiny web application. Needs gcc.
source "$(dirname "$0")/common.sh"
here=$(realpath "$(dirname "$0")")
bin=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")

mkdir "$scratch/pause"
gcc -static -Os -s -o "$scratch/pause/pause" "$here/pause.c"
"$bin/bed" image --out "$out/pause.tar" --tag registry.k8s.io/pause:3.10 --entrypoint /pause "$scratch/pause"

busybox "$scratch/busybox"
"$bin/bed" image --out "$out/busybox.tar" --tag docker.io/library/busybox:1.36 --tag docker.io/library/busybox:latest --cmd sh "$scratch/busybox"

mkdir -p "$scratch/addons"/{etc,tmp}
cp "$bin/addons" "$scratch/addons/coredns"
ln "$scratch/addons/coredns" "$scratch/addons/local-path-provisioner"
"$bin/bed" image --out "$out/addons.tar" --tag docker.io/library/bed-coredns:1.12.4 --tag docker.io/library/bed-local-path:1 "$scratch/addons"

mkdir "$scratch/web"
cp "$bin/web" "$scratch/web/web"
"$bin/bed" image --out "$out/web.tar" --tag docker.io/library/web:1 --entrypoint /web --user 65534 "$scratch/web"
