// The sound files themselves, for methods that are other programs and read audio on their own.

#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

class AudioFilesFeature final : public Feature {
 public:
  double sample_rate_hz() const override { return 0.0; }
  bool sequence() const override { return false; }
  bool files() const override { return true; }
  std::unique_ptr<FrameStream> stream(std::int64_t) const override {
    return nullptr;
  }  // nothing is computed
};

}  // namespace

void register_audio_files(Registry& registry) {
  registry.features.add(
      {{.name = "audio_files",
        .summary = "The sound files themselves, for the method command; needs "
                   "the excerpt full."},
       [](const OptionValues&) { return std::make_unique<AudioFilesFeature>(); }});
}

}  // namespace genrebench
