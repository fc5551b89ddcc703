#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test.
#   scripts/test.sh [PRESET] [ctest arguments]      PRESET: asan-ubsan (default), dev, tsan
set -euo pipefail
cd "$(dirname "$0")/.."
preset=asan-ubsan
case ${1:-} in dev | asan-ubsan | tsan) preset=$1; shift ;; esac
scripts/install-packages.sh build run test
start=$(date +%s)
cmake --preset "$preset"
cmake --build --preset "$preset"
echo "Seconds: build $(($(date +%s) - start))."
start=$(date +%s)
ctest --preset "$preset" "$@"
echo "Seconds: tests $(($(date +%s) - start))."
