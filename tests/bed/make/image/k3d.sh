#!/bin/bash
# Makes the images that the real k3d CLI wants, from the bed's programs and files
# of Debian packages: k3d.sh BINDIR IMAGES OUTDIR
# IMAGES is the folder that cluster.sh made; they become part of the k3s image.
source "$(dirname "$0")/common.sh"
bin=$(realpath "$1")
images=$(realpath "$2")
mkdir -p "$3"
out=$(realpath "$3")

k=$scratch/k3s
busybox "$k"
mkdir -p "$k"/usr/libexec/bed "$k"/usr/share/bed/images "$k"/usr/lib/cni "$k"/var/lib/rancher/k3s
# Programs look for these names; the rest of busybox stays.
rm -f "$k/bin/modprobe"
cp "$bin/bed" "$k/bin/k3s"
for name in kubectl ctr crictl oci-runtime; do ln -sf k3s "$k/bin/$name"; done
cp "$bin/hyper" "$k/usr/libexec/bed/hyper"
cp /usr/bin/ctr "$k/usr/libexec/bed/ctr"
cp /usr/bin/containerd /usr/bin/containerd-shim-runc-v2 "$k/usr/bin/"
cp -L "$(command -v runc)" "$(command -v nft)" "$k/usr/sbin/"
cp -L "$(readlink -f "$(command -v iptables)")" "$k/usr/sbin/xtables-nft-multi"
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -s xtables-nft-multi "$k/usr/sbin/$name"
done
extensions=/usr/lib/$(gcc -print-multiarch)/xtables
mkdir -p "$k$extensions"
cp "$extensions"/*.so "$k$extensions/"
for plugin in bridge host-local loopback portmap; do cp "/usr/lib/cni/$plugin" "$k/usr/lib/cni/"; done
libraries "$k" "$k"/usr/bin/* "$k"/usr/sbin/* "$k"/usr/libexec/bed/ctr "$k"/usr/lib/cni/* "$k$extensions"/*.so
printf 'NAME="K3s"\nPRETTY_NAME="K3s v1.34.4+k3s1 (landfall-bed)"\nID=k3s\n' > "$k/etc/os-release"
cp "$images"/*.tar "$k/usr/share/bed/images/"
"$bin/bed" image --out "$out/k3s.tar" --tag docker.io/rancher/k3s:v1.34.4-k3s1 --entrypoint /bin/k3s --cmd agent \
  --env PATH=/bin:/sbin:/usr/bin:/usr/sbin --volume /var/lib/rancher/k3s --volume /var/log "$k"

t=$scratch/tools
busybox "$t"
mkdir -p "$t/app"
cp "$bin/bed" "$t/app/k3d-tools"
"$bin/bed" image --out "$out/k3d-tools.tar" --tag ghcr.io/k3d-io/k3d-tools:5.8.3 --entrypoint /app/k3d-tools --cmd noop --workdir /app "$t"

p=$scratch/proxy
busybox "$p"
mkdir -p "$p/etc/confd"
cp "$bin/bed" "$p/bin/k3d-proxy"
"$bin/bed" image --out "$out/k3d-proxy.tar" --tag ghcr.io/k3d-io/k3d-proxy:5.8.3 --entrypoint /bin/k3d-proxy "$p"
