// The whole track as one excerpt.

#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

class Full final : public Excerpt {
 public:
  std::vector<Region> choose(const TrackAudio&) const override { return {{{0, kEndOfTrack}}}; }
  bool whole_track() const override { return true; }
};

}  // namespace

void register_full(Registry& registry) {
  registry.excerpts.add({{.name = "full",
                          .summary = "The whole track.",
                          .source = "the paper, section 4.1: full songs"},
                         [](const OptionValues&) { return std::make_unique<Full>(); }});
}

}  // namespace genrebench
