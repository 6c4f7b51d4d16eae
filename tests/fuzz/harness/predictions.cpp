// Predictions that were made elsewhere, for a division of a few tracks.
#include <memory>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "harness/data/open_dataset.hpp"
#include "harness/plan/divisions.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/run/predictions_table.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

/// Tracks t0, t1, ... of two genres.
class FewTracks final : public Dataset {
 public:
  FewTracks() {
    for (int t = 0; t < 6; ++t)
      tracks_.push_back({.id = "t" + std::to_string(t),
                         .genre = t % 2,
                         .audio = {},
                         .groups = {},
                         .features = {}});
  }
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }

 private:
  std::vector<std::string> genres_ = {"high", "low"};
  std::vector<Track> tracks_;
};

/// Two divisions of these tracks.
struct FewDivisions {
  std::vector<PlannedRun> runs;
  std::vector<PlannedDivision> divisions;

  FewDivisions() {
    const auto data = [] {
      auto open = std::make_shared<OpenDataset>();
      open->dataset = std::make_unique<FewTracks>();
      return open;
    }();
    const std::vector<std::vector<Part>> parts = {
        {Part::train, Part::train, Part::test, Part::test, Part::valid, Part::none},
        {Part::test, Part::test, Part::train, Part::train, Part::train, Part::train}};
    for (const std::vector<Part>& own : parts) {
      PlannedRun run{.spec = {}, .id = {}, .data = data, .split = {}, .not_applicable = {}};
      Split split;
      split.parts = own;
      run.split = std::make_shared<const Split>(std::move(split));
      runs.push_back(std::move(run));
    }
    for (std::size_t i = 0; i < runs.size(); ++i)
      divisions.push_back(
          {.name = i == 0 ? "0123456789ab" : "ba9876543210", .seed = i, .runs = {&runs[i]}});
  }
};

}  // namespace

void fuzz_predictions(std::string_view input) {
  static const FewDivisions few;
  accepts([&] {
    const CsvTable table = parse_csv(input, "predictions.csv");
    std::size_t n_rows = 0;
    for (const DivisionPredictions& one : read_predictions(table, few.divisions, "plan.yaml")) {
      n_rows += one.tracks.size();
      require(one.predictions.labels.size() == one.tracks.size(), "every row has a genre");
      for (const int label : one.predictions.labels)
        require(label == 0 || label == 1, "genres are known");
      require(one.predictions.probabilities.allFinite(), "probabilities are finite");
      require(one.rows_of(Part::train).empty() && one.rows_of(Part::none).empty(),
              "no track of the training part has a prediction");
    }
    require(n_rows == table.rows.size(), "every row is used");
  });
}

}  // namespace genrebench::fuzz
