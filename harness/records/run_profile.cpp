#include "harness/records/run_profile.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace genrebench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr int kDeepest = 30;
constexpr std::size_t kMostStages = 10'000;

Json to_json(const ProfileNode& node) {
  Json result = {{"name", node.name}, {"seconds", node.seconds}, {"count", node.count}};
  if (node.within.empty()) return result;
  for (const ProfileNode& one : node.within) result["within"].push_back(to_json(one));
  return result;
}

double seconds_from(const nlohmann::json& value) {
  const double seconds = value.get<double>();
  if (!std::isfinite(seconds) || seconds < 0.0)
    throw DataError(fmt::format("expected seconds, found {}", seconds));
  return seconds;
}

class Reader {
 public:
  ProfileNode node(const nlohmann::json& json, int depth) {
    if (depth > kDeepest || ++n_ > kMostStages)
      throw DataError(
          fmt::format("expected at most {} stages, {} within one another", kMostStages, kDeepest));
    ProfileNode result{.name = json.at("name"),
                       .seconds = seconds_from(json.at("seconds")),
                       .count = json.at("count")};
    if (json.contains("within"))
      for (const nlohmann::json& one : json["within"])
        result.within.push_back(node(one, depth + 1));
    return result;
  }

 private:
  std::size_t n_ = 0;
};

}  // namespace

std::string profile_text(const Profile& profile) {
  Json json = {
      {"version", kVersion}, {"stages", to_json(profile.root)}, {"tracks", Json::object()}};
  for (const auto& [track, stages] : profile.tracks) json["tracks"][track] = stages;
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

Profile profile_from(const std::string& text, const std::string& name) {
  try {
    // A text of brackets would be nested deeper than the stack.
    const auto parsed =
        nlohmann::json::parse(text, [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
          if (depth > 3 * kDeepest) throw DataError("expected stages, found far deeper nesting");
          return true;
        });
    if (parsed.at("version").get<int>() != kVersion)
      throw DataError(fmt::format("expected version {} of profiles, found {}", kVersion,
                                  parsed.at("version").get<int>()));
    Profile profile{.root = Reader().node(parsed.at("stages"), 0)};
    using Tracks = std::map<std::string, std::map<std::string, nlohmann::json>>;
    for (const auto& [track, stages] : parsed.at("tracks").get<Tracks>())
      for (const auto& [stage, seconds] : stages)
        profile.tracks[track][stage] = seconds_from(seconds);
    return profile;
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: {}", name, error.what()));
  } catch (const nlohmann::json::exception&) {
    throw DataError(fmt::format(
        "{}: damaged: expected the profile of a run, as JSON, found something else", name));
  }
}

}  // namespace genrebench
