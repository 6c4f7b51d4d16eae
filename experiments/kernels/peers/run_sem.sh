#!/bin/sh
# Compares genrebench's matrix of spectral error measures with the same in NumPy and SciPy, both on one core and one thread, in turns
# within one run.
#   experiments/kernels/peers/run_sem.sh [PART...]     PART: a b c d e; default: all
# Needs Python 3 with venv and a configured package index; makes everything in a folder of its own (WORK, default: a temporary one that is
# removed; about 0.5 GB). PYTHON names a Python that has the packages already; CORE the core (default: the last); ROUNDS the repetitions.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
if [ -z "${WORK:-}" ]; then
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT
fi
mkdir -p "$WORK"
core=${CORE:-$(($(nproc) - 1))}

if [ -z "${PYTHON:-}" ]; then
  python3 -m venv "$WORK/venv"
  "$WORK/venv/bin/pip" install --quiet 'numpy==2.4.6' 'scipy==1.17.1'
  PYTHON=$WORK/venv/bin/python
fi

packages="fftw3 fftw3f fmt eigen3"
# It takes few sources: a build of its own needs none of the project's other dependencies.
objects=
for source in base/parallel signal/spectrum/fft signal/segmentation/ar_model signal/segmentation/autocorrelation \
    signal/segmentation/band_quadrature signal/segmentation/direct_sem signal/segmentation/sem signal/segmentation/sem_fast \
    signal/segmentation/sem_pairs signal/segmentation/sem_windows signal/segmentation/window_series; do
  object=$WORK/sem_$(basename "$source").o
  "${CXX:-c++}" -std=c++20 -O3 -march=native -I "$root" $(pkg-config --cflags $packages) -c "$root/$source.cpp" -o "$object"
  objects="$objects $object"
done
"${CXX:-c++}" -std=c++20 -O3 -march=native -I "$root" $(pkg-config --cflags $packages) "$here/sem_timings.cpp" $objects \
  -o "$WORK/sem_timings" $(pkg-config --libs $packages) -pthread

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 LC_ALL=C
taskset -c "$core" "$PYTHON" "$here/compare_sem.py" "$WORK/sem_timings" "$WORK" "$@"
