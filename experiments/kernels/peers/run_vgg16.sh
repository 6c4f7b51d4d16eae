#!/usr/bin/env bash
# Compares genrebench's training of a VGG16 that is frozen up to block5_conv2 with the same in plain
# PyTorch, both on one core and one thread, in turns within one run. support.sh says what it needs;
# PyTorch from PyPI takes 6 GB and half an hour of a processor is needed.
#   experiments/kernels/peers/run_vgg16.sh
#
# GENREBENCH  the program; default: that of build/release
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
need_python 'torch==2.15.0' 'numpy==2.4.6'
ln -sf "$(realpath "${GENREBENCH:-$root/build/release/genrebench}")" "$WORK/genrebench"
compare vgg16.py genrebench "$@"
