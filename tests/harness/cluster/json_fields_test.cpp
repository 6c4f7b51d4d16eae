// JSON that others wrote or damaged.
#include "harness/cluster/json_fields.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.hpp"
#include "harness/workers/json_text.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace json_fields_test {

/// What reading says; empty: nothing.
std::string complaint(const std::string& text, const std::function<void(const JsonField&)>& read) {
  try {
    const nlohmann::json document = parse_json(text);
    read(JsonField(document));
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

std::string about_number(const std::string& value) {
  return complaint("{\"n\": " + value + "}", [](const JsonField& f) { f["n"].number(0, 100); });
}

TEST(JsonFields, WhatIsNoJsonIsNamedByItsPlace) {
  const auto nothing = [](const JsonField&) {};
  EXPECT_EQ(complaint("", nothing), "damaged: expected JSON, found nothing");
  EXPECT_EQ(complaint(" \n", nothing), "damaged: expected JSON, found nothing");
  EXPECT_EQ(complaint("{\n  \"a\": ?}", nothing),
            "damaged: expected JSON, found other text at line 2, column 8");
  EXPECT_EQ(complaint("{\"a\": 1", nothing),
            "damaged: expected JSON, found other text at line 1, column 8");
  EXPECT_NE(complaint("\"\xff\"", nothing), "");
  EXPECT_NE(complaint("{\"a\": 1e999}", nothing), "");
  EXPECT_NE(complaint(std::string("{\"a\": \0}", 8), nothing), "");
}

TEST(JsonFields, DeepNestingIsRefusedWhateverItsDepth) {
  const auto nothing = [](const JsonField&) {};
  for (const std::size_t depth : {20u, 3000u, 1000000u}) {
    EXPECT_NE(complaint(std::string(depth, '['), nothing).find("levels"), std::string::npos);
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
    EXPECT_NE(complaint(objects, nothing).find("levels"), std::string::npos);
  }
}

TEST(JsonFields, NumbersAreWholeAndWithinTheirBounds) {
  EXPECT_EQ(about_number("100"), "");
  EXPECT_EQ(about_number("101"), "damaged: 'n': expected a whole number from 0 to 100, found 101");
  for (const char* value : {"-1", "4611686018427387904", "18446744073709551615",
                            "99999999999999999999999", "1.0", "\"1\"", "true", "null", "[]", "{}"})
    EXPECT_NE(about_number(value), "") << value;
}

TEST(JsonFields, AFaultNamesTheKeyAndWhatWasFound) {
  const std::string text = R"({"slurm": {"time": 3, "others": ["a", 7]}, "path": "relative"})";
  const auto ask = [&](const auto& read) { return complaint(text, read); };
  EXPECT_EQ(ask([](const JsonField& f) { f["slurm"]["time"].text(); }),
            "damaged: 'slurm.time': expected a text, found 3");
  EXPECT_EQ(ask([](const JsonField& f) { f["slurm"]["others"].items()[1].text(); }),
            "damaged: 'slurm.others[1]': expected a text, found 7");
  EXPECT_EQ(ask([](const JsonField& f) { f["slurm"]["qos"].text(); }),
            "damaged: 'slurm.qos' is missing");
  EXPECT_EQ(ask([](const JsonField& f) { f["path"]["x"].text(); }),
            "damaged: 'path': expected an object, found \"relative\"");
  EXPECT_EQ(ask([](const JsonField& f) { f["path"].absolute_path(); }),
            "damaged: 'path': expected an absolute path, found \"relative\"");
  EXPECT_EQ(ask([](const JsonField& f) { f["slurm"].items(); }),
            "damaged: 'slurm': expected a list, found an object");
  EXPECT_EQ(ask([](const JsonField& f) { f["slurm"].flag(); }),
            "damaged: 'slurm': expected true or false, found an object");
  EXPECT_EQ(complaint("[]", [](const JsonField& f) { f["a"].text(); }),
            "damaged: expected an object, found a list");
}

TEST(JsonFields, AMessageStaysShort) {
  const std::string text = "{\"n\": \"" + std::string(1 << 20, 'x') + "\"}";
  EXPECT_LT(complaint(text, [](const JsonField& f) { f["n"].number(0, 1); }).size(), 200u);
  EXPECT_LT(complaint(text, [](const JsonField& f) { f["n"].text(); }).size(), 200u);
}

TEST(JsonFields, TextsKeepTheirBytes) {
  for (const std::string text : {"", "/music/Björk", "/music/Bj\xf6rk", "\x80\xff", "a\nb"}) {
    const nlohmann::json document = nlohmann::json::parse(text_to_json(text).dump());
    EXPECT_EQ(JsonField(document).text(), text);
  }
}

}  // namespace json_fields_test
}  // namespace genrebench
