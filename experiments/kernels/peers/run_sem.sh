#!/usr/bin/env bash
# Compares genrebench's matrix of spectral error measures with the same in NumPy and SciPy, both on
# one core and one thread, in turns within one run. support.sh says what it needs; about 0.5 GB.
#   experiments/kernels/peers/run_sem.sh [PART...]     PART: a b c d e; default: all
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
need_python 'numpy==2.4.6' 'scipy==1.17.1'
build sem_timings "fftw3 fftw3f fmt eigen3" base/parallel signal/spectrum/fft \
  signal/segmentation/{ar_model,autocorrelation,band_quadrature,direct_sem,lane_matrix} \
  signal/segmentation/{sem,sem_fast,sem_pairs,sem_tails,sem_windows,window_series}
compare compare_sem.py sem_timings "$@"
