#!/usr/bin/env bash
# Reads the comments of the installed headers with doxygen and fails if it warns. The pages are in
# build/doxygen/html.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/doxygen
warnings=$(doxygen docs/Doxyfile 2>&1 >/dev/null)
if [ -n "$warnings" ]; then
  printf '%s\n' "${warnings//$PWD\//}"
  exit 1
fi
