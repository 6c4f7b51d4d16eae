#pragma once
// Checks that need no knowledge of a particular dataset: whether files decode, whether their format
// and duration are the expected ones, and which files have the same content.

#include <functional>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/data/level_notes.hpp"
#include "harness/plugin/dataset.hpp"
#include "signal/fingerprint/fingerprint.hpp"

namespace genrebench {

/// What was found in one file. Values that need the samples are known only if the file was decoded.
struct FileFacts {
  std::string error;   ///< why it cannot be read; empty: it can
  std::string hash;    ///< of the file's bytes
  std::string md5;     ///< likewise; empty where none is published for the track
  std::string format;  ///< for people: "WAV, 16 bit PCM"
  double sample_rate_hz = 0.0;
  int channels = 0;
  double duration_s = 0.0;  ///< of the samples; as the header says if the file was not decoded
  std::string audio_hash;   ///< of the samples at the file's own rate: the same in WAV and in FLAC,
                            ///< and for 0.0 and -0.0
  bool silent = false;      ///< every sample is within kSilence of zero
  double longest_silence_s = 0.0;  ///< the longest stretch of such samples
  FileLevels levels;               ///< empty name: not decoded
  Fingerprint fingerprint;
};

/// Samples up to this are silence: -80 dB of full scale, what coding with losses makes of zeros.
inline constexpr float kSilence = 1e-4f;

/// "mono", "stereo", "6 channels".
std::string channels_text(int channels);

/// Examines the audio files of all tracks in parallel.
/// @param decode  true: decode every file whole; false: only read its header
/// @return        facts in the order of dataset.tracks(), empty for tracks without audio
std::vector<FileFacts> examine_files(const Dataset& dataset, FileHashes& hashes, bool decode,
                                     int threads,
                                     const std::function<void(std::size_t, std::size_t)>& progress);

/// Compares the files with each other and with what the dataset says in Track, expected_audio() and
/// published_counts(). Problems are:
///
/// - samples beyond full scale, and channels that cancel each other (level_notes()), both notes;
/// - an unreadable or silent file, a long silence (a note), an MD5 sum that is not the published
///   one;
/// - a sample rate, number of channels or duration that is not the expected one; if none is
///   expected, one that differs from nine in ten of the files (a note);
/// - a genre without tracks, or with more tracks than in the paper's Table 1; fewer are a note;
/// - exact duplicates (the same samples) and near duplicates
///   (signal/fingerprint/near_duplicates.hpp); a note if the dataset itself says that both are the
///   same song.
///
/// @param files  of examine_files(), decoded
std::vector<DatasetProblem> general_problems(
    const Dataset& dataset, const std::vector<FileFacts>& files, int threads,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace genrebench
