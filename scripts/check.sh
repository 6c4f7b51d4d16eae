#!/usr/bin/env bash
# Checks the sources without building them: format, clang-tidy, shellcheck, codespell, includes,
# sizes, links, and the comments that doxygen reads. Looks at the files that differ from a commit,
# which is fast, or at all files.
#
#   scripts/check.sh [--all | COMMIT]    default: what differs from upstream, or from HEAD~
#   scripts/check.sh --sanitizers        instead: builds everything with the address and undefined-
#                                        behaviour sanitizers, then with the thread sanitizer, and
#                                        runs all tests under them (an hour and more on two cores)
#
# Installs nothing. A check whose program is missing is skipped and its Debian package named; with
# CI=true in the environment it fails instead. Exit code: 0 no problem found, 1 some.
set -euo pipefail
cd "$(dirname "$0")/.."

# Every report of a sanitizer ends the process with a code that no test expects.
sanitizers() {
  local folder=$PWD/tests/sanitizers
  export ASAN_OPTIONS=exitcode=99:detect_stack_use_after_return=1:strict_string_checks=1
  # Of GCC 12 it crashes where it follows the memory of threads of LibTorch ("Tracer caught signal
  # 11"), so it does not.
  export LSAN_OPTIONS=suppressions=$folder/leak.txt:print_suppressions=0:use_tls=0
  export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:exitcode=99
  export TSAN_OPTIONS=suppressions=$folder/thread.txt:exitcode=99:halt_on_error=1
  scripts/test.sh asan
  scripts/test.sh tsan
}

case ${1:-} in
  --help|-h) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0 ;;
  --sanitizers) sanitizers; exit ;;
  --all) since= ;;
  '') since=$(git merge-base HEAD '@{upstream}' 2>/dev/null \
              || git rev-parse --verify --quiet HEAD~ || true) ;;
  *) since=$(git rev-parse --verify "$1^{commit}") ;;
esac

# files PATTERN...: the files to check, which exist and match one of the patterns.
files() {
  if [ -n "$since" ]; then
    { git diff --name-only --diff-filter=d "$since" -- "$@"
      git ls-files --others --exclude-standard -- "$@"; } | sort -u
  else
    git ls-files --cached --others --exclude-standard -- "$@"
  fi
}

failed=()
# check NAME PROGRAM PACKAGE COMMAND...: runs a command, unless its program is missing.
check() {
  local name=$1 program=$2 package=$3
  shift 3
  if ! command -v "$program" >/dev/null; then
    echo "-- $name: skipped, install the package $package"
    [ "${CI:-}" != true ] || failed+=("$name")
    return
  fi
  echo "-- $name"
  "$@" || failed+=("$name")
}

# Parameters of precompiled headers and GCC's own options confuse clang, and sources that are
# compiled together have no commands of their own, so clang-tidy gets compile commands without
# these. Only cmake runs for that, not the build.
tidy() {
  local build=build/check
  cmake --preset release -B "$build" -D GENREBENCH_PRECOMPILE=OFF \
    -D GENREBENCH_TOGETHER=OFF -D GENREBENCH_NATIVE=OFF -D GENREBENCH_SANITIZE= >/dev/null
  printf '%s\n' "$@" | xargs --max-procs="$(nproc)" --max-args=1 \
    clang-tidy -p "$build" --quiet 2> >(grep -v 'warnings\? generated' >&2 || true)
}

mapfile -t cpp < <(files '*.cpp' '*.hpp')
mapfile -t scripts < <(files '*.sh' .ci/run)
mapfile -t text < <(files ':!tests/golden' ':!tests/fuzz/corpus' ':!tests/fuzz/crashes' \
                          ':!datasets/data' ':!*.png')
# Tests misspell words on purpose, and genres and artists have names of their own.
mapfile -t spelled < <(files ':!tests' ':!datasets/data' ':!datasets/facts' ':!*.png')
# clang 14 cannot compile the headers of LibTorch, so files that include them are left out.
mapfile -t tidied < <(files '*.cpp' ':!models/*/*' ':!tests/models' ':!tests/interop' \
                            ':!experiments/kernels/torch' ':!examples')

echo "checking ${#text[@]} files${since:+ that differ from ${since:0:12}}"
[ ${#cpp[@]} -eq 0 ] || \
  check 'format (clang-format -i FILES corrects it)' clang-format clang-format \
    clang-format --dry-run -Werror "${cpp[@]}"
[ ${#scripts[@]} -eq 0 ] || \
  check shellcheck shellcheck shellcheck shellcheck --severity=warning "${scripts[@]}"
[ ${#spelled[@]} -eq 0 ] || \
  check spelling codespell codespell codespell --ignore-words=scripts/codespell-ignore.txt \
    "${spelled[@]}"
check includes python3 python3 scripts/check-arrows.py
[ ${#text[@]} -eq 0 ] || check sizes ctags universal-ctags scripts/check-sizes.py "${text[@]}"
check links python3 python3 scripts/check-links.py
check 'tests of units' python3 python3 scripts/check-tests.py
check comments doxygen doxygen scripts/check-comments.sh
[ ${#tidied[@]} -eq 0 ] || check clang-tidy clang-tidy clang-tidy tidy "${tidied[@]}"

if [ ${#failed[@]} -gt 0 ]; then
  printf -v names '%s, ' "${failed[@]}"
  echo "failed: ${names%, }"
  exit 1
fi
echo "all checks passed"
