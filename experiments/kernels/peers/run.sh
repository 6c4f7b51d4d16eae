#!/usr/bin/env bash
# Compares genrebench's log-mel with librosa's, both on one core and one thread, in turns within one
# run. support.sh says what it needs.
#   experiments/kernels/peers/run.sh [OGG]
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
need_python 'librosa==0.11.0' 'soundfile==0.14.0' 'numpy==2.4.6'
build librosa_timings "sndfile libmpg123 soxr fftw3 fftw3f fmt eigen3" \
  base/open_file signal/audio/{aiff_reader,au_reader,audio,audio_view,chunks,containers} \
  signal/audio/{file_bytes,file_kind,flac_reader,mpeg_decoder,mpeg_frames,mpeg_reader} \
  signal/audio/{ogg_reader,open_decoder,resampler,riff_reader,sndfile_decoder} \
  signal/spectrum/{fft,lane_fft,stft,stft_options} \
  signal/features/{mel,mel_filters,mel_kernel}
compare compare.py librosa_timings "$@"
