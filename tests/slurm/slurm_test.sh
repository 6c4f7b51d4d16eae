#!/usr/bin/env bash
# A sweep of 40 runs on a real Slurm, two tasks at once: one task meets its time limit, another is
# killed. Its table must be that of a local run. Ends with 77, which ctest takes as skipped, where
# Slurm cannot be run.
#   slurm_test.sh PROGRAM
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
PATH=$PATH:/usr/sbin

skip() { echo "skipped: $*"; exit 77; }
[ "$(id -u)" -eq 0 ] || skip "Slurm's daemons are started as root"
for needed in munged slurmctld slurmd sbatch; do
  command -v "$needed" >/dev/null ||
    skip "$needed is not installed; scripts/install-dependencies.sh --slurm installs it on Debian"
done

work=$(mktemp -d)
chmod 711 "$work" # munged wants its socket to be reachable
cluster=$work/cluster
sampler=
local_run=
finish() {
  local code=$?
  trap - EXIT INT TERM
  for process in $sampler $local_run; do kill "$process" 2>/dev/null || true; done
  "$here/cluster.sh" stop "$cluster" || code=1
  if [ "$code" -ne 0 ]; then
    tail -n 20 "$cluster"/*.log "$work"/place*/runs.db.submissions/*/logs/*_task_[012].log \
      2>/dev/null || true
  fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() { echo "FAILED: $*"; exit 1; }

# Waits until a command succeeds: await SECONDS WHAT COMMAND...
await() {
  local tries=$(($1 * 10)) what=$2
  shift 2
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "waited in vain for $what"
    sleep 0.1
  done
}

# The program that does a task.
process_of() {
  local process words
  for process in /proc/[0-9]*; do
    words=$({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null) || continue
    if [[ "$words" == "$program work $1 --task $2 " ]]; then
      echo "${process#/proc/}"
      return
    fi
  done
  return 1
}

# A run of the frozen plan, by its position; the plan is in the order of the sweep.
run_at() {
  "$program" runs --experiment cluster --db "$1/plan.db" --json |
    grep '"id"' | sed -n "$(($2 + 1))p" | cut -d'"' -f4
}

# The time of a run's first epoch: no other attempt at the run takes as long to the last bit.
first_epoch_s() {
  "$program" show "$2" --db "$1" --json |
    grep -A2 '"name": "seconds"' | grep -A1 '"step": 1,' | sed -n 's/.*"value": //p'
}

has_first_epoch() {
  [ -n "$(first_epoch_s "$1" "$2" 2>/dev/null)" ] &&
    [ -e "$database.files/$2/checkpoints/checkpoint.safetensors" ]
}
signal_waits() { grep -q '^ShdPnd:.*[2367abef]..$' "/proc/$1/status"; } # SIGUSR1 is bit 9
gone() { ! kill -0 "$1" 2>/dev/null; }
queue_empty() { [ -z "$(squeue --noheader)" ]; }
done_runs() {
  "$program" runs --experiment cluster --status 'done' --db "$1" --json | grep -c '"id"' || true
}
submit() { "$program" submit slurm "$sweep" --cache cache --quiet "$@"; }

"$here/cluster.sh" start "$cluster"
export SLURM_CONF=$cluster/slurm.conf

place="$work/place with 100%j and blanks"
mkdir "$place"
cd "$place"
database=$place/runs.db
sweep=$here/sweep.yaml

"$program" run "$sweep" --db local.db --cache local_cache --threads 1 --quiet >local_summary &
local_run=$!

echo "== is refused"
if submit --db refused.db --partition nowhere 2>refusal; then fail "there is no such partition"; fi
expected="genrebench: sbatch: .*Invalid partition.*; the scripts stay in $place/refused.db.subm"
if [ "$(wc -l <refusal)" -ne 1 ] || ! grep -q "$expected" refusal; then
  fail "it says: $(cat refusal)"
fi

echo "== submits"
submit --db runs.db --array-limit 2 --time 1 --checkpoint-signal 45 2>warnings
grep -q "warning: with --time 1" warnings || fail "it does not warn of so short a time"
submission=$(echo "$database".submissions/cluster-*)
[ "$(grep -c '"offset"' "$submission/submission.json")" -eq 2 ] ||
  fail "20 tasks are not split at MaxArraySize 16"
first_array=$(grep '"job"' "$submission/submission.json" | head -n 1 | cut -d'"' -f4)
log_of() { echo "$submission/logs/array_${first_array}_task_$1.log"; }
while :; do
  squeue --noheader --array --states=RUNNING --format=%j | grep genrebench-cluster |
    grep --count --invert-match merge >>"$work/samples" || true
  sleep 0.2
done &
sampler=$!

if submit --db runs.db --array-limit 2 2>refusal; then fail "it is submitted twice"; fi
if [ "$(wc -l <refusal)" -ne 1 ] || ! grep -q "is already in the queue" refusal; then
  fail "it is submitted twice: $(cat refusal)"
fi

echo "== one task is killed, another meets its time limit"
late=$(run_at "$submission" 0)
killed=$(run_at "$submission" 1)
shards=$submission/shards
await 60 "a checkpoint of the run that will be late" has_first_epoch "$shards/task_0.db" "$late"
late_process=$(process_of "$submission" 0) || fail "the task that is to be late has ended already"
kill -STOP "$late_process" # so that it is not done before its time limit
late_epoch=$(first_epoch_s "$shards/task_0.db" "$late")
await 60 "a checkpoint of the run that will be killed" \
  has_first_epoch "$shards/task_1.db" "$killed"
killed_process=$(process_of "$submission" 1) ||
  fail "the task that is to be killed has ended already"
kill -STOP "$killed_process"
killed_epoch=$(first_epoch_s "$shards/task_1.db" "$killed")
kill -KILL "$killed_process"
await 60 "Slurm's signal before the time limit" signal_waits "$late_process"
kill -CONT "$late_process"
await 30 "the end of the late task" gone "$late_process"
"$program" submit status --db runs.db
await 240 "the end of all jobs" queue_empty
"$program" submit status --db runs.db

grep -q "stopped by the checkpoint signal" "$(log_of 0)" ||
  fail "the late task was not stopped by the signal"
[ "$(grep -c "cluster, task 0: " "$(log_of 0)")" -ge 2 ] ||
  fail "the late task did not get another turn"
[ "$(first_epoch_s runs.db "$late")" = "$late_epoch" ] ||
  fail "the late run did not go on from its checkpoint"
n=$(done_runs runs.db)
[ "$n" -eq 39 ] || fail "expected 39 runs in the database, found $n"
"$program" submit status --db runs.db --json | grep -q '"merged": true' ||
  fail "it does not say that all is merged"

echo "== submits again"
submit --db runs.db --array-limit 2 --partition test --mem 100M --sbatch=--nice=0 >again
cat again
grep -q "cluster: 1 run in 1 task, 1 array; 39 done or in the queue already" again ||
  fail "not what is left was submitted"
await 120 "the end of all jobs" queue_empty
kill "$sampler"
sampler=
"$program" submit status --db runs.db
n=$(done_runs runs.db)
[ "$n" -eq 40 ] || fail "expected 40 runs in the database, found $n"
[ "$(first_epoch_s runs.db "$killed")" = "$killed_epoch" ] ||
  fail "the killed run did not go on from its checkpoint"
submit --db runs.db | grep -qx "cluster: all 40 runs done already; nothing to submit" ||
  fail "there is something to submit"

most=$(sort -n "$work/samples" | tail -n 1)
[ "$most" -eq 2 ] || fail "expected 2 tasks at once at most, found $most"

echo "== compares with a local run"
wait "$local_run" || fail "the local run failed"
local_run=
# All metrics, but those of time, and all predictions of all runs are the same to the last bit:
"$program" merge local.db --db runs.db | tee comparison
grep -Eq '^local.db +0 +0 +40 +0 ' comparison || fail "some runs have other results"
for which in local runs; do
  "$program" report "$sweep" --db "$which.db" --format csv --out "$which" >/dev/null 2>&1
  sed 's/,[^,]*$//' "$which/summary-cluster.csv" >"$which.csv" # without the times
  cat "$which/summary-cluster-confusion.csv" >>"$which.csv"
done
diff local.csv runs.csv || fail "the tables differ"
cat runs.csv
echo "the same table as a local run's"
