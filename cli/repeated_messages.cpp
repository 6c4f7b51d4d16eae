#include "cli/repeated_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace genrebench::cli {
namespace {

constexpr std::size_t kShownOfReason = 3;
constexpr std::size_t kShownOfKind = 20;  ///< where every one has a reason of its own

bool is_part_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string without_numbers(const std::string& reason) {
  std::string result;
  for (auto begin = reason.begin(); begin != reason.end();) {
    const auto end = std::find_if_not(begin, reason.end(), is_part_of_word);
    if (end == begin) {
      result += *begin++;
      continue;
    }
    const bool has_digit =
        std::any_of(begin, end, [](unsigned char c) { return std::isdigit(c) != 0; });
    const std::size_t n = result.size();
    if (has_digit && n > 1 && result[n - 2] == '#' && std::strchr(".+-", result[n - 1]) != nullptr)
      result.pop_back();  // "0.25" and "1e-7" are one number
    else
      result += has_digit ? "#" : std::string(begin, end);
    begin = end;
  }
  return result;
}

bool RepeatedMessages::add(const Incident& incident) {
  Reason& reason = reasons_[incident.kind + '\n' + without_numbers(incident.reason)];
  if (reason.n++ == 0) {
    reason.kind = incident.kind;
    reason.text = incident.reason;
  }
  std::size_t& n_shown = n_shown_[incident.kind];
  if (reason.n_shown < kShownOfReason && n_shown < kShownOfKind) {
    ++reason.n_shown;
    ++n_shown;
    return true;
  }
  reason.counted = false;
  return false;
}

std::vector<std::string> RepeatedMessages::counts() {
  std::vector<std::string> lines;
  std::map<std::string, std::pair<std::size_t, std::size_t>> others;  // reasons, times
  for (auto& [key, reason] : reasons_) {
    if (reason.counted) continue;
    reason.counted = true;
    if (reason.n_shown > 0) {
      lines.push_back(
          fmt::format("{}: {} in all like this: {}", reason.kind, reason.n, reason.text));
      continue;
    }
    ++others[reason.kind].first;
    others[reason.kind].second += reason.n;
  }
  for (const auto& [kind, n] : others)
    lines.push_back(fmt::format("{}: {} more, for {} other reason{}", kind, n.second, n.first,
                                n.first == 1 ? "" : "s"));
  return lines;
}

}  // namespace genrebench::cli
