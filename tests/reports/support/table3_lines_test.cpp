#include "reports/support/table3_lines.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench::table3 {
namespace table3_lines_test {

const Line* find_line(const std::vector<Line>& lines, const Key& key) {
  for (const Line& line : lines)
    if (line.key == key) return &line;
  return nullptr;
}

TEST(Table3Lines, ThePapersLinesComeFirstAndOursFollow) {
  MemoryStore store;
  add_run(store, {.method = "gru", .accuracy = 0.5, .parameters = {{"dataset.name", "other"}}});
  const std::vector<RunRecord> runs = store.runs("");
  const std::vector<RunGroup> groups = group_runs(runs);
  const std::vector<Line> lines = make_lines(groups);
  EXPECT_EQ(lines.back().key, (Key{"gru", "full songs", "other"}));
  EXPECT_EQ(lines.back().paper, nullptr);
  const Line* vgg = find_line(lines, {"vgg16", "full songs", "gtzan"});
  ASSERT_NE(vgg, nullptr);
  EXPECT_EQ(vgg->paper->text, "75 %");
  EXPECT_TRUE(vgg->pairs.empty());
}

TEST(Table3Lines, AnHonestRunIsPairedWithItsLeakyTwin) {
  MemoryStore store;
  for (const bool leaky : {false, true})
    add_run(store, {.method = "gru", .accuracy = 0.5, .leaky = leaky});
  const std::vector<RunRecord> runs = store.runs("");
  const std::vector<RunGroup> groups = group_runs(runs);
  const std::vector<Line> lines = make_lines(groups);
  const Line* line = find_line(lines, {"gru", "full songs", "gtzan"});
  ASSERT_NE(line, nullptr);
  ASSERT_EQ(line->pairs.size(), 1u);
  EXPECT_FALSE(line->pairs[0].honest->protocol.is_leaky());
  EXPECT_TRUE(line->pairs[0].leaky->protocol.is_leaky());
}

TEST(Table3Lines, ThePapersNumberStandsBesideWeightsOfItsKind) {
  MemoryStore store;
  for (const char* weights : {"", "/weights/own.safetensors"})
    add_run(store, {.method = "vgg16",
                    .accuracy = 0.5,
                    .parameters = {{"method.epochs", "5"}, {"method.weights", weights}}});
  const std::vector<RunRecord> runs = store.runs("");
  const std::vector<RunGroup> groups = group_runs(runs);
  const std::vector<Line> lines = make_lines(groups);
  const Line* line = find_line(lines, {"vgg16", "full songs", "gtzan"});
  ASSERT_EQ(line->pairs.size(), 2u);
  EXPECT_EQ(weights_of(line->pairs[paper_variant(*line)]), "weights own.safetensors");
  EXPECT_EQ(weights_note(lines), "") << "the paper's number stands beside pretrained weights";
}

TEST(Table3Lines, OtherMethodsHaveNoTitle) {
  EXPECT_EQ(method_title("vgg16"), "VGG-16");
  EXPECT_EQ(method_title("svm"), std::nullopt);
}

}  // namespace table3_lines_test
}  // namespace genrebench::table3
