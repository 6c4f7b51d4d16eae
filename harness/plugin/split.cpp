#include "harness/plugin/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/digest.hpp"
#include "base/random.hpp"

namespace genrebench {
namespace {

/// Prepares nothing.
class UnpreparedSplit final : public PreparedSplit {
 public:
  UnpreparedSplit(const Splitter& splitter, const Dataset& dataset, const TrackContents& content)
      : splitter_(splitter), dataset_(dataset), content_(content) {}

  Split draw(std::uint64_t seed) const override {
    return splitter_.split(dataset_, content_, seed);
  }

 private:
  const Splitter& splitter_;
  const Dataset& dataset_;
  const TrackContents& content_;
};

}  // namespace

std::string to_string(Part part) {
  switch (part) {
    case Part::none:
      return "none";
    case Part::train:
      return "train";
    case Part::valid:
      return "valid";
    case Part::test:
      return "test";
  }
  return "?";
}

bool Split::has(Part part) const {
  if (excerpts)
    return std::any_of(excerpts->shares.begin(), excerpts->shares.end(), [&](const auto& share) {
      return share.first == part && share.second > 0.0;
    });
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

std::unique_ptr<const PreparedSplit> Splitter::prepare(const Dataset& dataset,
                                                       const TrackContents& content) const {
  return std::make_unique<UnpreparedSplit>(*this, dataset, content);
}

std::string division_hash(const Split& split) {
  std::string text;
  text.reserve(split.parts.size());
  for (const Part part : split.parts) text += static_cast<char>('0' + static_cast<int>(part));
  if (split.excerpts) {
    text += fmt::format("\nseed {}", split.excerpts->seed);
    for (const auto& [part, share] : split.excerpts->shares)
      text += fmt::format("\n{} {}", to_string(part), share);
  }
  return content_hash(text);
}

std::vector<std::vector<Part>> divide_excerpts(const ExcerptDivision& division,
                                               const std::vector<int>& genres,
                                               const std::vector<std::size_t>& n_excerpts) {
  std::vector<std::vector<Part>> parts(n_excerpts.size());
  std::map<int, std::vector<std::pair<std::size_t, std::size_t>>> of_genre;
  for (std::size_t t = 0; t < n_excerpts.size(); ++t) {
    parts[t].assign(n_excerpts[t], Part::none);
    for (std::size_t e = 0; e < n_excerpts[t]; ++e) of_genre[genres[t]].emplace_back(t, e);
  }
  Random random(division.seed);
  for (auto& [genre, excerpts] : of_genre) {
    random.shuffle(std::span(excerpts));
    std::size_t begin = 0;
    double share = 0.0;
    for (const auto& [part, fraction] : division.shares) {
      share += fraction;
      const auto end = std::min(
          excerpts.size(),
          static_cast<std::size_t>(std::llround(share * static_cast<double>(excerpts.size()))));
      for (; begin < end; ++begin) parts[excerpts[begin].first][excerpts[begin].second] = part;
    }
  }
  return parts;
}

}  // namespace genrebench
