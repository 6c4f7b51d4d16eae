#pragma once
// What can be seen of any dataset's files: whether they decode, how long they are, which are the same.

#include <functional>
#include <string>
#include <vector>

#include "harness/dataset.hpp"
#include "harness/digest.hpp"

namespace genrebench {

/// One file as found.
struct FileFacts {
  std::string error;  ///< why it cannot be read; empty: it can
  double sample_rate_hz = 0.0;
  int channels = 0;
  double duration_s = 0.0;  ///< as the header says
  bool silent = false;      ///< no sample differs from zero; only known where the file was decoded
  std::string hash;         ///< of the file's bytes
};

/// Looks at the audio of every track, in parallel; in the order of dataset.tracks(). Tracks without audio: empty facts.
/// @param decode  decode every file whole; else only read its header
std::vector<FileFacts> examine_files(const Dataset& dataset, FileHashes& hashes, bool decode, int threads,
                                     const std::function<void(std::size_t, std::size_t)>& progress);

/// Problems that need no knowledge of the dataset: unreadable or silent files, exact duplicates (equal bytes).
std::vector<DatasetProblem> general_problems(const Dataset& dataset, const std::vector<FileFacts>& files);

}  // namespace genrebench
