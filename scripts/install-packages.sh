#!/usr/bin/env bash
# Installs the Debian packages of the named groups (see packages.txt), as root or through sudo; does nothing when all
# of them are there already.
#   scripts/install-packages.sh build run
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || { echo "usage: install-packages.sh GROUP..." >&2; exit 2; }

wanted=()
while read -r group package _; do
  case $group in ''|'#'*) continue ;; esac
  for asked in "$@"; do [ "$group" = "$asked" ] && wanted+=("$package"); done
done <"$here/packages.txt"
[ ${#wanted[@]} -gt 0 ] || { echo "install-packages.sh: no group named $*" >&2; exit 2; }

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "Installing packages needs root or sudo. Missing: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
         apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  echo "Installing packages failed; this script is for Debian 12 (bookworm)." >&2
  exit 1
fi
