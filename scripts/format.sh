#!/usr/bin/env bash
# Formats the C++ sources with clang-format 14; --check only tells.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
git ls-files -z '*.h' '*.cc' | xargs -0 -n 40 clang-format "${mode[@]}"
