#!/usr/bin/env bash
# Runs the same experiments with two builds of genrebench and compares the stored runs, the report
# files, and a segmentation. Use it to check that a change of the code changes no result.
#
#   scripts/compare-versions.sh OLD_PROGRAM NEW_PROGRAM [GTZAN_ROOT]
#
# GTZAN_ROOT is a folder of GTZAN or of a part of it. Without it, Table 2 and the comparison of
# leaky splits are left out, and the skip-RNN learns the synthetic dataset.
# scripts/compare_versions.py names what is left out of the comparison, such as measured times.
#
# With COMPARE_FOLDER=FOLDER all files are kept there, and what the old program has done there
# already is not done again.
# Exit code: 0 nothing differs, 1 something differs, 2 the arguments are wrong or a program failed.
set -euo pipefail
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  echo "usage: compare-versions.sh OLD_PROGRAM NEW_PROGRAM [GTZAN_ROOT]" >&2
  exit 2
fi
old=$(realpath "$1") new=$(realpath "$2") gtzan=
[ $# -eq 2 ] || gtzan=$(realpath "$3")
cd "$(dirname "$0")/.."
experiments=$PWD/experiments
compare=$PWD/scripts/compare_versions.py

if [ -n "${COMPARE_FOLDER:-}" ]; then
  mkdir -p "$COMPARE_FOLDER"
  folder=$(realpath "$COMPARE_FOLDER")
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi

# The experiments, one a line: a name, then the words that `run` and `report` are given.
experiment_words() {
  echo "quickstart $experiments/quickstart.yaml"
  echo "quickstart_rnn $experiments/quickstart_rnn.yaml"
  local skip="skip_length_small $experiments/ablations/skip_length_small.yaml"
  skip+=" method.skip_gru.epochs=2 seeds=[0,1]"
  if [ -n "$gtzan" ]; then
    local paper=$experiments/paper
    echo "table2 $paper/table2.yaml $paper/table2_leaky.yaml dataset.root=$gtzan"
    echo "leakage $paper/leakage.yaml dataset.root=$gtzan"
    echo "$skip dataset.root=$gtzan"
  else
    echo "$skip dataset.name=synthetic dataset.root="
  fi
}

fail() {
  echo "compare-versions: $1 failed; its last lines are:" >&2
  tail -n 5 "$2" >&2
  exit 2
}

# do_all PROGRAM FOLDER: every experiment with its reports, and the segmentation.
do_all() {
  local program=$1 out=$2 name words log
  log=$out/log.txt
  mkdir -p "$out"
  while read -r name words; do
    echo "  $name" >&2
    # shellcheck disable=SC2086  # words are several arguments
    "$program" run $words --db "$out/$name.db" --cache "$out/cache" --quiet >>"$log" 2>&1 ||
      fail "$program run $words" "$log"
    # shellcheck disable=SC2086
    "$program" report $words --db "$out/$name.db" --out "$out/reports/$name" >>"$log" 2>&1 ||
      fail "$program report $words" "$log"
  done < <(experiment_words)
  echo "  segment" >&2
  (cd "$folder" && "$program" segment long_track.wav --out "$out/segment" --quiet) >>"$log" 2>&1 ||
    fail "$program segment" "$log"
}

[ -e "$folder/long_track.wav" ] || python3 "$compare" make-track "$folder/long_track.wav"
if [ ! -e "$folder/old/complete" ]; then
  echo "with $old:" >&2
  do_all "$old" "$folder/old"
  touch "$folder/old/complete"
fi
echo "with $new:" >&2
rm -rf "$folder/new" "$folder/same_store"
do_all "$new" "$folder/new"

# The new program's reports of the old program's runs. Measured times are the same there, so none
# are left out.
while read -r name words; do
  # shellcheck disable=SC2086
  "$new" report $words --db "$folder/old/$name.db" --out "$folder/same_store/$name" \
    >>"$folder/new/log.txt" 2>&1 ||
    fail "$new report $words, of the runs of $old," "$folder/new/log.txt"
done < <(experiment_words)

python3 "$compare" compare "$folder"
