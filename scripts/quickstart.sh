#!/usr/bin/env bash
# From a fresh clone to a report: installs what is needed, builds, runs the synthetic experiment.
# A folder may be named for the report and the run store: scripts/quickstart.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-build/quickstart}

scripts/install-dependencies.sh
cmake --preset release >&2
cmake --build --preset release --target genrebench_program >&2
program=build/release/genrebench
"$program" run experiments/quickstart_rnn.yaml --db "$out/runs.db" --cache "$out/cache"
"$program" report experiments/quickstart_rnn.yaml --db "$out/runs.db" --out "$out/report" >/dev/null
"$program" run experiments/quickstart.yaml --db "$out/runs.db" --cache "$out/cache"
"$program" report experiments/quickstart.yaml --db "$out/runs.db" --out "$out/report"
echo
echo "The report: $out/report/summary.html, and a song cut into its parts: $out/report/segmentation.html"
echo "GRU against skip-GRU: $out/report/learning_curves.html and $out/report/skip_length.html"
echo "The runs:   $program runs --db $out/runs.db"
