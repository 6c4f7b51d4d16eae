#!/usr/bin/env bash
# Installs what is needed, builds everything and runs every test. Its last lines are ctest's summary. A preset
# may be named: scripts/test.sh [release|dev|asan|tsan]. With CI=true in the environment warnings are errors, and the
# benchmarks, which no test runs, are left out for time.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

scripts/install-dependencies.sh
[ "${CI:-}" = true ] && options=(-DGENREBENCH_WERROR=ON -DGENREBENCH_KERNELS=OFF) || options=()
cmake --preset "$preset" "${options[@]}" >&2
cmake --build --preset "$preset" --parallel "$(nproc)" >&2
ctest --preset "$preset" --parallel "$(nproc)"
