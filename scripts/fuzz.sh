#!/usr/bin/env bash
# Looks for inputs that break a parser or a kernel: builds the targets of tests/fuzz with clang,
# libFuzzer and the address and undefined-behaviour sanitizers, and runs them.
#
#   scripts/fuzz.sh [TARGET...] [SECONDS]    default: every target, 60 s each
#   scripts/fuzz.sh --list                   names the targets
#   scripts/fuzz.sh --keep TARGET...         adds to the committed corpus what earlier runs found
#                                            beyond it: the smallest files, of at most 4 kB
#
# Starts from tests/fuzz/corpus/TARGET and tests/fuzz/crashes/TARGET. What is found stays in
# build/fuzz/corpus/TARGET, and the next run goes on from there. An input that crashes, takes longer
# than 10 s or more than 2 GiB ends its target and is put into build/fuzz/found/TARGET. Once the
# fault is mended, move it to tests/fuzz/crashes/TARGET: the test suite replays it from then on.
#
# Needs clang and its libFuzzer (scripts/install-dependencies.sh --check). Environment: CLANG, the
# compiler (default: clang++, or else clang++-14 and later); JOBS, for building (default: all
# processors). Exit code: 0 nothing found, 1 something found, 2 it could not run.
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/fuzz

die() {
  echo "fuzz.sh: $1" >&2
  exit 2
}

list() { find tests/fuzz -mindepth 2 -maxdepth 2 -name '*.cpp' ! -path '*/support/*' \
           -exec basename {} .cpp ';' | sort; }

keep=no
seconds=60
targets=()
for word in "$@"; do
  case $word in
    --help|-h) sed -n '2,19s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --list) list; exit 0 ;;
    --keep) keep=yes ;;
    -*) die "unknown option $word; see --help" ;;
    *[!0-9]*)
      list | grep -qx -- "$word" || die "no target '$word'; known: $(list | paste -sd ' ')"
      targets+=("$word") ;;
    *) seconds=$word ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(list)

find_clang() {
  local name
  for name in clang++ clang++-{14..21}; do
    command -v "$name" && return
  done
  for name in /usr/lib/llvm-*/bin/clang++; do
    [ -x "$name" ] && echo "$name" && return
  done
  die "clang++ is not installed; scripts/install-dependencies.sh --check installs it"
}
clang=${CLANG:-$(find_clang)}

cmake -S . -B "$build" -G Ninja -D CMAKE_CXX_COMPILER="$clang" -D CMAKE_BUILD_TYPE=Debug \
  -D CMAKE_CXX_FLAGS=-O1 -D GENREBENCH_FUZZ=ON -D GENREBENCH_WITH_TORCH=OFF \
  -D GENREBENCH_KERNELS=OFF >/dev/null || die "cmake failed"
cmake --build "$build" --parallel "${JOBS:-$(nproc)}" --target "${targets[@]/#/fuzz_}" \
  >"$build/build.log" 2>&1 || { tail -n 40 "$build/build.log" >&2; die "the build failed"; }

# Options of libFuzzer that all runs have. Files are made and read in memory where there is a place.
export ASAN_OPTIONS=allocator_may_return_null=0:detect_odr_violation=0:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
options=(-timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -close_fd_mask=1)

# options_of TARGET: what tests/fuzz/options/TARGET adds, and the dictionary if there is one.
options_of() {
  [ ! -f "tests/fuzz/dictionaries/$1.dict" ] || echo "-dict=tests/fuzz/dictionaries/$1.dict"
}

# seeds_of TARGET: the committed folders.
seeds_of() {
  local folder
  for folder in "tests/fuzz/corpus/$1" "tests/fuzz/crashes/$1"; do
    [ ! -d "$folder" ] || echo "$folder"
  done
}

status=0
for target in "${targets[@]}"; do
  grown=$build/corpus/$target found=$build/found/$target log=$build/$target.log
  mkdir -p "$grown" "$found" "tests/fuzz/corpus/$target"
  mapfile -t more < <(options_of "$target")
  mapfile -t seeds < <(seeds_of "$target")
  if [ "$keep" = yes ]; then
    before=$(find "tests/fuzz/corpus/$target" -type f | wc -l)
    "$build/fuzz_$target" -merge=1 -max_len=4096 "${options[@]}" "tests/fuzz/corpus/$target" \
      "$grown" >"$log" 2>&1 || die "$target: cannot be merged, see $log"
    echo "$target: $(($(find "tests/fuzz/corpus/$target" -type f | wc -l) - before)) files added"
    continue
  fi
  code=0
  "$build/fuzz_$target" -max_total_time="$seconds" -artifact_prefix="$found/" "${options[@]}" \
    "${more[@]}" "$grown" "${seeds[@]}" >"$log" 2>&1 || code=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  edges=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2)
  if [ "$code" -eq 0 ]; then
    echo "$target: ${executions:-0} executions, ${edges:-0} edges, no crash"
    continue
  fi
  status=1
  echo "$target: ${executions:-0} executions, ${edges:-0} edges, CRASH: $(
    sed -n 's/^.*\(SUMMARY: .*\|fuzz: the contract.*\)$/\1/p' "$log" | head -n 1)"
  sed -n 's/^.*Test unit written to /  input: /p' "$log"
  echo "  log: $log"
done
exit $status
