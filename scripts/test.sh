#!/usr/bin/env bash
# Installs what the tests need, builds with the address and undefined-behaviour sanitizers, and runs every test.
#   scripts/test.sh [ctest arguments]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages.sh build run test
start=$(date +%s)
cmake --preset asan-ubsan
cmake --build --preset asan-ubsan
echo "Seconds: build $(($(date +%s) - start))."
start=$(date +%s)
ctest --preset asan-ubsan "$@"
echo "Seconds: tests $(($(date +%s) - start))."
