# shellcheck shell=bash
# What the comparisons with other libraries share; they source this file. Each needs Python 3 with
# venv and a configured package index, and makes everything in a folder of its own.
#
# WORK    that folder; default: a temporary one that is removed
# PYTHON  a Python that has the packages already
# CORE    the core that both sides run on; default: the last
# ROUNDS  number of repetitions
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
if [ -z "${WORK:-}" ]; then
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT
fi
mkdir -p "$WORK"

# need_python PACKAGE==VERSION...: makes an environment with these packages unless PYTHON is set.
need_python() {
  [ -z "${PYTHON:-}" ] || return 0
  python3 -m venv "$WORK/venv"
  "$WORK/venv/bin/pip" install --quiet "$@"
  PYTHON=$WORK/venv/bin/python
}

# build PROGRAM "LIBRARIES" SOURCE...: compiles PROGRAM.cpp of this folder with sources of the
# project, named from its root without .cpp. A comparison takes few sources, so this build needs
# none of the project's other dependencies.
build() {
  local program=$1 libraries=$2 flags links source object objects=()
  shift 2
  # One word per library and flag.
  # shellcheck disable=SC2086
  flags=$(pkg-config --cflags $libraries) links=$(pkg-config --libs $libraries)
  for source in "$@" "experiments/kernels/peers/$program"; do
    object=$WORK/$program.${source//\//_}.o
    # shellcheck disable=SC2086
    "${CXX:-c++}" -std=c++20 -O3 -DNDEBUG -march=native -I "$root" $flags \
      -c "$root/$source.cpp" -o "$object"
    objects+=("$object")
  done
  # shellcheck disable=SC2086
  "${CXX:-c++}" "${objects[@]}" -o "$WORK/$program" $links -pthread
}

# compare SCRIPT PROGRAM [ARGUMENT...]: runs the Python script on one core with one thread; it times
# both sides in turns.
compare() {
  local script=$1 program=$2
  shift 2
  export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1 LC_ALL=C
  taskset -c "${CORE:-$(($(nproc) - 1))}" "$PYTHON" "$here/$script" "$WORK/$program" "$WORK" "$@"
}
