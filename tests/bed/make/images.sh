#!/bin/bash
# Makes all images from the programs of FOLDER/bin: images.sh FOLDER
# FOLDER/images      what every cluster has
# FOLDER/images-k3d  what k3d needs in a Docker daemon
# FOLDER/extra       to be loaded by the tests that use it: postgres.tar, where
#                    Debian's package postgresql-15 is installed
set -euo pipefail
folder=$(realpath "${1:?usage: images.sh FOLDER}")
cd "$(dirname "$0")/image"
./cluster.sh "$folder/bin" "$folder/images"
./k3d.sh "$folder/bin" "$folder/images" "$folder/images-k3d"
if [ -d /usr/lib/postgresql/15 ]; then
  ./postgres.sh "$folder/bin" "$folder/extra"
fi
