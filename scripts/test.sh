#!/usr/bin/env bash
# Installs what is needed, builds everything and runs every test. Its last lines are ctest's
# summary.
#
#   scripts/test.sh [--slurm] [release|dev|asan|tsan]
#
# --slurm   also installs Slurm and submits a sweep to it, which needs root and takes a minute.
# CI=true   in the environment: warnings are errors, and the benchmarks, which no test runs, are
#           left out to save time.
set -euo pipefail
cd "$(dirname "$0")/.."
slurm=() slurm_tests=OFF
if [ "${1:-}" = --slurm ]; then
  slurm=(--slurm) slurm_tests=ON
  shift
fi
preset=${1:-release}

scripts/install-dependencies.sh "${slurm[@]}"
options=(-DGENREBENCH_SLURM_TESTS="$slurm_tests")
[ "${CI:-}" != true ] || options+=(-DGENREBENCH_WERROR=ON -DGENREBENCH_KERNELS=OFF)
cmake --preset "$preset" "${options[@]}" >&2
cmake --build --preset "$preset" --parallel "$(nproc)" >&2
ctest --preset "$preset" --parallel "$(nproc)"
