#!/bin/sh
# make_store.sh PROGRAM VERSION: writes schemaVERSION.db beside this script with that version of genrebench: four done runs, two that
# failed, and of an experiment whose process was killed, one run as it was under way and one that was planned.
set -e
program=$(realpath "$1")
store=$(realpath "$(dirname "$0")")/schema$2.db
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > common.txt <<END
dataset: {name: synthetic, genres: 2, tracks_per_genre: 4, duration_s: 1, sample_rate_hz: 8000}
split: {kind: stratified, train_fraction: 0.5}
features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, n_mels: 20, n_mfcc: 8}
seeds: [0, 1]
END
{ echo "name: tiny"; cat common.txt; echo "sweep: {grid: {method.name: [knn, naive_bayes]}}"; echo "method: {knn: {neighbours: 1}}"; } > tiny.yaml
{ echo "name: too_many_neighbours"; cat common.txt; echo "method: {name: knn, neighbours: 5}"; } > too_many_neighbours.yaml
# Ten thousand fits take seconds, so that there is time to see the run.
steps=$(seq -s ', ' 1 100)
{ echo "name: killed"; sed 's/train_fraction: 0.5/train_fraction: 0.5, valid_fraction: 0.25/' common.txt
  echo "method: {name: svm, tune: {c: [$steps], gamma: [$steps]}}"; } > killed.yaml
run() { "$program" run "$1" --db runs.db --cache cache --quiet; }
run tiny.yaml
run too_many_neighbours.yaml && exit 1
"$program" run killed.yaml --db runs.db --cache cache --quiet & worker=$!
until [ "$(sqlite3 runs.db "SELECT count(*) FROM runs WHERE status = 'running'")" = 1 ]; do :; done
kill -KILL "$worker"
wait "$worker" || true
# Nobody's business.
if [ "$2" -lt 6 ]; then
  sqlite3 runs.db "UPDATE environment SET value = 'somewhere' WHERE key = 'host'"
else
  sqlite3 runs.db "UPDATE texts SET text = 'somewhere' WHERE key IN (SELECT value FROM environment WHERE name = (SELECT key FROM texts WHERE text = 'host'))" \
    "UPDATE tracks SET audio = replace(audio, '$work', '/somewhere')"
fi
[ "$2" -lt 3 ] || sqlite3 runs.db "UPDATE workers SET host = 'somewhere', boot = 'another'"
sqlite3 runs.db "PRAGMA wal_checkpoint(TRUNCATE)" "PRAGMA journal_mode = DELETE" "VACUUM" "SELECT status, count(*) FROM runs GROUP BY status"
cp runs.db "$store"
