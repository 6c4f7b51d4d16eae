#include "reports/support/segmentation_figures.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace segmentation_figures_test {

SegmentationPicture picture() {
  SegmentationPicture result;
  result.title = "a_b & c.wav";
  result.duration_s = 40.0;
  result.minimum = {-0.1f, -0.9f, -0.1f, -0.9f};
  result.maximum = {0.1f, 0.8f, 0.1f, 0.8f};
  result.labels = {0, 1, 0, 1};
  result.window_starts_s = {0, 10, 20, 30};
  result.distances = Eigen::MatrixXd::NullaryExpr(
      4, 4, [](Eigen::Index r, Eigen::Index c) { return (r + c) % 2 == 0 ? 0.0 : 2.0; });
  result.adjacency = (-result.distances.array()).exp().matrix();
  result.sections = {{0, 10, 0}, {10, 20, 1}, {20, 30, 0}, {30, 40, 1}};
  result.sections.back().end_s = 35;
  result.eigenvalues = {1.0, 0.9, 0.1, 0.0};
  result.points = Eigen::MatrixXd::Random(4, 2);
  result.largest_cluster = 0;
  result.settings = {{"window_s", "10"}, {"clusters", "2"}};
  return result;
}

std::vector<std::string> figure_ids(const Document& document) {
  std::vector<std::string> result;
  for (const auto& part : document.body)
    if (const auto* figure = std::get_if<Figure>(&part)) {
      result.push_back(figure->id);
      EXPECT_FALSE(figure->picture.png().empty() || figure->picture.pdf().empty()) << figure->id;
    }
  return result;
}

TEST(SegmentationFigures, HaveThePapersFiguresInItsOrder) {
  const Document document = segmentation_document(picture());
  EXPECT_EQ(figure_ids(document),
            (std::vector<std::string>{"segmentation_waveform", "segmentation_distances",
                                      "segmentation_adjacency", "segmentation_eigenvalues",
                                      "segmentation_graph", "segmentation_clusters"}));
  const testing::TemporaryFolder folder;
  EXPECT_EQ(write_document(document, folder.path()).size(), 4u + 4u + 3u * 6u);
}

TEST(SegmentationFigures, ANoveltyHasAFigureAndOtherDistancesTheirName) {
  SegmentationPicture of_boundaries = picture();
  of_boundaries.adjacency.resize(0, 0);
  of_boundaries.eigenvalues.clear();
  of_boundaries.distance_name = "Cosine distance";
  of_boundaries.novelty = {0.0, 0.5, 0.25, 1.0};
  const Document document = segmentation_document(of_boundaries);
  EXPECT_EQ(figure_ids(document),
            (std::vector<std::string>{"segmentation_waveform", "segmentation_distances",
                                      "segmentation_novelty", "segmentation_graph",
                                      "segmentation_clusters"}));
  of_boundaries.novelty.pop_back();
  EXPECT_THROW_SAYING(segmentation_document(of_boundaries), ConfigError, "novelty", "4 windows");
}

TEST(SegmentationFigures, ClustersHaveTheirSecondsShareAndNumberOfSections) {
  const Document document = segmentation_document(picture());
  const Table& table = *find_table(document, "segmentation_summary");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(text_at(table, "1", "seconds"), "20.00");
  EXPECT_EQ(text_at(table, "1", "share"), "50.0 %");
  EXPECT_EQ(text_at(table, "2", "seconds"), "15.00");
  EXPECT_EQ(text_at(table, "2", "sections"), "2");
  EXPECT_TRUE(table.rows[0][0].strong);
  EXPECT_FALSE(table.rows[1][0].strong);
  EXPECT_TRUE(has_note(table, "The largest cluster is 1."));
}

TEST(SegmentationFigures, SectionsSettingsAndWindowsAreListed) {
  const Document document = segmentation_document(picture());
  const Table& sections = *find_table(document, "segmentation_sections");
  EXPECT_EQ(text_at(sections, "4", "start (s)"), "30.00");
  EXPECT_EQ(text_at(sections, "4", "end (s)"), "35.00");
  EXPECT_EQ(text_at(sections, "4", "cluster"), "2");
  EXPECT_EQ(text_at(*find_table(document, "segmentation_settings"), "window_s", "value"), "10");
  const Table& windows = *find_table(document, "segmentation_windows");
  EXPECT_EQ(windows.rows.size(), 4u);
  EXPECT_EQ(text_at(windows, "2", "start_s"), "10");
}

TEST(SegmentationFigures, WhatIsNotGivenIsLeftOut) {
  SegmentationPicture waveform;
  waveform.title = "t";
  waveform.duration_s = 1.0;
  waveform.minimum = {0};
  waveform.maximum = {1};
  const Document document = segmentation_document(waveform);
  EXPECT_EQ(figure_ids(document), (std::vector<std::string>{"segmentation_waveform"}));
  EXPECT_TRUE(document.data.empty());
}

TEST(SegmentationFigures, WhatDisagreesIsAnError) {
  SegmentationPicture wrong = picture();
  wrong.duration_s = 0.0;
  EXPECT_THROW_SAYING(segmentation_document(wrong), ConfigError, "positive duration");
  wrong = picture();
  wrong.distances.resize(4, 3);
  EXPECT_THROW_SAYING(segmentation_document(wrong), ConfigError, "distances of 4 x 4", "got 4 x 3");
  wrong = picture();
  wrong.labels.pop_back();
  EXPECT_THROW_SAYING(segmentation_document(wrong), ConfigError, "labels of 4 x 1", "got 3 x 1");
  wrong.labels.clear();
  EXPECT_THROW_SAYING(segmentation_document(wrong), ConfigError, "need labels");
}

}  // namespace segmentation_figures_test
}  // namespace genrebench
