#include "harness/records/run_profile.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace genrebench {
namespace run_profile_test {

Profile example() {
  return {
      .root = {.name = "run",
               .seconds = 3.25,
               .count = 1,
               .within = {{"features", 2.0, 1, {{"decoding", 1.5, 40, {}}}}, {"fit", 1.0, 1, {}}}},
      .tracks = {{"\"ä\"\n", {{"decoding", 1.5}}}}};
}

TEST(RunProfile, IsTheSameAfterItsWayThroughJson) {
  const Profile before = example();
  const Profile after = profile_from(profile_text(before), "profile.json");
  EXPECT_EQ(profile_text(after), profile_text(before));
  EXPECT_EQ(after.root.find("features")->find("decoding")->count, 40u);
  EXPECT_EQ(after.tracks, before.tracks);
}

std::string fault(const std::string& text) {
  try {
    profile_from(text, "profile.json");
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

std::string nested(int depth) {
  std::string text = R"({"version":1,"tracks":{},"stages":)", end;
  for (int i = 0; i < depth; ++i) {
    text += R"({"name":"a","seconds":1,"count":1,"within":[)";
    end += "]}";
  }
  return text + end + "}";
}

TEST(RunProfile, WhatIsNoneIsRefusedWithItsName) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), std::string(100000, '['),
        std::string(R"({"version":1,"stages":{"name":"a","seconds":"x","count":1},"tracks":{}})"),
        std::string(R"({"version":1,"stages":{"name":"a","seconds":-1,"count":1},"tracks":{}})"),
        std::string(R"({"version":2,"stages":{"name":"a","seconds":1,"count":1},"tracks":{}})"),
        std::string(R"({"version":1,"stages":{"name":"a","seconds":1,"count":1},"tracks":[1]})"),
        nested(40)})
    EXPECT_TRUE(fault(text).starts_with("profile.json: ")) << text.substr(0, 100);
  EXPECT_EQ(fault(nested(20)), "");
}

}  // namespace run_profile_test
}  // namespace genrebench
