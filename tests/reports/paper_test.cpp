#include <gtest/gtest.h>

#include <algorithm>

#include "reports/example_runs.hpp"
#include "reports/support/paper_items.hpp"

namespace genrebench {
void register_paper(Registry& registry);

namespace paper_test {

Document render(const MemoryStore& store) { return render_report(register_paper, store); }

/// The row of an item, by what it is about, and a column's text; "(none)" where there is none.
std::string cell(const Table& table, const std::string& what, const std::string& column) {
  for (const auto& row : table.rows)
    if (row[1].text == what)
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (table.columns[c] == column) return row[c].text;
  return "(none)";
}

TEST(Paper, EveryItemHasARowEvenWhereNothingIsMeasured) {
  MemoryStore store;
  add_seeds(store, {.method = "svm"}, {0.5, 0.6});
  const Document document = render(store);
  const Table &numbers = *find_table(document, "paper"),
              &protocols = *find_table(document, "paper_protocols");
  ASSERT_EQ(protocols.rows.size(), paper::items().size());
  for (const paper::Item& item : paper::items()) {
    EXPECT_NE(cell(numbers, std::string(item.what), "printed"), "(none)") << item.what;
    EXPECT_EQ(cell(protocols, std::string(item.what), "command"), item.command) << item.what;
  }
  EXPECT_EQ(cell(numbers, "ResNet34, GTZAN", "printed"), "79 %");
  EXPECT_NE(cell(numbers, "ResNet34, GTZAN", "our data and variant").find("could not be obtained"),
            std::string::npos);
  EXPECT_EQ(cell(numbers, "ResNet34, GTZAN", "at random"), "–");
  EXPECT_EQ(cell(numbers, "SVM, full songs", "artists apart").substr(0, 9), "test 55.0");
}

TEST(Paper, NumbersAtRandomAndWithArtistsApartStandBesideThePapers) {
  MemoryStore store;
  const ExampleRun run{.experiment = "table3",
                       .method = "vgg16",
                       .parameters = {{"method.epochs", "30"}, {"method.weights", ""}},
                       .train_accuracy = 0.99,
                       .valid_accuracy = 0.7};
  ExampleRun leaky = run;
  leaky.leaky = true;
  leaky.valid_accuracy = 0.8;
  add_seeds(store, run, {0.6, 0.6});
  add_seeds(store, leaky, {0.75, 0.75});
  const Document document = render(store);
  const Table& table = *find_table(document, "paper");
  const std::string apart = cell(table, "VGG-16, GTZAN", "artists apart"),
                    random = cell(table, "VGG-16, GTZAN", "at random");
  EXPECT_NE(apart.find("train 99.0"), std::string::npos) << apart;
  EXPECT_NE(apart.find("valid 70.0"), std::string::npos) << apart;
  EXPECT_NE(apart.find("test 60.0"), std::string::npos) << apart;
  EXPECT_NE(random.find("valid 80.0"), std::string::npos) << random;
  EXPECT_NE(random.find("†"), std::string::npos) << "marked as leaky";
  EXPECT_NE(cell(table, "VGG-16, GTZAN", "our data and variant").find("random weights"),
            std::string::npos);
  // Every number has the ids of its runs.
  const Table& data = *find_table(document, "paper_cells");
  EXPECT_EQ(data.rows.size(), 6u) << "three parts of two protocols";
  const auto ids = std::find(data.columns.begin(), data.columns.end(), "run_ids");
  ASSERT_NE(ids, data.columns.end());
  for (const auto& row : data.rows)
    EXPECT_EQ(row[static_cast<std::size_t>(ids - data.columns.begin())].text.size(), 2u * 64u + 1u);
}

TEST(Paper, Table1SaysHowLargeTheDataOfTheRunsAre) {
  MemoryStore store;
  const auto of_size = [](const char* n, const char* genres) {
    ExampleRun run;
    run.facts = {{"dataset.n_tracks", n}, {"dataset.genres", genres}};
    return run;
  };
  add_seeds(store, of_size("999", R"(["blues", "jazz", "rock"])"), {0.5, 0.6});
  ExampleRun few = of_size("100", R"(["blues", "jazz"])");
  few.method = "knn";
  add_seeds(store, few, {0.5});
  const Document document = render(store);
  const Table& numbers = *find_table(document, "paper");
  EXPECT_EQ(cell(numbers, "GTZAN", "printed"), "1000 tracks, 10 genres");
  EXPECT_EQ(cell(numbers, "GTZAN", "our data and variant"), "999 tracks, 3 genres");
  EXPECT_NE(cell(numbers, "GTZAN", "runs").find(" and 1 more"), std::string::npos);
  EXPECT_EQ(cell(*find_table(document, "paper_protocols"), "GTZAN", "data"),
            "999 tracks, 3 genres; 100 tracks, 2 genres");
  EXPECT_NE(cell(numbers, "Extended Ballroom", "our data and variant").find("not measured here"),
            std::string::npos);
  const Table& data = *find_table(document, "paper_sizes");
  ASSERT_EQ(data.rows.size(), 2u);
  EXPECT_EQ(data.rows[1][3].text, "100");
  EXPECT_EQ(data.rows[1][5].text.size(), 64u) << "the whole id of the run";
}

TEST(Paper, TheCommandsNameExperimentsThatExist) {
  for (const paper::Item& item : paper::items()) {
    const std::string command(item.command);
    EXPECT_TRUE(command.starts_with("genrebench ")) << command;
    for (std::size_t at = command.find("experiments/"); at != std::string::npos;
         at = command.find("experiments/", at + 1)) {
      const std::string file = command.substr(at, command.find(' ', at) - at);
      EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(GENREBENCH_SOURCE_DIR) / file))
          << file;
    }
  }
}

TEST(Paper, RunsOfNoItemAreCounted) {
  MemoryStore store;
  add_seeds(store, {.method = "svm"}, {0.5});
  add_seeds(store, {.method = "mlp"}, {0.5, 0.6});
  bool told = false;
  for (const auto& part : render(store).body)
    if (const auto* paragraph = std::get_if<Paragraph>(&part))
      told = told || paragraph->text.find("mlp on GTZAN (2)") != std::string::npos;
  EXPECT_TRUE(told);
}

}  // namespace paper_test
}  // namespace genrebench
