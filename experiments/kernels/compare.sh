#!/usr/bin/env bash
# Compares the kernel benchmarks of two builds on this machine.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: compare.sh [OPTION...] OLD_BUILD NEW_BUILD

Runs each genrebench_*_benchmark that both build folders have, alternately, and prints one line per
benchmark: the least time of both, the ratio of the least times and that of the medians (new / old).

  -p PERCENT  fail if a ratio of least times exceeds 1 by more than this (default 3)
  -r ROUNDS   number of times that each program runs (default 5)
  -t SECONDS  least time per benchmark and round (default 0.2)
  -n NAMES    programs, separated by commas, without genrebench_ and _benchmark: sem,stft
              (default: all)
  -f REGEX    only the benchmarks whose name matches

Exit status: 0, no benchmark is slower by more than PERCENT; 1, one is; 2, a program could not be
run, or there is nothing to compare. The machine should be idle.
TEXT
}

percent=3 rounds=5 seconds=0.2 names="" filter="."
while getopts "p:r:t:n:f:h" option; do
  case $option in
    p) percent=$OPTARG ;;
    r) rounds=$OPTARG ;;
    t) seconds=$OPTARG ;;
    n) names=$OPTARG ;;
    f) filter=$OPTARG ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
if [ $# -ne 2 ]; then
  usage >&2
  exit 2
fi
for build in "$1" "$2"; do
  if [ ! -d "$build/experiments/kernels" ]; then
    echo "compare.sh: $build: expected a build with experiments/kernels" \
      "(GENREBENCH_KERNELS=ON)" >&2
    exit 2
  fi
done
old=$1/experiments/kernels new=$2/experiments/kernels

programs=()
for path in "$old"/genrebench_*_benchmark; do
  program=${path##*/}
  name=${program#genrebench_}
  name=${name%_benchmark}
  if [ -n "$names" ] && [[ ",$names," != *",$name,"* ]]; then continue; fi
  if [ -x "$path" ] && [ -x "$new/$program" ]; then programs+=("$program"); fi
done
if [ ${#programs[@]} -eq 0 ]; then
  echo "compare.sh: no benchmark program is in both builds" >&2
  exit 2
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
run() {  # run SIDE FOLDER PROGRAM ROUND
  if ! "$2/$3" --benchmark_format=json --benchmark_min_time="$seconds" \
      --benchmark_filter="$filter" \
      > "$results/$3.$4.$1.json" 2> "$results/errors.txt"; then
    echo "compare.sh: $2/$3 failed:" >&2
    cat "$results/errors.txt" >&2
    exit 2
  fi
}
for program in "${programs[@]}"; do
  for ((round = 1; round <= rounds; ++round)); do
    if ((round % 2)); then
      run old "$old" "$program" "$round"
      run new "$new" "$program" "$round"
    else  # the other order, so that neither side always runs first
      run new "$new" "$program" "$round"
      run old "$old" "$program" "$round"
    fi
  done
done

python3 - "$results" "$percent" <<'PYTHON'
import collections, json, pathlib, statistics, sys

folder, percent = pathlib.Path(sys.argv[1]), float(sys.argv[2])
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
times = collections.defaultdict(lambda: {"old": [], "new": []})
for path in sorted(folder.glob("*.json")):
    program, _, side, _ = path.name.split(".")
    text = path.read_text()
    for one in json.loads(text)["benchmarks"] if text.strip() else []:
        if one.get("run_type", "iteration") == "iteration" and not one.get("error_occurred"):
            name = f"{program.removeprefix('genrebench_').removesuffix('_benchmark')} {one['name']}"
            times[name][side].append(one["real_time"] * NANOSECONDS[one["time_unit"]])
width = max(map(len, times), default=9)
print(f"{'benchmark':{width}}  {'old ms':>10}  {'new ms':>10}  least  median")
slower, compared = [], 0
for name, sides in times.items():
    if not (sides["old"] and sides["new"]):
        print(f"{name:{width}}  only in the {'old' if sides['old'] else 'new'} build")
        continue
    compared += 1
    least = min(sides["new"]) / min(sides["old"])
    median = statistics.median(sides["new"]) / statistics.median(sides["old"])
    mark = ""
    if least > 1.0 + percent / 100.0:
        slower.append(name)
        mark = "  slower"
    print(f"{name:{width}}  {min(sides['old']) / 1e6:10.4f}  {min(sides['new']) / 1e6:10.4f}"
          f"  {least:5.3f}  {median:6.3f}{mark}")
print(f"{len(slower)} of {compared} benchmarks are slower by more than {percent:g} %")
sys.exit(2 if compared == 0 else 1 if slower else 0)
PYTHON
