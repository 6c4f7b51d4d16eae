#!/usr/bin/env bash
# Compares the time of each segmentation algorithm on a song of 10 minutes with librosa's recipe for
# the same, on one core and one thread, in turns within one run. support.sh says what it needs.
#   experiments/kernels/peers/run_segment.sh GENREBENCH [SONG]
#     GENREBENCH: the program; SONG: a sound file; default: music that is made
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
program=${1:?usage: run_segment.sh GENREBENCH [SONG]}
need_python 'librosa==0.11.0' 'numpy==2.4.6' 'scipy==1.17.1' 'scikit-learn==1.9.1' \
  'soundfile==0.14.0'
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1 LC_ALL=C
taskset -c "${CORE:-$(($(nproc) - 1))}" "$PYTHON" "$here/compare_segment.py" "$program" "$WORK" \
  ${2:+"$2"}
