// Presets, alternatives, words among integers and enumerations: what the segmentation's options are
// made of.
#include <gtest/gtest.h>

#include "harness/experiment/load_experiment.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace {

using testing::TemporaryFolder;

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
      .integer_or("all", "lags", &Sample::lags, 1, 50, "Lags.")
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

TEST(Alternatives, TheOneGivenPutsOutTheDefaultsOfTheOthers) {
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
  EXPECT_EQ(parse({{"length_s", std::monostate{}}}).count, 30) << "auto puts out nothing";
}

TEST(IntegerOr, TakesTheWordAndNumbersAndSaysBothInItsError) {
  EXPECT_EQ(parse({}).lags, 20);
  EXPECT_FALSE(parse({{"lags", word("all")}}).lags.has_value());
  EXPECT_EQ(parse({{"lags", std::int64_t{50}}}).lags, 50);
  for (const OptionValue& wrong : {word("al"), OptionValue(std::int64_t{51}),
                                   OptionValue(std::int64_t{0}), OptionValue(2.5), OptionValue()})
    EXPECT_THROW_SAYING(parse({{"lags", wrong}}), ConfigError, "'lags'", "an integer from 1 to 50",
                        "'all'", "'" + to_string(wrong) + "'");
}

TEST(IntegerOr, AnEmptyDefaultIsTheWord) {
  struct Open {
    std::optional<int> lags;
  };
  const auto open = OptionTable<Open>().integer_or("all", "lags", &Open::lags, 1, 50, "Lags.");
  EXPECT_EQ(to_string(open.schema().resolve({}, "test").at("lags")), "all");
  EXPECT_FALSE(open.parse(open.schema().resolve({}, "test")).lags.has_value());
}

TEST(Enumeration, WordsAreTheEnumeratorsInTheirOrder) {
  EXPECT_EQ(to_string(resolve({}).at("colour")), "green");
  EXPECT_EQ(parse({{"colour", word("red")}}).colour, Colour::red);
  EXPECT_EQ(parse({{"colour", word("blue")}}).colour, Colour::blue);
  EXPECT_THROW_SAYING(parse({{"colour", word("bleu")}}), ConfigError, "red, green, blue",
                      "did you mean 'blue'?");
}

TEST(Seed, IsAWholeNumberThatIsNotNegative) {
  EXPECT_EQ(parse({}).seed, 7u);
  EXPECT_EQ(parse({{"seed", std::int64_t{4294967295}}}).seed, 4294967295u);
  EXPECT_THROW_SAYING(parse({{"seed", std::int64_t{4294967296}}}), ConfigError, "'seed'",
                      "4294967296");
  EXPECT_THROW_SAYING(parse({{"seed", std::int64_t{-1}}}), ConfigError, "'seed'", "'-1'");
  EXPECT_THROW_SAYING(parse({{"seed", 0.5}}), ConfigError, "'seed'", "integer");
}

// The segmentation's own table.

/// Every option but the preset's name, as text.
std::map<std::string, std::string> text_of(const OptionValues& values) {
  std::map<std::string, std::string> text;
  for (const auto& [name, value] : values)
    if (name != "preset") text[name] = to_string(value);
  return text;
}

OptionValues segmentation_values(const OptionValues& given) {
  return segmentation_table().schema().resolve(given, "segment");
}
SegmentationOptions segmentation(const OptionValues& given) {
  return segmentation_table().parse(segmentation_values(given));
}

void expect_equal(const SegmentationOptions& a, const SegmentationOptions& b) {
  EXPECT_EQ(a.rate_hz, b.rate_hz);
  EXPECT_EQ(a.decimate, b.decimate);
  EXPECT_EQ(a.windows, b.windows);
  EXPECT_EQ(a.window_s, b.window_s);
  EXPECT_EQ(a.overlap, b.overlap);
  EXPECT_EQ(a.max_windows, b.max_windows);
  EXPECT_EQ(a.taper, b.taper);
  EXPECT_EQ(a.ar_order, b.ar_order);
  EXPECT_EQ(a.ar_method, b.ar_method);
  EXPECT_EQ(a.residual, b.residual);
  EXPECT_EQ(a.lags, b.lags);
  EXPECT_EQ(a.implementation, b.implementation);
  EXPECT_EQ(a.variance, b.variance);
  EXPECT_EQ(a.variance_weight, b.variance_weight);
  EXPECT_EQ(a.symmetrise, b.symmetrise);
  EXPECT_EQ(a.scale, b.scale);
  EXPECT_EQ(a.neighbour, b.neighbour);
  EXPECT_EQ(a.nearest, b.nearest);
  EXPECT_EQ(a.exclude, b.exclude);
  EXPECT_EQ(a.path, b.path);
  EXPECT_EQ(a.clusters, b.clusters);
  EXPECT_EQ(a.choose, b.choose);
  EXPECT_EQ(a.max_clusters, b.max_clusters);
  EXPECT_EQ(a.restarts, b.restarts);
  EXPECT_EQ(a.seed, b.seed);
}

TEST(SegmentationTable, DefaultsAreThoseOfTheStructAndOfThePresetTuned) {
  expect_equal(segmentation({}), SegmentationOptions{});
  EXPECT_EQ(segmentation_values({}), segmentation_values({{"preset", word("tuned")}}));
}

TEST(SegmentationTable, PresetsAreWhatThePaperAndItsAuthorsSay) {
  SegmentationOptions paper;
  paper.rate_hz = std::nullopt;
  paper.windows = 30;
  paper.window_s = std::nullopt;
  paper.ar_order = 12;
  paper.lags = std::nullopt;
  paper.variance = VarianceTerm::power;
  paper.variance_weight = 1.0;
  paper.symmetrise = Symmetrisation::mean;
  paper.scale = AffinityScale::literal;
  paper.nearest = 0.0;
  paper.exclude = 0;
  paper.path = 0.0;
  paper.choose = ClusterRule::eigengap;
  expect_equal(segmentation({{"preset", word("paper")}}), paper);
  SegmentationOptions authors = paper;
  authors.rate_hz = 44100.0;  // the rate of the authors' files: 4410 Hz after decimation, whatever
                              // the rate of ours
  authors.decimate = 10;
  authors.windows = std::nullopt;
  authors.window_s = 3.0;
  authors.ar_order = 100;
  authors.ar_method = ArMethod::forward_backward;
  authors.scale = AffinityScale::median;
  authors.clusters = 5;
  expect_equal(segmentation({{"preset", word("authors")}}), authors);
}

TEST(SegmentationTable, EveryOptionReachesItsMember) {
  // Each of them changed from its default, and one member with it.
  const std::map<std::string, std::pair<OptionValue, void (*)(SegmentationOptions&)>> changes = {
      {"rate_hz", {16000.0, [](auto& o) { o.rate_hz = 16000.0; }}},
      {"decimate", {std::int64_t{4}, [](auto& o) { o.decimate = 4; }}},
      {"windows",
       {std::int64_t{30},
        [](auto& o) {
          o.windows = 30;
          o.window_s = std::nullopt;
        }}},
      {"window_s", {1.0, [](auto& o) { o.window_s = 1.0; }}},
      {"overlap", {0.5, [](auto& o) { o.overlap = 0.5; }}},
      {"max_windows", {std::int64_t{9}, [](auto& o) { o.max_windows = 9; }}},
      {"taper", {word("hamming"), [](auto& o) { o.taper = Taper::hamming; }}},
      {"ar_order", {std::int64_t{5}, [](auto& o) { o.ar_order = 5; }}},
      {"ar_method", {word("burg"), [](auto& o) { o.ar_method = ArMethod::burg; }}},
      {"lags", {word("window"), [](auto& o) { o.lags = std::nullopt; }}},
      {"residual", {word("full"), [](auto& o) { o.residual = Residual::full; }}},
      {"implementation",
       {word("direct"), [](auto& o) { o.implementation = SemImplementation::direct; }}},
      {"variance", {word("power"), [](auto& o) { o.variance = VarianceTerm::power; }}},
      {"variance_weight", {2.0, [](auto& o) { o.variance_weight = 2.0; }}},
      {"symmetrise", {word("mean"), [](auto& o) { o.symmetrise = Symmetrisation::mean; }}},
      {"scale", {word("literal"), [](auto& o) { o.scale = AffinityScale::literal; }}},
      {"neighbour", {std::int64_t{4}, [](auto& o) { o.neighbour = 4; }}},
      {"nearest", {0.0, [](auto& o) { o.nearest = 0.0; }}},
      {"exclude", {std::int64_t{0}, [](auto& o) { o.exclude = 0; }}},
      {"path", {0.0, [](auto& o) { o.path = 0.0; }}},
      {"clusters", {std::int64_t{4}, [](auto& o) { o.clusters = 4; }}},
      {"choose", {word("eigengap"), [](auto& o) { o.choose = ClusterRule::eigengap; }}},
      {"max_clusters", {std::int64_t{4}, [](auto& o) { o.max_clusters = 4; }}},
      {"restarts", {std::int64_t{4}, [](auto& o) { o.restarts = 4; }}},
      {"seed", {std::int64_t{4}, [](auto& o) { o.seed = 4; }}}};
  for (const OptionInfo& option : segmentation_table().schema().options()) {
    if (option.name == "preset") continue;
    ASSERT_TRUE(changes.contains(option.name)) << option.name << " is new: add it here";
    const auto& [value, change] = changes.at(option.name);
    SegmentationOptions expected;
    change(expected);
    SCOPED_TRACE(option.name);
    EXPECT_NE(value, option.default_value);
    expect_equal(segmentation({{option.name, value}}), expected);
  }
}

// Layers of an experiment.

OptionValues excerpt_of(const std::string& excerpt, const std::vector<std::string>& overrides) {
  static const Registry registry = [] {
    Registry r;
    register_all_pipeline(r);
    r.datasets.add({{.name = "tiny", .summary = "For tests."}, nullptr});
    r.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
    return r;
  }();
  const TemporaryFolder folder;
  const auto file = folder.write(
      "experiment.yaml",
      "task: segmentation\ndataset: {name: tiny}\nexcerpt: {name: sem" + excerpt + "}\n");
  return load_experiment(file, overrides, registry).runs.at(0).excerpt.options;
}

TEST(Layers, TheCommandLinesAlternativeTakesThePlaceOfTheFiles) {
  const OptionValues values = excerpt_of(", window_s: 2", {"excerpt.windows=30"});
  EXPECT_EQ(to_string(values.at("windows")), "30");
  EXPECT_EQ(to_string(values.at("window_s")), "auto");
  const OptionValues back = excerpt_of(", windows: 40", {"excerpt.sem.window_s=2"});
  EXPECT_EQ(to_string(back.at("windows")), "auto");
  EXPECT_EQ(to_string(back.at("window_s")), "2");
}

TEST(Layers, BothInOneLayerAreRefused) {
  EXPECT_THROW_SAYING(excerpt_of(", window_s: 2, windows: 30", {}), ConfigError, "experiment.yaml",
                      "excerpt sem", "one of windows, window_s");
  EXPECT_THROW_SAYING(excerpt_of("", {"excerpt.window_s=2", "excerpt.windows=30"}), ConfigError,
                      "one of windows, window_s");
}

TEST(Layers, AutoOnTheCommandLineLeavesTheFilesAlternative) {
  EXPECT_EQ(to_string(excerpt_of(", window_s: 2", {"excerpt.windows=auto"}).at("window_s")), "2");
}

TEST(Layers, ASweepsAlternativeTakesThePlaceOfTheFiles) {
  const OptionValues values = excerpt_of(", window_s: 2", {"sweep.grid.excerpt.windows=[30]"});
  EXPECT_EQ(to_string(values.at("windows")), "30");
  EXPECT_EQ(to_string(values.at("window_s")), "auto");
}

TEST(Layers, APresetOfTheCommandLineLeavesWhatTheFileGives) {
  const OptionValues values = excerpt_of(", ar_order: 33", {"excerpt.preset=authors"});
  EXPECT_EQ(to_string(values.at("ar_order")), "33");
  EXPECT_EQ(to_string(values.at("decimate")), "10");
  EXPECT_EQ(to_string(excerpt_of("", {"excerpt.preset=paper"}).at("windows")), "30");
  EXPECT_EQ(to_string(excerpt_of(", preset: paper", {"excerpt.window_s=1"}).at("windows")), "auto");
  EXPECT_THROW_SAYING(excerpt_of(", preset: papre", {}), ConfigError,
                      "experiment.yaml:3:", "did you mean 'paper'?");
}

TEST(SegmentWords, AreReadAsTheExperimentsOptionsAre) {
  const OptionSchema schema = segmentation_table().schema();
  const OptionValues values = parse_options(
      {"preset=authors", "windows=12", "lags=window", "rate_hz=auto"}, schema, "segment");
  EXPECT_EQ(to_string(values.at("windows")), "12");
  EXPECT_EQ(to_string(values.at("window_s")), "auto");
  EXPECT_EQ(to_string(values.at("lags")), "window");
  EXPECT_EQ(text_of(parse_options({}, schema, "segment")), text_of(segmentation_values({})));
  EXPECT_THROW_SAYING(parse_options({"windows=12", "window_s=1"}, schema, "segment"), ConfigError,
                      "segment", "one of windows, window_s");
  EXPECT_THROW_SAYING(parse_options({"window=12"}, schema, "segment"), ConfigError,
                      "unknown option 'window'", "did you mean 'windows'?");
  EXPECT_THROW_SAYING(parse_options({"windows"}, schema, "segment"), ConfigError, "key=value",
                      "'windows'");
}

}  // namespace
}  // namespace genrebench
