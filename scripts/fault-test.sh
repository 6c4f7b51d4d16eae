#!/usr/bin/env bash
# Runs the fault tests of sweeps at full length, which takes some minutes: 8 workers, 400 runs and
# 200 kills; 16 processes with 10 000 transactions each; 20 kills of a training with frozen layers.
# `scripts/test.sh` runs shorter versions.
#
#   scripts/fault-test.sh [release|dev|asan|tsan]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

scripts/install-dependencies.sh
cmake --preset "$preset" >&2
cmake --build --preset "$preset" --parallel "$(nproc)" --target faults_tests >&2
GENREBENCH_FULL_LENGTH=1 exec "build/$preset/tests/faults_tests" \
  --gtest_filter='Workers.*:Shards.*:TrainingFaults.Kills*'
