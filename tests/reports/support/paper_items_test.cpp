#include "reports/support/paper_items.hpp"

#include <gtest/gtest.h>

#include <set>

namespace genrebench {
namespace paper_items_test {

using paper::items;

/// The item that a configuration is about; empty where there is none. No configuration is about
/// two.
std::string about(const Parameters& parameters) {
  std::string found;
  for (const paper::Item& item : items())
    if (paper::is_about(item, parameters)) {
      EXPECT_TRUE(found.empty()) << found << " and " << item.what;
      found = item.what;
    }
  return found;
}

Parameters network(const std::string& method, Parameters more = {}) {
  more.insert({{"method.name", method},
               {"dataset.name", "gtzan"},
               {"excerpt.name", "full"},
               {"features.name", "mfcc"}});
  return more;
}

TEST(PaperItems, EveryNumberOfThePaperIsThere) {
  std::set<std::string_view> printed;
  for (const paper::Item& item : items()) printed.insert(item.printed);
  // Tables 2 and 3, and section 6.
  for (const char* number :
       {"43.56 %", "45.67 %", "38 %", "42.67 %", "50.08 %", "39.64 %", "30.67 %", "27.67 %", "34 %",
        "75 %", "63.6 %", "62 %", "79 %", "75.4 %", "40.3 %", "67 %"})
    EXPECT_TRUE(printed.contains(number)) << number;
}

TEST(PaperItems, AConfigurationIsAboutOneItem) {
  EXPECT_EQ(about(network("gru")), "GRU, GTZAN");
  EXPECT_EQ(about(network("gru", {{"features.name", "raw_seconds"}})),
            "GRU, GTZAN, raw audio, 1 s per step");
  EXPECT_EQ(about(network("gru", {{"method.layers", "3"}})), "deeper GRU with dropout, GTZAN");
  EXPECT_EQ(about(network("gru", {{"dataset.name", "extended_ballroom"}})),
            "GRU, Extended Ballroom");
  EXPECT_EQ(about(network("skip_gru", {{"method.length", "0"}})), "GRU, GTZAN");
  EXPECT_EQ(about(network("skip_gru", {{"method.length", "8"}})), "skip-RNN, GTZAN");
  EXPECT_EQ(about(network("vgg16", {{"excerpt.name", "clips"},
                                    {"excerpt.length_s", "30"},
                                    {"dataset.name", "artists1517"}})),
            "VGG-16, 1517-Artists");
  EXPECT_EQ(about(network("vgg16", {{"excerpt.name", "chunks"}, {"excerpt.length_s", "3"}})),
            "VGG-16, GTZAN, 3 s segments");
  EXPECT_EQ(about(network("vgg16", {{"excerpt.name", "sem"}})), "VGG-16, GTZAN, largest cluster");
  EXPECT_EQ(about(network("mlp")), "");
  EXPECT_EQ(about({{"task", "segmentation"}}), "segmentation of a song");
}

TEST(PaperItems, ConfigurationsThatDifferInTheSplitsRuleShareALine) {
  RunGroup apart{.parameters = network("knn"),
                 .protocol = {.kind = Protocol::Kind::grouped, .groups = "artist"}};
  RunGroup leaky{.parameters = network("knn"),
                 .protocol = {.kind = Protocol::Kind::leaky, .groups = ""}};
  leaky.parameters["split.leaky"] = "true";
  const std::vector<RunGroup> groups = {apart, leaky};
  const auto lines = paper::make_lines(groups);
  EXPECT_EQ(lines.size(), items().size());
  for (const paper::Line& line : lines) {
    const bool is_knn = line.item->what == "KNN, full songs";
    EXPECT_EQ(line.apart, is_knn ? &groups[0] : nullptr) << line.item->what;
    EXPECT_EQ(line.leaky, is_knn ? &groups[1] : nullptr) << line.item->what;
  }
}

}  // namespace paper_items_test
}  // namespace genrebench
