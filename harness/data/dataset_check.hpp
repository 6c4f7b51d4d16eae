#pragma once
// What can be seen of any dataset's files: whether they decode, how they sound beside what is
// expected, which are the same.

#include <functional>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/plugin/dataset.hpp"
#include "signal/fingerprint/fingerprint.hpp"

namespace genrebench {

/// One file as found. What needs the samples is only known where the file was decoded.
struct FileFacts {
  std::string error;   ///< why it cannot be read; empty: it can
  std::string hash;    ///< of the file's bytes
  std::string md5;     ///< likewise; empty where none is published for the track
  std::string format;  ///< for people: "WAV, 16 bit PCM"
  double sample_rate_hz = 0.0;
  int channels = 0;
  double duration_s = 0.0;  ///< of the samples; where the file was not decoded, as the header says
  std::string audio_hash;   ///< of the samples at the file's own rate: the same in WAV and in FLAC,
                            ///< and for 0.0 and -0.0
  bool silent = false;      ///< every sample is within kSilence of zero
  double longest_silence_s = 0.0;  ///< the longest stretch of such samples
  Fingerprint fingerprint;
};

/// Samples up to this are silence: -80 dB of full scale, what coding with losses makes of zeros.
inline constexpr float kSilence = 1e-4f;

/// "mono", "stereo", "6 channels".
std::string channels_text(int channels);

/// Looks at the audio of every track, in parallel; in the order of dataset.tracks(). Tracks without
/// audio: empty facts.
/// @param decode  decode every file whole; else only read its header
std::vector<FileFacts> examine_files(const Dataset& dataset, FileHashes& hashes, bool decode,
                                     int threads,
                                     const std::function<void(std::size_t, std::size_t)>& progress);

/// Problems that are seen without knowledge of the dataset's files, beyond what it says in Track,
/// expected_audio() and published_counts():
/// - unreadable, silent, or long silence (a note); an MD5 sum that is not the published one;
/// - a sample rate, number of channels or duration that is not expected; where nothing is expected,
/// what differs from nine in
///   ten of the files (a note);
/// - genres without tracks and with more than the paper's Table 1 counts; fewer are a note;
/// - exact duplicates (the same samples) and near duplicates
/// (signal/fingerprint/near_duplicates.hpp); a note where the dataset itself
///   says that both are the same song.
/// @param files  of examine_files(), decoded
std::vector<DatasetProblem> general_problems(
    const Dataset& dataset, const std::vector<FileFacts>& files, int threads,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace genrebench
