#include "harness/data/section_cache.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "signal/audio/external_decoder.hpp"

namespace genrebench {
namespace {

/// A line a section, and last the hash of the lines.
std::string to_text(const std::vector<ClusterSpan>& sections) {
  std::string text;
  for (const ClusterSpan& section : sections)
    text += fmt::format("{} {} {}\n", section.start_s, section.end_s, section.label);
  return text + content_hash(text) + "\n";
}

std::optional<std::vector<ClusterSpan>> from_file(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) return std::nullopt;
  std::vector<ClusterSpan> sections;
  std::string line, last;
  while (std::getline(stream, line)) {
    if (line.find(' ') == std::string::npos) {
      last = line + "\n";
      break;
    }
    ClusterSpan section;
    std::istringstream words(line);
    if (!(words >> section.start_s >> section.end_s >> section.label)) return std::nullopt;
    sections.push_back(section);
  }
  if (sections.empty() || !to_text(sections).ends_with("\n" + last) || last.empty())
    return std::nullopt;
  return sections;
}

}  // namespace

SectionCache::SectionCache(const SegmentingExcerpt& excerpt, std::filesystem::path folder,
                           FileHashes& hashes)
    : excerpt_(excerpt),
      by_samples_(dynamic_cast<const SampleSegmenter*>(&excerpt)),
      folder_(std::move(folder)),
      hashes_(hashes) {}

std::string SectionCache::key_of(const std::filesystem::path& file, const std::string& hash,
                                 std::optional<int> clusters) const {
  std::string key = hash + (clusters ? fmt::format(" clusters {}", *clusters) : "");
  if (const std::string decoder = decoder_of(file); !decoder.empty()) key += " by " + decoder;
  return key;
}

/// Empty: there is no folder.
std::filesystem::path SectionCache::cached_file(const std::string& key) const {
  if (folder_.empty()) return {};
  const std::string name = content_hash(excerpt_.recipe() + key);
  return folder_ / name.substr(0, 2) / (name.substr(2) + ".sections");
}

std::optional<std::vector<ClusterSpan>> SectionCache::known(const std::filesystem::path& file,
                                                            const std::string& hash,
                                                            std::optional<int> clusters) {
  const std::string key = key_of(file, hash, clusters);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  if (folder_.empty()) return std::nullopt;
  std::optional<std::vector<ClusterSpan>> sections = from_file(cached_file(key));
  if (!sections) return std::nullopt;
  ++n_cached_;
  const std::lock_guard lock(mutex_);
  return known_.try_emplace(key, *std::move(sections)).first->second;
}

std::vector<ClusterSpan> SectionCache::keep(const std::string& key,
                                            std::vector<ClusterSpan> computed) {
  ++n_computed_;
  try {
    if (const auto file = cached_file(key); !file.empty())
      write_file_atomically(file, to_text(computed));
  } catch (const DataError&) {  // the feature cache, beside it, reports the same disk
  }
  const std::lock_guard lock(mutex_);
  return known_.try_emplace(key, std::move(computed)).first->second;
}

std::vector<ClusterSpan> SectionCache::operator()(const std::filesystem::path& file,
                                                  const std::string& hash,
                                                  std::optional<int> clusters) {
  if (auto sections = known(file, hash, clusters)) return *std::move(sections);
  return keep(key_of(file, hash, clusters), read_content(file, hash, hashes_, [&] {
                const SteadyClock::time_point begin = SteadyClock::now();
                std::vector<ClusterSpan> found = excerpt_.segment(file, clusters);
                computed_s_ += seconds_since(begin);
                return found;
              }));
}

std::vector<ClusterSpan> SectionCache::in_samples(const FileSamples& samples,
                                                  const std::filesystem::path& file,
                                                  const std::string& hash,
                                                  std::optional<int> clusters) {
  const SteadyClock::time_point begin = SteadyClock::now();
  std::vector<ClusterSpan> found =
      by_samples_->segment_samples(samples.samples, samples.file_rate_hz, file.string(), clusters);
  computed_s_ += samples.decoding_s + seconds_since(begin);
  return keep(key_of(file, hash, clusters), std::move(found));
}

SegmentationExample SectionCache::example(const std::filesystem::path& file,
                                          const std::string& hash,
                                          std::optional<int> clusters) const {
  return read_content(file, hash, hashes_, [&] { return excerpt_.example(file, clusters); });
}

}  // namespace genrebench
