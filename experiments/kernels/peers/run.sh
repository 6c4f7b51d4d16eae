#!/bin/sh
# Compares genrebench's log-mel with librosa's, both on one core and one thread, in turns within one run.
#   experiments/kernels/peers/run.sh [OGG]
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
  "$WORK/venv/bin/pip" install --quiet 'librosa==0.11.0' 'soundfile==0.14.0' 'numpy==2.4.6'
  PYTHON=$WORK/venv/bin/python
fi

packages="sndfile soxr fftw3 fftw3f fmt eigen3"
# It takes few sources: a build of its own needs none of the project's other dependencies.
for source in audio/audio audio/audio_integrity audio/quiet_stderr audio/resampler spectrum/fft spectrum/lane_fft spectrum/stft \
    spectrum/stft_options features/mel features/mel_filters features/mel_kernel; do
  "${CXX:-c++}" -std=c++20 -O3 -march=native -I "$root" $(pkg-config --cflags $packages) -c "$root/signal/$source.cpp" \
    -o "$WORK/$(basename "$source").o"
done
"${CXX:-c++}" -std=c++20 -O3 -march=native -I "$root" $(pkg-config --cflags $packages) "$here/librosa_timings.cpp" "$WORK"/*.o \
  -o "$WORK/librosa_timings" $(pkg-config --libs $packages) -pthread

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1 LC_ALL=C
taskset -c "$core" "$PYTHON" "$here/compare.py" "$WORK/librosa_timings" "$WORK" "$@"
