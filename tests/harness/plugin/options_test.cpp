#include "harness/plugin/options.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace options_test {

struct Sample {
  int neighbours = 5;
  double c = 1.0;
  std::optional<double> gamma;
  std::string distance = "euclidean";
  bool exact = true;
  std::vector<std::string> include = {"rms"};
  std::string root;
};

const OptionTable<Sample>& table() {
  static const OptionTable<Sample> t =
      OptionTable<Sample>()
          .integer("neighbours", &Sample::neighbours, 1, 100, "How many.")
          .number("c", &Sample::c, 0.0, 10.0, "Strength.")
          .number("gamma", &Sample::gamma, 0.0, 10.0, "Width.")
          .choice("distance", &Sample::distance, {"euclidean", "manhattan"}, "Which.")
          .boolean("exact", &Sample::exact, "Or not.")
          .list("include", &Sample::include, {"rms", "chroma"}, "What.")
          .path("root", &Sample::root, "Where.");
  return t;
}

Sample parse(const OptionValues& values) {
  return table().parse(table().schema().resolve(values, "method sample"));
}

TEST(Options, DefaultsComeFromTheMemberInitialisers) {
  const Sample sample = parse({});
  EXPECT_EQ(sample.neighbours, 5);
  EXPECT_EQ(sample.distance, "euclidean");
  EXPECT_FALSE(sample.gamma.has_value());
  const OptionSchema schema = table().schema();
  EXPECT_EQ(to_string(schema.find("neighbours")->default_value), "5");
}

TEST(Options, AnIntegerIsTakenWhereANumberIsAskedFor) {
  EXPECT_DOUBLE_EQ(parse({{"c", std::int64_t{3}}}).c, 3.0);
}

TEST(Options, ANumberIsRefusedWhereAnIntegerIsAskedFor) {
  EXPECT_THROW_SAYING(parse({{"neighbours", 2.5}}), ConfigError, "method sample", "'neighbours'",
                      "an integer from 1 to 100", "'2.5'");
}

TEST(Options, AnUnknownKeyNamesTheNearestAndAllOthers) {
  EXPECT_THROW_SAYING(parse({{"neighbors", std::int64_t{3}}}), ConfigError,
                      "unknown option 'neighbors'", "did you mean 'neighbours'", "gamma");
}

TEST(Options, ValuesOutOfRangeAreRefusedWithTheRange) {
  EXPECT_THROW_SAYING(parse({{"neighbours", std::int64_t{0}}}), ConfigError, "from 1 to 100",
                      "'0'");
  EXPECT_THROW_SAYING(parse({{"c", std::nan("")}}), ConfigError, "'c'");
}

TEST(Options, AMistypedChoiceNamesTheNearest) {
  EXPECT_THROW_SAYING(parse({{"distance", std::string("euclidian")}}), ConfigError,
                      "did you mean 'euclidean'");
}

TEST(Options, AutoIsTakenOnlyWhereTheOptionAllowsIt) {
  EXPECT_FALSE(parse({{"gamma", std::monostate{}}}).gamma.has_value());
  EXPECT_DOUBLE_EQ(parse({{"gamma", 0.5}}).gamma.value(), 0.5);
  EXPECT_FALSE(parse({{"gamma", std::string("auto")}}).gamma.has_value());
  EXPECT_THROW_SAYING(parse({{"c", std::monostate{}}}), ConfigError, "'c'", "found nothing");
  EXPECT_THROW_SAYING(parse({{"c", std::string("auto")}}), ConfigError, "'c'", "found 'auto'");
}

TEST(Options, ListsTakeOneWordOrManyAndCheckEach) {
  EXPECT_EQ(parse({{"include", std::string("chroma")}}).include,
            std::vector<std::string>{"chroma"});
  EXPECT_THROW_SAYING(parse({{"include", std::vector<std::string>{"rms", "croma"}}}), ConfigError,
                      "'include'");
}

TEST(Options, AListOfOneNumberNeedsNoBrackets) {
  const OptionSchema schema(
      {{.name = "lengths", .type = OptionType::list, .default_value = std::vector<std::string>{}}});
  const auto words = [&](const OptionValue& value) {
    return std::get<std::vector<std::string>>(
        schema.resolve({{"lengths", value}}, "test").at("lengths"));
  };
  EXPECT_EQ(words(std::int64_t{9}), std::vector<std::string>{"9"});
  EXPECT_EQ(words(2.5), std::vector<std::string>{"2.5"});
  EXPECT_THROW_SAYING(parse({{"include", std::int64_t{9}}}), ConfigError, "'include'", "'9'");
}

TEST(Options, APathMayLookLikeANumber) {
  EXPECT_EQ(parse({{"root", std::int64_t{2024}}}).root, "2024");
}

enum class Colour { red, green, blue };

struct Kinds {
  std::optional<int> lags = 20;
  Colour colour = Colour::green;
  std::optional<Colour> background;
  std::uint64_t seed = 7;
};

const OptionTable<Kinds>& kinds_table() {
  static const OptionTable<Kinds> t =
      OptionTable<Kinds>()
          .integer("lags", &Kinds::lags, 1, 50, "Lags.")
          .or_word("all")
          .enumeration("colour", &Kinds::colour, {"red", "green", "blue"}, "Colour.")
          .enumeration("background", &Kinds::background, {"red", "green", "blue"}, "Behind it.")
          .seed("seed", &Kinds::seed, "Seed.");
  return t;
}

OptionValues resolve(const OptionValues& given) {
  return kinds_table().schema().resolve(given, "test");
}
Kinds parse_kinds(const OptionValues& given) { return kinds_table().parse(resolve(given)); }
OptionValue word(const char* text) { return std::string(text); }

TEST(OrWord, TakesTheWordAndNumbersAndSaysBothInItsError) {
  EXPECT_EQ(parse_kinds({}).lags, 20);
  EXPECT_FALSE(parse_kinds({{"lags", word("all")}}).lags.has_value());
  EXPECT_EQ(parse_kinds({{"lags", std::int64_t{50}}}).lags, 50);
  for (const OptionValue& wrong :
       {word("al"), OptionValue(std::int64_t{51}), OptionValue(std::int64_t{0}), OptionValue(2.5)})
    EXPECT_THROW_SAYING(parse_kinds({{"lags", wrong}}), ConfigError, "'lags'",
                        "an integer from 1 to 50", "'all'", "'" + to_string(wrong) + "'");
}

TEST(OrWord, AnEmptyDefaultIsTheWord) {
  struct Open {
    std::optional<int> lags;
  };
  const auto open = OptionTable<Open>().integer("lags", &Open::lags, 1, 50, "Lags.").or_word("all");
  EXPECT_EQ(to_string(open.schema().resolve({}, "test").at("lags")), "all");
  EXPECT_FALSE(open.parse(open.schema().resolve({}, "test")).lags.has_value());
}

TEST(Enumeration, WordsAreTheEnumeratorsInTheirOrder) {
  EXPECT_EQ(to_string(resolve({}).at("colour")), "green");
  EXPECT_EQ(parse_kinds({{"colour", word("red")}}).colour, Colour::red);
  EXPECT_EQ(parse_kinds({{"colour", word("blue")}}).colour, Colour::blue);
  EXPECT_THROW_SAYING(parse_kinds({{"colour", word("bleu")}}), ConfigError, "red, green, blue",
                      "did you mean 'blue'?");
}

TEST(Enumeration, AnOptionalMemberTakesAutoToo) {
  EXPECT_EQ(parse_kinds({}).background, std::nullopt);
  EXPECT_EQ(parse_kinds({{"background", word("blue")}}).background, Colour::blue);
  EXPECT_EQ(parse_kinds({{"background", std::monostate{}}}).background, std::nullopt);
  EXPECT_THROW_SAYING(parse_kinds({{"background", word("grey")}}), ConfigError, "'background'",
                      "or auto");
}

TEST(Seed, IsAWholeNumberThatIsNotNegative) {
  EXPECT_EQ(parse_kinds({}).seed, 7u);
  EXPECT_EQ(parse_kinds({{"seed", std::int64_t{4294967295}}}).seed, 4294967295u);
  EXPECT_THROW_SAYING(parse_kinds({{"seed", std::int64_t{4294967296}}}), ConfigError, "'seed'",
                      "4294967296");
  EXPECT_THROW_SAYING(parse_kinds({{"seed", std::int64_t{-1}}}), ConfigError, "'seed'", "'-1'");
  EXPECT_THROW_SAYING(parse_kinds({{"seed", 0.5}}), ConfigError, "'seed'", "integer");
}

}  // namespace options_test
}  // namespace genrebench
