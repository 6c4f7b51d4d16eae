// Dropouts: pieces of the track that are silent.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

struct SilenceOptions {
  double share = 0.3;
  double piece_s = 0.5;
  std::uint64_t seed = 0;
};

const OptionTable<SilenceOptions>& silence_options() {
  static const OptionTable<SilenceOptions> options = [] {
    OptionTable<SilenceOptions> t;
    t.number("share", &SilenceOptions::share, 0.0, 1.0,
             "Share of the track's pieces that are silent.")
        .number("piece_s", &SilenceOptions::piece_s, 0.001, 3600.0,
                "Length of a piece, in seconds; the last one may be shorter.")
        .seed("seed", &SilenceOptions::seed, "Another one silences other pieces.");
    add_severity(t, {{"share", 0.0}}, {{"share", 0.1}}, {{"share", 0.6}});
    return t;
  }();
  return options;
}

class Silence final : public Deformation {
 public:
  explicit Silence(const SilenceOptions& options) : options_(options) {}

  double strength() const override { return options_.share; }
  std::string level() const override {
    return fmt::format("{:g} % of the pieces", 100.0 * options_.share);
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t seed) const override {
    const auto length = static_cast<std::size_t>(
        std::max<std::int64_t>(1, std::llround(options_.piece_s * sample_rate_hz)));
    std::vector<std::size_t> pieces((samples.size() + length - 1) / length);
    std::iota(pieces.begin(), pieces.end(), std::size_t{0});
    Random random(derive_seed(seed, "silence", options_.seed));
    random.shuffle(std::span(pieces));
    const auto n_silent =
        static_cast<std::size_t>(std::llround(options_.share * static_cast<double>(pieces.size())));
    for (std::size_t i = 0; i < n_silent; ++i) {
      const std::size_t begin = pieces[i] * length, end = std::min(begin + length, samples.size());
      std::fill(samples.begin() + static_cast<std::ptrdiff_t>(begin),
                samples.begin() + static_cast<std::ptrdiff_t>(end), 0.0f);
    }
    return samples;
  }

 private:
  SilenceOptions options_;
};

}  // namespace

void register_silence(Registry& registry) {
  registry.deformations.add(
      {{.name = "silence",
        .summary = "Dropouts: pieces of the track, drawn at random, are silent.",
        .options = silence_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Silence>(silence_options().parse(values));
       }});
}

}  // namespace genrebench
