#!/usr/bin/env bash
# Compares genrebench's spectral clustering with SciPy's and scikit-learn's, all on one core and one
# thread, in turns within one run. support.sh says what it needs.
#   experiments/kernels/peers/run_spectral.sh
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
need_python 'numpy==2.4.6' 'scipy==1.17.1' 'scikit-learn==1.9.1'
build spectral_timings "fmt eigen3" \
  signal/segmentation/{affinity,k_means,leading_eigenpairs,spectral_clustering}
compare spectral.py spectral_timings
