#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test.
#   scripts/test.sh [PRESET] [ctest arguments]      PRESET: asan-ubsan (default), dev, tsan, clang, fuzz
set -euo pipefail
cd "$(dirname "$0")/.."
preset=asan-ubsan
case ${1:-} in dev | asan-ubsan | tsan | clang | fuzz) preset=$1; shift ;; esac
groups=(build run test)
case $preset in clang | fuzz) groups+=(clang) ;; esac
scripts/install-packages.sh "${groups[@]}"
start=$(date +%s)
cmake --preset "$preset"
cmake --build --preset "$preset"
echo "Seconds: build $(($(date +%s) - start))."
start=$(date +%s)
scripts/with-postgresql.sh ctest --preset "$preset" "$@"
echo "Seconds: tests $(($(date +%s) - start))."
