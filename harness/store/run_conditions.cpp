#include "harness/store/run_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kDateKey = "started";  ///< its order is that of texts

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_order(Comparison comparison) { return comparison >= Comparison::less; }

class ConditionReader {
 public:
  ConditionReader(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  std::vector<Condition> all() {
    std::vector<Condition> result;
    while (skip_blanks()) {
      if (!result.empty() && skip_and()) continue;
      result.push_back(condition());
    }
    if (result.empty()) fail("found nothing");
    return result;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }

  /// @return  false at the end of the text
  bool skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
    return !at_end();
  }

  bool skip_and() {
    const bool found =
        text_.substr(at_).starts_with("and") && at_ + 3 < text_.size() && is_blank(text_[at_ + 3]);
    if (found) at_ += 3;
    return found;
  }

  Condition condition() {
    const std::size_t begin = at_;
    Condition result;
    result.key = word("=!<>~|");
    skip_blanks();
    const auto comparison = find_comparison();
    if (result.key.empty() || !comparison) {
      const std::size_t end = std::min(text_.find_first_of(" \t\r\n", begin), text_.size());
      fail(fmt::format("found '{}'", shown(text_.substr(begin, end - begin))));
    }
    result.comparison = *comparison;
    skip_blanks();
    do {
      result.values.push_back(value(result.key));
    } while (!at_end() && text_[at_] == '|' && ++at_ > 0);
    check(result);
    return result;
  }

  std::string value(const std::string& key) {
    const std::size_t begin = at_;
    std::string result = word("|");
    if (at_ == begin)
      fail(fmt::format("found no value of {}; '' stands for one that is missing", shown(key)));
    return result;
  }

  std::optional<Comparison> find_comparison() {
    static constexpr std::array<std::pair<std::string_view, Comparison>, 8> kSigns = {
        {{"==", Comparison::equal},
         {"!=", Comparison::unequal},
         {"<=", Comparison::at_most},
         {">=", Comparison::at_least},
         {"=", Comparison::equal},
         {"~", Comparison::contains},
         {"<", Comparison::less},
         {">", Comparison::more}}};
    for (const auto& [sign, comparison] : kSigns)
      if (text_.substr(at_).starts_with(sign)) {
        at_ += sign.size();
        return comparison;
      }
    return std::nullopt;
  }

  /// What stands between quotation marks, or goes on to a blank or one of the `ends`.
  std::string word(std::string_view ends) {
    if (!at_end() && (text_[at_] == '\'' || text_[at_] == '"')) return quoted();
    const std::size_t begin = at_;
    while (!at_end() && !is_blank(text_[at_]) && ends.find(text_[at_]) == ends.npos) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted() {
    const std::size_t begin = at_;
    const char mark = text_[at_++];
    std::string result;
    for (; !at_end(); ++at_) {
      if (text_[at_] == mark) {
        ++at_;
        if (at_end() || text_[at_] != mark) return result;
      }
      result += text_[at_];
    }
    fail(fmt::format("found no second {} after {}", mark, shown(text_.substr(begin))));
  }

  void check(const Condition& condition) const {
    if (!at_end() && !is_blank(text_[at_]))
      fail(fmt::format("found '{}' right after the value of {}", shown(text_.substr(at_)),
                       shown(condition.key)));
    if (!is_order(condition.comparison)) return;
    if (condition.values.size() > 1)
      fail(fmt::format("found alternatives of an order of {}", shown(condition.key)));
    if (condition.key != kDateKey && !decimal_number(condition.values.front()))
      throw ConfigError(fmt::format("{}: expected a number to compare {} with, found '{}'", where_,
                                    shown(condition.key), shown(condition.values.front())));
  }

  static std::string shown(std::string_view text) {
    constexpr std::size_t kShown = 60;
    return single_line(text.substr(0, kShown)) + (text.size() > kShown ? "..." : "");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw ConfigError(fmt::format(
        "{}: expected conditions such as method.name=svm or test.accuracy>0.7, {}", where_, what));
  }

  std::string_view text_, where_;
  std::size_t at_ = 0;
};

bool equal(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto x = decimal_number(a), y = decimal_number(b);
  return x && y && *x == *y;
}

template <typename Value>
bool in_order(Comparison comparison, const Value& a, const Value& b) {
  switch (comparison) {
    case Comparison::less:
      return a < b;
    case Comparison::at_most:
      return a <= b;
    case Comparison::more:
      return a > b;
    default:
      return a >= b;
  }
}

}  // namespace

std::vector<Condition> parse_run_conditions(std::string_view text, std::string_view where) {
  return ConditionReader(text, where).all();
}

bool holds(const Condition& condition, std::string_view value) {
  const std::vector<std::string>& others = condition.values;
  const auto any = [&](const auto& test) {
    return std::any_of(others.begin(), others.end(), test);
  };
  switch (condition.comparison) {
    case Comparison::equal:
      return any([&](const std::string& other) { return equal(value, other); });
    case Comparison::unequal:
      return !any([&](const std::string& other) { return equal(value, other); });
    case Comparison::contains: {
      const std::string whole = ascii_lower(value);
      return any([&](const std::string& other) {
        return whole.find(ascii_lower(other)) != std::string::npos;
      });
    }
    default:
      break;
  }
  if (value.empty()) return false;
  if (condition.key == kDateKey)
    return in_order(condition.comparison, value, std::string_view(others.front()));
  const auto x = decimal_number(value), y = decimal_number(others.front());
  return x && y && in_order(condition.comparison, *x, *y);
}

}  // namespace genrebench
