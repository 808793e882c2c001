# Sourced by the scripts beside it: a scratch folder that goes in the end, and
# the parts that several images share. The same inputs give the same bytes: the
# modes do not depend on the caller, and `bed image` leaves dates and names out.
set -euo pipefail
umask 022
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"

# busybox ROOT: Debian's static busybox under each of its names, and the usual
# folders and users.
busybox() {
  local root=$1 name
  mkdir -p "$root"/{bin,sbin,etc,tmp,root,home,proc,sys,dev,run,usr/bin,usr/sbin,usr/lib,var/log}
  chmod 1777 "$root/tmp"
  ln -s ../run "$root/var/run"
  cp /bin/busybox "$root/bin/busybox"
  for name in $(/bin/busybox --list); do
    [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' > "$root/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\n' > "$root/etc/group"
}

# libraries ROOT FILE...: the shared libraries that the files need.
libraries() {
  local root=$1 library
  shift
  { ldd "$@" 2>/dev/null || true; } | grep -o '/[^ ]*\.so[^ :]*' | grep -v "^$root" | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    [ -e "$root$library" ] || cp -L "$library" "$root$library"
  done
}
