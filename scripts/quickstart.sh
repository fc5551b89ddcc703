#!/usr/bin/env bash
# From a bare Debian 12 to a table of flagged ads: installs the packages, builds the release, runs the demo.
set -euo pipefail
cd "$(dirname "$0")/.."
now() { date +%s; }

start=$(now)
scripts/install-packages.sh build run
packages=$(($(now) - start))

start=$(now)
echo "Building pantau ..."
cmake --preset release -DPANTAU_WARNINGS_AS_ERRORS=OFF >build-configure.log 2>&1 || { cat build-configure.log >&2; exit 1; }
rm -f build-configure.log
cmake --build --preset quickstart
build=$(($(now) - start))

start=$(now)
build/release/pantau demo
demo=$(($(now) - start))

echo
echo "Seconds: packages $packages, build $build, demo $demo."
