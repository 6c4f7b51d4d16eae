#!/usr/bin/env bash
# From a fresh clone to a report: installs what is needed, builds, and runs two small experiments on
# synthetic music.
#
#   scripts/quickstart.sh [FOLDER]    FOLDER of the report and the run store: build/quickstart
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-build/quickstart}

scripts/install-dependencies.sh
cmake --preset release >&2
cmake --build --preset release --target genrebench_program >&2
program=build/release/genrebench
store=(--db "$out/runs.db")
"$program" run experiments/quickstart_rnn.yaml "${store[@]}" --cache "$out/cache"
"$program" report experiments/quickstart_rnn.yaml "${store[@]}" --out "$out/rnn" >/dev/null
"$program" run experiments/quickstart.yaml "${store[@]}" --cache "$out/cache"
"$program" report experiments/quickstart.yaml "${store[@]}" --out "$out/report"
echo
cat <<END
The report:            $out/report/index.html
GRU against skip-GRU:  $out/rnn/index.html
The runs:              $program runs --db $out/runs.db
END
