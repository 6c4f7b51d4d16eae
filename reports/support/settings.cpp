#include "reports/support/settings.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "harness/experiment/run_parameters.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"

namespace genrebench {
namespace {

const std::string kPreset = "excerpt.preset";

/// Beginnings of the SHA-256 of torchvision's files, which are in their names: vgg16-397923af,
/// resnet34-b627a593 and, of earlier versions, resnet34-333f7ec4. Source: torchvision.models,
/// weights IMAGENET1K_V1. The last is of the convolutions that Simonyan and Zisserman published,
/// under torchvision's names.
constexpr std::array<std::string_view, 4> kImageNetFiles = {"397923af", "b627a593", "333f7ec4",
                                                            "ef3bdf0b"};

bool is_setting(const OptionInfo& option) {
  return option.name != "preset" && option.name != "seed" && option.name != "implementation";
}

}  // namespace

std::string segmentation_title(const Parameters& parameters) {
  const std::string preset = value_of(parameters, kPreset);
  if (preset.empty()) return {};
  const OptionSchema schema = segmentation_table().schema();
  const auto& presets = schema.presets();
  if (std::none_of(presets.begin(), presets.end(),
                   [&](const Preset& one) { return one.name == preset; }))
    return preset;
  const OptionValues values = schema.resolve({{"preset", preset}}, "report");
  for (const OptionInfo& option : schema.options()) {
    const auto own = parameters.find("excerpt." + option.name);
    if (is_setting(option) && own != parameters.end() &&
        own->second != to_string(values.at(option.name)))
      return "own settings";
  }
  return preset;
}

std::string with_segmentation(std::string text, const Parameters& parameters) {
  const std::string title = segmentation_title(parameters);
  if (title.empty() || text.find("preset=") != std::string::npos) return text;
  return title + (text.empty() ? "" : ", " + text);
}

std::string weights_title(const RunRecord& run) {
  const auto file = run.parameters.find("method.weights");
  // A method without epochs is no network: its option "weights" is that of neighbours.
  if (file == run.parameters.end() || !run.parameters.contains("method.epochs")) return {};
  if (file->second.empty()) return kRandomWeights;
  const std::string sha256 = facts::kWeights.of(run);
  if (std::any_of(kImageNetFiles.begin(), kImageNetFiles.end(),
                  [&](std::string_view known) { return sha256.starts_with(known); }))
    return kImageNetWeights;
  const std::string content = run.parameter("method.weights" + std::string(kContentSuffix), sha256);
  return "weights " + std::filesystem::path(file->second).filename().string() +
         (content.empty() ? "" : " " + short_id(content));
}

}  // namespace genrebench
