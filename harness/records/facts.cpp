#include "harness/records/facts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <concepts>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kShownBytes = 60;  ///< of a value that cannot be read

std::string text_of(bool value) { return value ? "true" : "false"; }
template <std::integral Number>
std::string text_of(Number value) {
  return std::to_string(value);
}
std::string text_of(const std::string& value) { return value; }
std::string text_of(const TextList& value) { return list_text(value); }
std::string text_of(const std::vector<TextList>& value) {
  return nlohmann::json(value).dump(-1, ' ', /*ensure_ascii=*/false,
                                    nlohmann::json::error_handler_t::replace);
}

// The value of a fact that is recorded.

void read(const RunRecord& run, const char* key, std::optional<bool>& value) {
  value = run.fact(key) == "true";
}
template <std::integral Number>
void read(const RunRecord& run, const char* key, std::optional<Number>& value) {
  const std::string text = run.fact(key);
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) value = number;
}
void read(const RunRecord& run, const char* key, std::optional<std::string>& value) {
  value = run.fact(key);
}
void read(const RunRecord& run, const char* key, std::optional<TextList>& value) {
  value = run.fact_list(key);
}
void read(const RunRecord& run, const char* key, std::optional<std::vector<TextList>>& value) {
  const std::string text = run.fact(key);
  if (text.empty()) return;
  try {
    value = nlohmann::json::parse(text).get<std::vector<TextList>>();
  } catch (const nlohmann::json::exception&) {
    throw DataError(
        fmt::format("run {}: the fact '{}': expected a list of lists of names, found '{}'", run.id,
                    key, text.substr(0, kShownBytes)));
  }
}

}  // namespace

template <typename Value>
bool Fact<Value>::recorded(const RunRecord& run) const {
  return run.facts.contains(key_);
}

template <typename Value>
std::string Fact<Value>::text(const RunRecord& run) const {
  return run.fact(key_);
}

template <typename Value>
std::optional<Value> Fact<Value>::find(const RunRecord& run) const {
  std::optional<Value> value;
  if (recorded(run)) read(run, key_, value);
  return value;
}

template <typename Value>
Value Fact<Value>::of(const RunRecord& run) const {
  return find(run).value_or(Value{});
}

template <typename Value>
void Fact<Value>::record(std::map<std::string, std::string>& facts, const Value& value) const {
  facts[key_] = text_of(value);
}

template class Fact<bool>;
template class Fact<std::size_t>;
template class Fact<std::int64_t>;
template class Fact<std::string>;
template class Fact<TextList>;
template class Fact<std::vector<TextList>>;

namespace facts {

std::string fit_key(std::string_view name) { return fmt::format("{}{}", kFitPrefix, name); }

std::string tuned_key(std::string_view option) { return fmt::format("{}{}", kTunedPrefix, option); }

}  // namespace facts
}  // namespace genrebench
