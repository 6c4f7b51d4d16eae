#!/usr/bin/env bash
# Compares genrebench's log-mel with librosa's, both on one core and one thread, in turns within one
# run. support.sh says what it needs.
#   experiments/kernels/peers/run.sh [OGG]
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
need_python 'librosa==0.11.0' 'soundfile==0.14.0' 'numpy==2.4.6'
build librosa_timings "sndfile soxr fftw3 fftw3f fmt eigen3" \
  signal/audio/{audio,audio_integrity,quiet_stderr,resampler} \
  signal/spectrum/{fft,lane_fft,stft,stft_options} \
  signal/features/{mel,mel_filters,mel_kernel}
compare compare.py librosa_timings "$@"
