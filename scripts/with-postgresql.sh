#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own, made for it and gone after it: a socket in a temporary folder, no
# port. The command finds its address in PANTAU_POSTGRESQL. Where none is installed or none can be started the command runs
# all the same, and its tests on PostgreSQL say that they were skipped.
#   scripts/with-postgresql.sh COMMAND...
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: with-postgresql.sh COMMAND..." >&2; exit 2; }
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ] || [ -n "${PANTAU_POSTGRESQL:-}" ]; then exec "$@"; fi

folder=$(mktemp -d)
# The server refuses to run as root.
as_server=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as_server=(runuser -u postgres --)
fi
chmod 755 "$folder"
stop() {
  "${as_server[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
# Nothing of it outlives the command, so nothing waits for the disk.
if ! (cd / && "${as_server[@]}" "$programs/initdb" -D "$folder/data" -U postgres -A trust --locale=C --encoding=UTF8 -N &&
      "${as_server[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start \
        -o "-c listen_addresses='' -k $folder -c fsync=off -c max_connections=200") >"$folder/made" 2>&1; then
  tail -n 5 "$folder/made" >&2
  [ ! -e "$folder/log" ] || tail -n 5 "$folder/log" >&2
  echo "with-postgresql.sh: no PostgreSQL server could be started: tests on PostgreSQL will be skipped" >&2
  "$@"
  exit
fi
export PANTAU_POSTGRESQL="postgresql:///postgres?host=$folder&user=postgres"
"$@"
