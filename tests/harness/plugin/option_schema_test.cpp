#include "harness/plugin/option_schema.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "harness/plugin/options.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace option_schema_test {

enum class Colour { red, green, blue };

struct Sample {
  int size = 3;
  std::optional<int> count = 30;
  std::optional<double> length_s;
  std::optional<int> lags = 20;
  Colour colour = Colour::green;
  std::uint64_t seed = 7;
};

OptionTable<Sample> table() {
  return OptionTable<Sample>()
      .presets(
          "preset",
          {{.name = "usual", .help = "The defaults.", .values = {}},
           {.name = "large",
            .help = "More.",
            .values = {{"size", std::int64_t{9}},
                       {"count", {}},
                       {"length_s", std::int64_t{2}},
                       {"lags", std::string("all")}}},
           {.name = "red", .help = "Colour alone.", .values = {{"colour", std::string("red")}}}},
          "Which.")
      .integer("size", &Sample::size, 1, 100, "Size.")
      .integer("count", &Sample::count, 1, 100, "How many.")
      .number("length_s", &Sample::length_s, 0.1, 10.0, "How long.")
      .integer("lags", &Sample::lags, 1, 50, "Lags.")
      .or_word("all")
      .enumeration("colour", &Sample::colour, {"red", "green", "blue"}, "Colour.")
      .seed("seed", &Sample::seed, "Seed.")
      .alternatives({"count", "length_s"});
}

OptionValues resolve(const OptionValues& given) {
  return table().schema().resolve(given, "excerpt sample");
}
Sample parse(const OptionValues& given) { return table().parse(resolve(given)); }
const OptionValue word(const char* text) { return std::string(text); }

TEST(Presets, WithoutOneTheDefaultsAreThoseOfTheFirst) {
  EXPECT_EQ(resolve({}), resolve({{"preset", word("usual")}}));
  const Sample sample = parse({});
  EXPECT_EQ(sample.size, 3);
  EXPECT_EQ(sample.count, 30);
  EXPECT_FALSE(sample.length_s.has_value());
  EXPECT_EQ(to_string(resolve({}).at("preset")), "usual");
}

TEST(Presets, OneSetsItsValuesAndLeavesTheOthers) {
  const Sample large = parse({{"preset", word("large")}});
  EXPECT_EQ(large.size, 9);
  EXPECT_FALSE(large.count.has_value());
  EXPECT_EQ(large.length_s, 2.0) << "an integer of a preset is widened as any other";
  EXPECT_FALSE(large.lags.has_value());
  EXPECT_EQ(large.colour, Colour::green);
  const Sample red = parse({{"preset", word("red")}});
  EXPECT_EQ(red.colour, Colour::red);
  EXPECT_EQ(red.size, 3);
}

TEST(Presets, WhatIsGivenBesideOneWins) {
  const Sample sample =
      parse({{"preset", word("large")}, {"size", std::int64_t{5}}, {"lags", std::int64_t{4}}});
  EXPECT_EQ(sample.size, 5);
  EXPECT_EQ(sample.lags, 4);
  EXPECT_EQ(sample.length_s, 2.0);
}

TEST(Presets, AnUnknownOneNamesTheNearest) {
  EXPECT_THROW_SAYING(parse({{"preset", word("lagre")}}), ConfigError, "excerpt sample", "'preset'",
                      "usual, large, red", "'lagre'", "did you mean 'large'?");
  EXPECT_THROW_SAYING(parse({{"preset", std::int64_t{1}}}), ConfigError, "'preset'",
                      "usual, large, red");
  EXPECT_THROW_SAYING(parse({{"preset", std::monostate{}}}), ConfigError, "'preset'");
}

TEST(Presets, MistakesInTheirDeclarationAreFoundWhenItIsMade) {
  const auto declare = [](OptionValues values) {
    return OptionTable<Sample>()
        .integer("size", &Sample::size, 1, 9, "Size.")
        .presets("preset", {{.name = "a", .help = {}, .values = std::move(values)}}, "Which.")
        .schema();
  };
  EXPECT_THROW(declare({{"sise", std::int64_t{1}}}), std::logic_error);
  EXPECT_THROW(declare({{"size", std::int64_t{10}}}), ConfigError);
  EXPECT_NO_THROW(declare({{"size", std::int64_t{9}}}));
}

TEST(Alternatives, TheOneGivenClearsTheDefaultsOfTheOthers) {
  const Sample length = parse({{"length_s", 1.5}});
  EXPECT_EQ(length.length_s, 1.5);
  EXPECT_FALSE(length.count.has_value());
  const Sample count = parse({{"preset", word("large")}, {"count", std::int64_t{4}}});
  EXPECT_EQ(count.count, 4) << "and those of a preset";
  EXPECT_FALSE(count.length_s.has_value());
}

TEST(Alternatives, BothAreAnErrorAndAutoIsNotGiven) {
  EXPECT_THROW_SAYING(parse({{"count", std::int64_t{4}}, {"length_s", 1.5}}), ConfigError,
                      "excerpt sample", "one of count, length_s");
  const Sample sample = parse({{"count", std::monostate{}}, {"length_s", 1.5}});
  EXPECT_FALSE(sample.count.has_value());
  EXPECT_EQ(sample.length_s, 1.5);
  EXPECT_EQ(parse({{"length_s", std::monostate{}}}).count, 30) << "auto clears nothing";
}

TEST(UnknownOption, IsRefusedWithTheNearestNameAndAllOthers) {
  EXPECT_THROW_SAYING(table().schema().refuse("sise", "excerpt sample"), ConfigError,
                      "excerpt sample", "unknown option 'sise'", "did you mean 'size'?", "seed");
  EXPECT_THROW_SAYING(table().schema().check("sise", std::int64_t{3}, "excerpt sample"),
                      ConfigError, "unknown option 'sise'");
}

TEST(UnknownOption, OfAKnownOneOnlyTheValueIsChecked) {
  const OptionSchema schema = table().schema();
  EXPECT_EQ(schema.check("length_s", std::int64_t{2}, "test"), OptionValue(2.0));
  EXPECT_THROW_SAYING(schema.check("size", std::int64_t{0}, "test"), ConfigError, "'size'",
                      "from 1 to 100");
}

}  // namespace option_schema_test
}  // namespace genrebench
