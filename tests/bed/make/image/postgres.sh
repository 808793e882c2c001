#!/bin/bash
# Makes postgres:15 from the files of Debian's package postgresql-15, which must
# be installed: postgres.sh BINDIR OUTDIR
# Environment as in the usual image: POSTGRES_PASSWORD, POSTGRES_USER,
# POSTGRES_DB, PGDATA; data in /var/lib/postgresql/data; port 5432.
source "$(dirname "$0")/common.sh"
here=$(realpath "$(dirname "$0")")
bin=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
version=15

r=$scratch/postgres
busybox "$r"
mkdir -p "$r"/{usr/lib/postgresql,usr/share/postgresql,usr/lib/locale,run/postgresql,var/lib/postgresql/data,docker-entrypoint-initdb.d}
cp -a "/usr/lib/postgresql/$version" "$r/usr/lib/postgresql/"
# Compiling queries and extensions would take more than the rest together.
rm -rf "$r/usr/lib/postgresql/$version/lib/"{bitcode,llvmjit*,pgxs}
cp -a "/usr/share/postgresql/$version" "$r/usr/share/postgresql/"
rm -rf "$r/usr/share/postgresql/$version/man"
for folder in /usr/lib/locale/C.utf8 /usr/share/zoneinfo; do
  if [ -e "$folder" ]; then
    mkdir -p "$r$(dirname "$folder")"
    cp -a "$folder" "$r$(dirname "$folder")/"
  fi
done
find "$r/usr/lib/postgresql/$version" -type f \( -perm -u+x -o -name '*.so*' \) -print0 > "$scratch/programs"
mapfile -d '' programs < "$scratch/programs"
libraries "$r" "${programs[@]}"
printf 'root:x:0:0:root:/root:/bin/sh\npostgres:x:999:999:postgres:/var/lib/postgresql:/bin/sh\n' > "$r/etc/passwd"
printf 'root:x:0:\npostgres:x:999:\n' > "$r/etc/group"
chown -R 999:999 "$r/var/lib/postgresql" "$r/run/postgresql"
install -m 755 "$here/postgres-entrypoint.sh" "$r/entrypoint.sh"
"$bin/bed" image --out "$out/postgres.tar" --tag docker.io/library/postgres:$version --entrypoint /entrypoint.sh \
  --env "PATH=/usr/lib/postgresql/$version/bin:/bin" --env PGDATA=/var/lib/postgresql/data --volume /var/lib/postgresql/data "$r"
