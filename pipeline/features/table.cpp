// The columns of a feature table, as they are: for datasets that come as numbers, without audio.

#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

class TableFeature final : public Feature {
 public:
  double sample_rate_hz() const override { return 0.0; }
  bool sequence() const override { return false; }
  std::unique_ptr<FrameStream> stream(std::int64_t) const override {
    return nullptr;
  }  // there is no audio to push
};

}  // namespace

void register_table(Registry& registry) {
  registry.features.add(
      {{.name = "table", .summary = "The columns of a feature table, for datasets without audio."},
       [](const OptionValues&) { return std::make_unique<TableFeature>(); }});
}

}  // namespace genrebench
