#!/usr/bin/env bash
# The fault tests of sweeps at full length, which takes some minutes: 8 workers, 400 runs, 200 kills; 16 processes of 10 000 transactions
# each. `scripts/test.sh` runs the same tests shortened. A preset may be named, as there.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

scripts/install-dependencies.sh
cmake --preset "$preset" >&2
cmake --build --preset "$preset" --parallel "$(nproc)" --target faults_tests >&2
GENREBENCH_FULL_LENGTH=1 exec "build/$preset/tests/faults_tests" --gtest_filter='Workers.*:Shards.*'
