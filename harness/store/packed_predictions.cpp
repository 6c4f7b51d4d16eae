#include "harness/store/packed_predictions.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

namespace genrebench {
namespace {

static_assert(std::endian::native == std::endian::little, "blobs of floats are read as they lie");

template <typename Stored, typename Value>
std::string packed_as(const std::vector<Value>& values) {
  std::string bytes(values.size() * sizeof(Stored), '\0');
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto stored = static_cast<Stored>(values[i]);
    std::memcpy(bytes.data() + i * sizeof stored, &stored, sizeof stored);
  }
  return bytes;
}

template <typename Stored, typename Value>
std::vector<Value> unpacked_as(std::string_view bytes) {
  std::vector<Value> values(bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored = 0;
    std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
    values[i] = static_cast<Value>(stored);
  }
  return values;
}

template <typename Small, typename Large, typename Value>
std::string packed(const std::vector<Value>& values) {
  const auto fits = [](Value value) { return value <= std::numeric_limits<Small>::max(); };
  return std::all_of(values.begin(), values.end(), fits) ? packed_as<Small>(values)
                                                         : packed_as<Large>(values);
}

template <typename Small, typename Large, typename Value>
std::optional<std::vector<Value>> unpacked(std::string_view bytes, std::size_t n) {
  if (bytes.size() == n * sizeof(Small)) return unpacked_as<Small, Value>(bytes);
  if (bytes.size() == n * sizeof(Large)) return unpacked_as<Large, Value>(bytes);
  return std::nullopt;
}

}  // namespace

std::string packed_keys(const std::vector<std::int64_t>& keys) {
  return packed<std::uint16_t, std::uint32_t>(keys);
}

std::optional<std::vector<std::int64_t>> unpacked_keys(std::string_view bytes, std::size_t n) {
  return unpacked<std::uint16_t, std::uint32_t, std::int64_t>(bytes, n);
}

std::string packed_classes(const std::vector<int>& classes) {
  return packed<std::uint8_t, std::uint16_t>(classes);
}

std::optional<std::vector<int>> unpacked_classes(std::string_view bytes, std::size_t n) {
  return unpacked<std::uint8_t, std::uint16_t, int>(bytes, n);
}

std::optional<std::string> packed_probabilities(const std::vector<std::vector<float>>& tracks) {
  std::size_t n_classes = 0;
  for (const std::vector<float>& track : tracks) n_classes = std::max(n_classes, track.size());
  std::vector<float> all;
  all.reserve(n_classes * tracks.size());
  for (const std::vector<float>& track : tracks) {
    if (track.size() != n_classes && !track.empty()) return std::nullopt;
    all.insert(all.end(), track.begin(), track.end());
    all.resize(all.size() + n_classes - track.size(), std::numeric_limits<float>::quiet_NaN());
  }
  return std::string(reinterpret_cast<const char*>(all.data()), all.size() * sizeof(float));
}

std::optional<UnpackedProbabilities> unpacked_probabilities(std::string_view bytes,
                                                            std::size_t n_tracks,
                                                            std::size_t n_classes) {
  UnpackedProbabilities result{.all = {}, .n_classes = n_classes, .has = {}};
  if (bytes.empty()) return result;
  if (bytes.size() != n_tracks * n_classes * sizeof(float)) return std::nullopt;
  result.all.resize(n_tracks * n_classes);
  std::memcpy(result.all.data(), bytes.data(), bytes.size());
  const auto is_finite = [](float value) { return std::isfinite(value); };
  const auto is_nan = [](float value) { return std::isnan(value); };
  if (std::ranges::all_of(result.all, is_finite)) return result;
  for (std::size_t t = 0; t < n_tracks; ++t) {
    const std::span own = std::span(result.all).subspan(t * n_classes, n_classes);
    result.has.push_back(std::ranges::all_of(own, is_finite));
    if (!result.has[t] && !std::ranges::all_of(own, is_nan)) return std::nullopt;
  }
  return result;
}

}  // namespace genrebench
