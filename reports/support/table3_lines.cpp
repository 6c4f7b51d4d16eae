#include "reports/support/table3_lines.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "reports/support/settings.hpp"

namespace genrebench::table3 {
namespace {

struct MethodName {
  std::string_view plugin;
  std::string_view title;  ///< the paper's name for it
};
constexpr std::array<MethodName, 4> kMethods = {
    {{"vgg16", "VGG-16"}, {"resnet34", "ResNet34"}, {"gru", "GRU"}, {"skip_gru", "skip-RNN"}}};

/// Table 3, row by row, and the numbers of the text. The paper cuts the songs of 1517-Artists to 30
/// s.
constexpr std::array<PaperRow, 8> kPaper = {
    {{"vgg16", "full songs", "gtzan", 0.75, "75 %", "Table 3"},
     {"vgg16", "full songs", "extended_ballroom", 0.636, "63.6 %", "Table 3"},
     {"vgg16", "30 s segments", "artists1517", 0.62, "62 %", "Table 3"},
     {"resnet34", "full songs", "gtzan", 0.79, "79 %", "Table 3"},
     {"resnet34", "full songs", "extended_ballroom", 0.754, "75.4 %", "Table 3"},
     {"gru", "full songs", "gtzan", 0.403, "40.3 %", "section 6"},
     {"vgg16", "3 s segments", "gtzan", 0.90, "≈ 90 %", "Figure 10"},
     {"vgg16", "largest SEM cluster", "gtzan", 0.67, "67 %", "section 6"}}};

Key key_of(const Parameters& parameters) {
  return {value_of(parameters, "method.name"), input_title(parameters),
          value_of(parameters, "dataset.name")};
}

/// True where the paper's network starts from ImageNet's weights: its section 6 says so of VGG-16
/// and ResNet34.
bool paper_is_pretrained(const Line& line) {
  return line.key.method == "vgg16" || line.key.method == "resnet34";
}

}  // namespace

std::string input_title(const Parameters& parameters) {
  const std::string excerpt = value_of(parameters, "excerpt.name");
  if (excerpt == "full") return "full songs";
  if (excerpt == "chunks" || excerpt == "clips")
    return value_of(parameters, "excerpt.length_s") + " s segments";
  if (excerpt == "sem") return "largest SEM cluster";
  return excerpt;
}

std::optional<std::string_view> method_title(std::string_view plugin) {
  const auto method = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const MethodName& m) { return m.plugin == plugin; });
  return method == kMethods.end() ? std::nullopt : std::optional(method->title);
}

std::vector<Line> make_lines(const std::vector<RunGroup>& groups) {
  std::vector<Line> lines;
  for (const PaperRow& row : kPaper)
    lines.push_back(
        {.key = {std::string(row.method), std::string(row.input), std::string(row.dataset)},
         .paper = &row});
  const auto line_of = [&](const RunGroup& group) -> Line& {
    const Key key = key_of(group.parameters);
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.key == key; });
    return found != lines.end() ? *found : lines.emplace_back(Line{.key = key});
  };
  std::set<const RunGroup*> paired;
  for (const RunGroup& group : groups) {
    if (group.protocol.is_leaky()) continue;
    const RunGroup* leaky = leaky_partner(group, groups);
    line_of(group).pairs.push_back({&group, leaky});
    paired.insert(leaky);
  }
  for (const RunGroup& group : groups)
    if (group.protocol.is_leaky() && !paired.contains(&group))
      line_of(group).pairs.push_back({nullptr, &group});
  return lines;
}

std::string variant_of(const Line& line, const Pair& pair) {
  std::vector<RunGroup> alike;
  for (const Pair& other : line.pairs) alike.push_back(other.any());
  std::vector<std::string> keys = telling_keys(alike);
  std::erase_if(keys, [](const std::string& key) {
    return key.starts_with("method.weights") || key == "excerpt.preset";
  });
  return describe(pair.any().parameters, keys, "method.");
}

std::string weights_of(const Pair& pair) { return weights_title(*pair.any().runs.front()); }

std::size_t paper_variant(const Line& line) {
  const auto first = [&](const auto& is_right) {
    const auto found = std::find_if(line.pairs.begin(), line.pairs.end(),
                                    [&](const Pair& pair) { return is_right(weights_of(pair)); });
    return static_cast<std::size_t>(found - line.pairs.begin());
  };
  std::size_t variant = line.pairs.size();
  if (paper_is_pretrained(line)) {
    variant = first([](const std::string& title) { return title == kImageNetWeights; });
    if (variant == line.pairs.size())
      variant =
          first([](const std::string& title) { return !title.empty() && title != kRandomWeights; });
  } else {
    variant = first([](const std::string& title) { return title == kRandomWeights; });
  }
  return variant == line.pairs.size() ? 0 : variant;
}

std::string weights_note(const std::vector<Line>& lines) {
  std::set<std::string> random;
  for (const Line& line : lines)
    if (line.paper != nullptr && paper_is_pretrained(line) && !line.pairs.empty() &&
        weights_of(line.pairs[paper_variant(line)]) == kRandomWeights)
      random.insert(fmt::format("{}, {}, {}", *method_title(line.key.method), line.key.input,
                                dataset_title({{"dataset.name", line.key.dataset}})));
  if (random.empty()) return {};
  return "The paper's VGG-16 and ResNet34 start from ImageNet weights. Ours start from random "
         "weights and do not repeat its numbers in: " +
         fmt::format("{}.", fmt::join(random, "; "));
}

}  // namespace genrebench::table3
