#include "models/weights/weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/byte_reader.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/mapped_file.hpp"
#include "models/weights/weight_formats.hpp"

namespace genrebench {
namespace {

bool begins_with_any(std::string_view name, const std::vector<std::string>& prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](const std::string& prefix) { return name.starts_with(prefix); });
}

void collect(const torch::nn::Module& module, const std::string& prefix, WeightFile& result) {
  const auto add = [&](const torch::OrderedDict<std::string, torch::Tensor>& entries) {
    for (const auto& entry : entries)
      result.tensors.emplace_back(prefix + entry.key(), entry.value().detach());
  };
  add(module.named_parameters(/*recurse=*/false));
  add(module.named_buffers(/*recurse=*/false));
  for (const auto& child : module.named_children())
    collect(*child.value(), prefix + child.key() + ".", result);
}

/// An entry that only networks of one architecture have, those before it in the list aside.
struct Telltale {
  std::string_view entry;
  std::string_view architecture;
};

// torchvision's names. A later block or convolution is in larger networks only, so the larger stand
// first.
constexpr std::array<Telltale, 18> kTelltales{{
    {"layer3.35.conv3.weight", "resnet152"},
    {"layer3.22.conv3.weight", "resnet101"},
    {"layer1.0.conv3.weight", "resnet50"},
    {"layer3.5.conv2.weight", "resnet34"},
    {"layer1.1.conv2.weight", "resnet18"},
    {"features.49.weight", "vgg19_bn"},
    {"features.40.weight", "vgg16_bn"},
    {"features.34.weight", "vgg19"},
    {"features.31.weight", "vgg13_bn"},
    {"features.28.weight", "vgg16"},
    {"features.25.weight", "vgg11_bn"},
    {"features.22.weight", "vgg13"},
    {"features.18.weight", "vgg11"},
    {"features.denseblock1.denselayer1.conv1.weight", "a densenet"},
    {"features.1.0.block.0.0.weight", "an efficientnet"},
    {"features.0.0.weight", "a mobilenet"},
    {"Conv2d_1a_3x3.conv.weight", "inception_v3"},
    {"features.10.weight", "alexnet"},
}};

const Telltale* telltale_of(const WeightFile& weights) {
  for (const Telltale& telltale : kTelltales)
    for (const auto& [name, tensor] : weights.tensors)
      if (name == telltale.entry) return &telltale;
  return nullptr;
}

/// Differences of one kind: "2 missing (a, b)", or nothing.
class Differences {
 public:
  explicit Differences(std::string_view kind) : kind_(kind) {}

  void add(std::string entry) { entries_.push_back(std::move(entry)); }
  bool empty() const { return entries_.empty(); }

  std::string text() const {
    constexpr std::size_t kShown = 3;
    const auto end =
        entries_.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, entries_.size()));
    return fmt::format("{} {} ({}{})", entries_.size(), kind_,
                       fmt::join(entries_.begin(), end, ", "),
                       entries_.size() > kShown ? ", ..." : "");
  }

 private:
  std::string_view kind_;
  std::vector<std::string> entries_;
};

std::string describe(const torch::Tensor& tensor) {
  return fmt::format("{} [{}]", torch::toString(tensor.scalar_type()),
                     fmt::join(tensor.sizes(), ", "));
}

/// A tensor of the module and the one of the file that it becomes.
struct Match {
  std::string name;
  torch::Tensor target;
  torch::Tensor source;
};

bool fits(const Match& match) {
  return match.target.sizes() == match.source.sizes() &&
         match.target.is_floating_point() == match.source.is_floating_point();
}

std::string name_of(const WeightFile& weights) {
  return weights.source.file.empty() ? "the weights" : weights.source.file;
}

std::string look_alike(const WeightFile& weights, const WeightFile& own) {
  const Telltale* theirs = telltale_of(weights);
  return theirs == nullptr || theirs == telltale_of(own)
             ? ""
             : fmt::format("; these look like the weights of {}: they have {}",
                           theirs->architecture, theirs->entry);
}

/// What is to be copied where.
std::vector<Match> match_entries(const WeightFile& own, const WeightFile& weights,
                                 const LoadRules& rules) {
  Differences missing("missing"), unexpected("unexpected"), unlike("of another shape or type");
  std::map<std::string_view, torch::Tensor> given;
  for (const auto& [name, tensor] : weights.tensors)
    if (!begins_with_any(name, rules.ignored)) given.emplace(name, tensor);

  std::vector<Match> matches;
  for (const auto& [name, target] : own.tensors) {
    const auto found = given.find(name);
    if (found != given.end()) {
      matches.push_back({name, target, found->second});
      given.erase(found);
      if (!fits(matches.back()))
        unlike.add(fmt::format("{}: expected {}, found {}", name, describe(target),
                               describe(matches.back().source)));
    } else if (!begins_with_any(name, rules.optional) && !name.ends_with("num_batches_tracked")) {
      missing.add(name);
    }
  }
  for (const auto& [name, tensor] : weights.tensors)
    if (given.contains(name)) unexpected.add(printable(name));

  std::vector<std::string> problems;
  for (const Differences* differences : {&missing, &unexpected, &unlike})
    if (!differences->empty()) problems.push_back(differences->text());
  if (!problems.empty())
    throw DataError(fmt::format("{}: expected the network's {} entries, found {}{}",
                                name_of(weights), own.tensors.size(), fmt::join(problems, ", "),
                                look_alike(weights, own)));
  return matches;
}

/// Values that no network can compute with, which would show as probabilities that are not finite.
void check_values(const std::vector<Match>& matches, const std::string& file) {
  for (const auto& [name, target, source] : matches) {
    if (!target.is_floating_point()) continue;
    const torch::Tensor values = source.to(target.scalar_type());  // a number may be finite in
                                                                   // double precision alone
    if (const auto n = values.isfinite().logical_not().sum().item<std::int64_t>(); n > 0)
      throw DataError(fmt::format("{}: {} of {} values of {} are not finite numbers", file, n,
                                  values.numel(), name));
    if (name.ends_with("running_var") && values.numel() > 0 && values.min().item<double>() < 0.0)
      throw DataError(fmt::format("{}: {} holds variances; expected none below 0, found {}", file,
                                  name, values.min().item<double>()));
  }
}

}  // namespace

WeightFile read_weights(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  WeightFile result = tensors_of(weight_layout(mapped.bytes(), file.string()));
  result.source.sha256 = sha256(mapped.bytes());
  return result;
}

void load_weights(torch::nn::Module& module, const WeightFile& weights, const LoadRules& rules) {
  const torch::NoGradGuard no_gradients;
  const std::vector<Match> matches = match_entries(weights_of(module), weights, rules);
  check_values(matches, name_of(weights));
  for (const Match& match : matches) torch::Tensor(match.target).copy_(match.source);
}

WeightFile weights_of(const torch::nn::Module& module) {
  WeightFile result;
  collect(module, "", result);
  return result;
}

}  // namespace genrebench
