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
    : excerpt_(excerpt), folder_(std::move(folder)), hashes_(hashes) {}

std::vector<ClusterSpan> SectionCache::operator()(const std::filesystem::path& file,
                                                  const std::string& hash,
                                                  std::optional<int> clusters) {
  std::string key = hash + (clusters ? fmt::format(" clusters {}", *clusters) : "");
  if (const std::string decoder = decoder_of(file); !decoder.empty()) key += " by " + decoder;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  std::filesystem::path cached;
  std::optional<std::vector<ClusterSpan>> sections;
  if (!folder_.empty()) {
    const std::string name = content_hash(excerpt_.recipe() + key);
    cached = folder_ / name.substr(0, 2) / (name.substr(2) + ".sections");
    sections = from_file(cached);
    n_cached_ += sections.has_value();
  }
  if (!sections) {
    sections = read_content(file, hash, hashes_, [&] {
      const SteadyClock::time_point begin = SteadyClock::now();
      std::vector<ClusterSpan> found = excerpt_.segment(file, clusters);
      computed_s_ += seconds_since(begin);
      return found;
    });
    ++n_computed_;
    try {
      if (!cached.empty()) write_file_atomically(cached, to_text(*sections));
    } catch (const DataError&) {  // the feature cache, beside it, reports the same disk
    }
  }
  const std::lock_guard lock(mutex_);
  return known_.try_emplace(key, std::move(*sections)).first->second;
}

SegmentationExample SectionCache::example(const std::filesystem::path& file,
                                          const std::string& hash,
                                          std::optional<int> clusters) const {
  return read_content(file, hash, hashes_, [&] { return excerpt_.example(file, clusters); });
}

}  // namespace genrebench
