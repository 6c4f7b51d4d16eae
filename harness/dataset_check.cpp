#include "harness/dataset_check.hpp"

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "signal/audio.hpp"
#include "signal/error.hpp"

namespace genrebench {
namespace {

FileFacts examine(const std::filesystem::path& file, FileHashes& hashes, bool decode) {
  FileFacts facts;
  try {
    facts.hash = hashes(file);
    const AudioInfo info = probe_audio(file);
    facts.sample_rate_hz = info.sample_rate_hz;
    facts.channels = info.channels;
    facts.duration_s = info.duration_s;
    if (!decode) return facts;
    AudioReader reader(file, /*sample_rate_hz=*/0.0);
    std::vector<float> block(1 << 16);
    facts.silent = true;
    while (const std::size_t n = reader.read(block))
      for (std::size_t i = 0; i < n && facts.silent; ++i) facts.silent = block[i] == 0.0f;
  } catch (const DataError& error) {
    facts.error = error.what();
  }
  return facts;
}

}  // namespace

std::vector<FileFacts> examine_files(const Dataset& dataset, FileHashes& hashes, bool decode, int threads,
                                     const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::vector<Track>& tracks = dataset.tracks();
  std::vector<FileFacts> result(tracks.size());
  std::atomic<std::size_t> next{0};
  std::mutex report;
  std::size_t done = 0;
  const auto work = [&] {
    for (std::size_t t = next++; t < tracks.size(); t = next++) {
      if (!tracks[t].audio.empty()) result[t] = examine(tracks[t].audio, hashes, decode);
      const std::lock_guard lock(report);
      progress(++done, tracks.size());
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int i = 1; i < threads; ++i) pool.emplace_back(work);
    work();
  }
  hashes.save();
  return result;
}

std::vector<DatasetProblem> general_problems(const Dataset& dataset, const std::vector<FileFacts>& files) {
  std::vector<DatasetProblem> problems;
  std::map<std::string, std::string> first;
  for (std::size_t t = 0; t < files.size(); ++t) {
    const Track& track = dataset.tracks()[t];
    if (!files[t].error.empty())
      problems.push_back({.what = "unreadable", .where = track.id, .message = files[t].error});
    else if (files[t].silent)
      problems.push_back({.what = "silent", .where = track.id, .message = fmt::format("{}: every sample is zero", track.audio.string())});
    if (files[t].hash.empty()) continue;
    if (const auto [place, fresh] = first.emplace(files[t].hash, track.id); !fresh)
      problems.push_back({.what = "duplicate", .where = track.id, .message = fmt::format("the same file as {}", place->second)});
  }
  return problems;
}

}  // namespace genrebench
