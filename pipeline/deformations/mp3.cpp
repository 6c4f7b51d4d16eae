// Coded as MP3 and decoded again.

#include <fmt/format.h>

#include <optional>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"
#include "signal/audio/mp3_coder.hpp"

namespace genrebench {
namespace {

struct Mp3Options {
  std::optional<int> bit_rate_kbps = 32;
};

const OptionTable<Mp3Options>& mp3_options() {
  static const OptionTable<Mp3Options> options = [] {
    OptionTable<Mp3Options> t;
    t.integer("bit_rate_kbps", &Mp3Options::bit_rate_kbps, 8, 320,
              "Constant bit rate of one channel, in kbit/s. It must be one that MP3 has at the "
              "sample rate of the file: 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256 "
              "or 320 from 32 kHz on; 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144 or 160 "
              "at 16 to 24 kHz; 8 to 64 by eights or sixteens below. auto: it is not coded.",
              "ISO/IEC 11172-3 and 13818-3");
    add_severity(t, {{"bit_rate_kbps", {}}}, {{"bit_rate_kbps", std::int64_t{64}}},
                 {{"bit_rate_kbps", std::int64_t{16}}});
    return t;
  }();
  return options;
}

class Mp3 final : public Deformation {
 public:
  explicit Mp3(const Mp3Options& options) : options_(options) {}

  double strength() const override {
    return options_.bit_rate_kbps ? 1e3 / *options_.bit_rate_kbps : 0.0;
  }
  std::string level() const override {
    return options_.bit_rate_kbps ? fmt::format("{} kbit/s", *options_.bit_rate_kbps) : "not coded";
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    if (!options_.bit_rate_kbps) return samples;
    const std::size_t length = samples.size();
    samples = decode_mp3(encode_mp3(samples, sample_rate_hz, *options_.bit_rate_kbps));
    samples.resize(length);
    return samples;
  }

 private:
  Mp3Options options_;
};

}  // namespace

void register_mp3(Registry& registry) {
  registry.deformations.add(
      {{.name = "mp3",
        .summary = "Coded as MP3 of a constant bit rate and decoded: libsndfile with LAME, and "
                   "mpg123. Another version of these may give other samples.",
        .source = "ISO/IEC 11172-3 and 13818-3, layer III",
        .options = mp3_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Mp3>(mp3_options().parse(values));
       }});
}

}  // namespace genrebench
