#include "harness/records/run_records.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {
namespace {

constexpr std::array kStatusNames = {"planned", "running", "done",  "failed",
                                     "skipped", "lost",    "pruned"};

constexpr std::array kOriginNames = {"computed", "imported"};

std::string value_or(const std::map<std::string, std::string>& values, const std::string& key,
                     const std::string& fallback) {
  const auto found = values.find(key);
  return found == values.end() ? fallback : found->second;
}

/// Takes an array of strings, and stops at anything else.
class TextList final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<std::string> values;

  bool null() override { return false; }
  bool boolean(bool) override { return false; }
  bool number_integer(number_integer_t) override { return false; }
  bool number_unsigned(number_unsigned_t) override { return false; }
  bool number_float(number_float_t, const string_t&) override { return false; }
  bool string(string_t& value) override {
    if (begun_) values.push_back(std::move(value));
    return begun_;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return false; }
  bool key(string_t&) override { return false; }
  bool end_object() override { return false; }
  bool start_array(std::size_t) override { return !std::exchange(begun_, true); }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool begun_ = false;
};

}  // namespace

std::string to_string(RunStatus status) {
  return kStatusNames.at(static_cast<std::size_t>(status));
}

std::string to_string(RunOrigin origin) {
  return kOriginNames.at(static_cast<std::size_t>(origin));
}

std::vector<std::string> run_origin_names() { return {kOriginNames.begin(), kOriginNames.end()}; }

RunStatus run_status_from(const std::string& name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i)
    if (name == kStatusNames[i]) return static_cast<RunStatus>(i);
  throw DataError(fmt::format("the run store holds the unknown status '{}'", name));
}

std::vector<std::string> run_status_names() { return {kStatusNames.begin(), kStatusNames.end()}; }

std::string RunRecord::parameter(const std::string& key, const std::string& fallback) const {
  return value_or(parameters, key, fallback);
}

std::string RunRecord::fact(const std::string& key, const std::string& fallback) const {
  return value_or(facts, key, fallback);
}

std::vector<std::string> RunRecord::fact_list(const std::string& key) const {
  const auto found = facts.find(key);
  if (found == facts.end()) return {};
  constexpr std::size_t kShown = 80;
  auto list = list_from(found->second);
  if (!list)
    throw DataError(fmt::format("run {}: its fact {} should be a list, found: {}",
                                short_id(id, kLongerId), key, short_id(found->second, kShown)));
  return std::move(*list);
}

bool is_result_file(std::string_view name) { return name != kLogName && name != kProfileName; }

std::optional<std::vector<std::string>> list_from(const std::string& text) {
  TextList list;
  if (!nlohmann::json::sax_parse(text, &list)) return std::nullopt;
  return std::move(list.values);
}

std::string list_text(const std::vector<std::string>& values) {
  return nlohmann::json(values).dump(-1, ' ', /*ensure_ascii=*/false,
                                     nlohmann::json::error_handler_t::replace);
}

}  // namespace genrebench
