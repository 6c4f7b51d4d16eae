// Pieces of equal length; the track is decided by their vote.

#include <fmt/format.h>

#include <cmath>

#include "harness/registry.hpp"

namespace genrebench {
namespace {

struct ChunkOptions {
  double length_s = 3.0;
  std::optional<double> hop_s;
};

const OptionTable<ChunkOptions>& table() {
  static const OptionTable<ChunkOptions> options =
      OptionTable<ChunkOptions>()
          .number("length_s", &ChunkOptions::length_s, 0.05, 3600.0, "Length of a chunk, in seconds.", "the paper, section 4.1")
          .number("hop_s", &ChunkOptions::hop_s, 0.05, 3600.0,
                  "From the start of one chunk to the next, in seconds; auto: length_s, without overlap.");
  return options;
}

class Chunks final : public Excerpt {
 public:
  explicit Chunks(const ChunkOptions& options) : options_(options) {}

  std::vector<Region> choose(const TrackAudio& track) const override {
    const auto samples = [&](double seconds) { return std::llround(seconds * track.sample_rate_hz); };
    const std::int64_t length = samples(options_.length_s), hop = samples(options_.hop_s.value_or(options_.length_s));
    if (length < 1 || hop < 1)
      throw ConfigError(fmt::format("excerpt chunks: a length of {} s and a hop of {} s are less than one sample at {} Hz",
                                    options_.length_s, options_.hop_s.value_or(options_.length_s), track.sample_rate_hz));
    std::vector<Region> regions;
    for (std::int64_t begin = 0; begin + length <= track.n_samples; begin += hop) regions.push_back({{begin, begin + length}});
    if (regions.empty())
      throw DataError(fmt::format("{}: {:.2f} s long, too short for one chunk of {} s", track.file.string(),
                                  static_cast<double>(track.n_samples) / track.sample_rate_hz, options_.length_s));
    return regions;
  }

 private:
  ChunkOptions options_;
};

}  // namespace

void register_chunks(Registry& registry) {
  registry.excerpts.add({{.name = "chunks",
                          .summary = "Pieces of equal length, the remainder dropped; the track is decided by vote.",
                          .source = "the paper, section 4.1: 3-second segments followed by voting",
                          .options = table().schema()},
                         [](const OptionValues& values) { return std::make_unique<Chunks>(table().parse(values)); }});
}

}  // namespace genrebench
