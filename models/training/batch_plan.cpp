#include "models/training/batch_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

constexpr std::int64_t kLargestNumber = 1'000'000;

/// A whole number from 1 to kLargestNumber; nothing if the text is no such number.
std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < 1 ||
      value > kLargestNumber)
    return std::nullopt;
  return value;
}

}  // namespace

std::map<std::int64_t, std::size_t> parse_batch_sizes(const std::string& method,
                                                      const std::vector<std::string>& entries) {
  std::map<std::int64_t, std::size_t> sizes;
  for (const std::string& entry : entries) {
    const std::string_view text = entry;
    const std::size_t colon = std::min(text.find(':'), text.size());
    const auto epoch = number_of(text.substr(0, colon));
    const auto size = colon < text.size() ? number_of(text.substr(colon + 1)) : std::nullopt;
    if (!epoch || !size || *epoch < 2)
      throw ConfigError(
          fmt::format("method {}: batch_sizes: expected entries epoch:size, an epoch from 2 on and "
                      "a size of at least 1, such as 11:120; found '{}'",
                      method, single_line(entry)));
    if (!sizes.emplace(*epoch, static_cast<std::size_t>(*size)).second)
      throw ConfigError(
          fmt::format("method {}: batch_sizes: epoch {} is given twice", method, *epoch));
  }
  return sizes;
}

BatchPlan::BatchPlan(const std::string& method, const TrainingOptions& options, std::size_t n)
    : options_(options), n_(n), sizes_(parse_batch_sizes(method, options.batch_sizes)) {
  const auto check = [&](std::string_view option, std::size_t size) {
    if (size > n)
      throw ConfigError(fmt::format("method {}: {} is {}, more than the {} training examples",
                                    method, option, size, n));
  };
  check("batch_size", static_cast<std::size_t>(options.batch_size));
  for (const auto& [epoch, size] : sizes_)
    check(fmt::format("batch_sizes: the size from epoch {} on", epoch), size);
}

std::size_t BatchPlan::batch_size(std::int64_t epoch) const {
  const auto next = sizes_.upper_bound(epoch);
  return next == sizes_.begin() ? static_cast<std::size_t>(options_.batch_size)
                                : std::prev(next)->second;
}

std::int64_t BatchPlan::steps(std::int64_t epoch) const {
  const std::size_t size = batch_size(epoch);
  return static_cast<std::int64_t>((n_ + size - 1) / size);
}

std::int64_t BatchPlan::steps_before(std::int64_t epoch) const {
  std::int64_t sum = 0, first = 1;
  for (const auto& [begin, size] : sizes_) {
    if (begin >= epoch) break;
    sum += (begin - first) * steps(first);
    first = begin;
  }
  return sum + (epoch - first) * steps(first);
}

Rates BatchPlan::rates(std::int64_t epoch, std::int64_t position) const {
  const std::int64_t first = options_.schedule_epoch;
  if (epoch < first) return {options_.learning_rate, options_.momentum};
  const std::int64_t n_before = steps_before(first);
  const std::int64_t n_steps = steps_before(std::int64_t{options_.epochs} + 1) - n_before;
  // One cycle is divided by steps, triangles and drops by epochs, whose numbers of steps differ.
  const std::int64_t step = options_.kind == ScheduleOptions::Kind::one_cycle
                                ? steps_before(epoch) - n_before
                                : (epoch - first) * steps(epoch);
  return rates_at(options_, options_.learning_rate, options_.momentum, step + position, n_steps,
                  steps(epoch));
}

}  // namespace genrebench
