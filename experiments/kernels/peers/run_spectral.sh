#!/bin/sh
# Compares genrebench's spectral clustering with SciPy's and scikit-learn's, all on one core and one thread, in turns within one run.
#   experiments/kernels/peers/run_spectral.sh
# Needs Python 3 with venv and a configured package index; makes everything in a folder of its own (WORK, default: a temporary one that is
# removed). PYTHON names a Python that has the packages already; CORE the core (default: the last); ROUNDS the repetitions.
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
  "$WORK/venv/bin/pip" install --quiet 'numpy==2.4.6' 'scipy==1.17.1' 'scikit-learn==1.9.1'
  PYTHON=$WORK/venv/bin/python
fi

packages="fmt eigen3"
"${CXX:-c++}" -std=c++20 -O3 -DNDEBUG -march=native -I "$root" $(pkg-config --cflags $packages) "$here/spectral_timings.cpp" \
  "$root/signal/segmentation/affinity.cpp" "$root/signal/segmentation/k_means.cpp" \
  "$root/signal/segmentation/leading_eigenpairs.cpp" "$root/signal/segmentation/spectral_clustering.cpp" \
  -o "$WORK/spectral_timings" $(pkg-config --libs $packages)

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 LC_ALL=C
taskset -c "$core" "$PYTHON" "$here/spectral.py" "$WORK/spectral_timings" "$WORK"
