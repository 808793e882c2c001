#!/bin/bash
# Proves a bed that was built into FOLDER: all.sh FOLDER
# Starts a cluster and a Docker daemon of its own, one after the other.
set -uo pipefail
folder=$(realpath "${1:?usage: all.sh FOLDER}")
here=$(realpath "$(dirname "$0")")
bed=$folder/bin/bed
work=$(mktemp -d)
trap '"$bed" down --dir "$work/cluster" 2>/dev/null; "$bed" down --dir "$work/docker" 2>/dev/null; rm -rf "$work"' EXIT
result=0
"$bed" up --dir "$work/cluster" --images "$folder/images" --owner-pid $$ || exit 1
[ ! -e "$folder/extra/postgres.tar" ] || "$bed" load --dir "$work/cluster" "$folder/extra/postgres.tar" || result=1
"$here/cluster.sh" "$folder/bin" "$work/cluster" || result=1
"$bed" down --dir "$work/cluster" || result=1
"$bed" up --docker --dir "$work/docker" --images "$folder/images-k3d" --owner-pid $$ || exit 1
"$here/k3d.sh" "$folder/bin" "$work/docker" "$folder/images" || result=1
"$bed" down --dir "$work/docker" || result=1
exit $result
