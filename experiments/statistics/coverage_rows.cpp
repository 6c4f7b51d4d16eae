#include "coverage_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace genrebench::coverage {

std::optional<int> data_sets_per_row(int argc, char** argv, const char* program) {
  int n_sets = 1000;
  if (argc <= 1) return n_sets;
  const std::string_view text = argv[1];
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), n_sets);
  if (argc == 2 && error == std::errc() && rest == text.data() + text.size() && n_sets >= 2)
    return n_sets;
  fmt::print(stderr, "usage: {} [data sets per row, at least 2]\n", program);
  return std::nullopt;
}

void Coverage::print(const std::string& what) const {
  const double n = std::max(1, n_ - n_without_);
  const double share = n_covered_ / n;
  const bool inside = share >= 0.93 && share <= 0.97;
  fmt::print("{:<58} {:5.1f} % ± {:.1f}  width {:5.3f}{}{}\n", what, 100.0 * share,
             100.0 * std::sqrt(share * (1.0 - share) / n), width_ / n,
             inside         ? ""
             : share > 0.97 ? "  wide"
                            : "  NARROW",
             n_without_ > 0 ? fmt::format("  ({} without)", n_without_) : "");
  std::fflush(stdout);
}

void remark(const std::string& text) { fmt::print("  - {}\n", text); }

int number_of_songs(Random& random) {
  int n = 1;
  while (n < 30 && random.uniform() < 2.0 / 3.0) ++n;
  return n;
}

std::uint64_t seed_of(int n_artists, const std::string& row, int i) {
  return derive_seed(static_cast<std::uint64_t>(n_artists), row, static_cast<std::uint64_t>(i));
}

}  // namespace genrebench::coverage
