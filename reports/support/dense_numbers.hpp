#pragma once
// Numbers from 0 for values that may be any integers, in order of appearance.

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace genrebench {

/// Answers number tracks and artists nearly without gaps, so that a vector finds them; other values
/// are looked up.
class DenseNumbers {
 public:
  /// The number of a value, which is new where the value was not seen before.
  std::size_t of(int value) {
    if (value < 0 || value >= kMostDirect) {
      const auto [known, is_new] = others_.try_emplace(value, values_.size());
      if (is_new) add(value);
      return known->second;
    }
    const auto place = static_cast<std::size_t>(value);
    if (place >= direct_.size()) direct_.resize(place + 1 + place / 2, kNone);
    if (direct_[place] == kNone) direct_[place] = add(value);
    return direct_[place];
  }

  std::size_t size() const { return values_.size(); }
  /// By number.
  const std::vector<int>& values() const { return values_; }

 private:
  static constexpr int kMostDirect = 1 << 20;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::size_t add(int value) {
    values_.push_back(value);
    return values_.size() - 1;
  }

  std::vector<std::size_t> direct_;
  std::unordered_map<int, std::size_t> others_;
  std::vector<int> values_;
};

}  // namespace genrebench
