// `genrebench predict`: the genres of new songs, by the method of a stored run.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/json_output.hpp"
#include "cli/stored_runs.hpp"
#include "harness/run/prediction.hpp"

namespace genrebench::cli {
namespace {

/// Classes from the most to the least probable.
std::vector<int> by_probability(const Eigen::VectorXd& probabilities) {
  std::vector<int> order(static_cast<std::size_t>(probabilities.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  return order;
}

/// The genre that the run's rule decides for, and the probabilities beside it.
class Answer {
 public:
  Answer(const FilePrediction& prediction, const std::vector<std::string>& genres)
      : prediction_(prediction),
        genres_(genres),
        order_(by_probability(prediction.probabilities)) {}

  bool agrees() const { return prediction_.label == order_.front(); }

  /// @param top  how many genres are named in all
  std::vector<Cell> row(int top) const {
    const int label = prediction_.label;
    std::vector<std::string> others;
    for (const int c : order_)
      if (c != label && static_cast<int>(others.size()) + 1 < top)
        others.push_back(fmt::format("{} {:.2f}", genre(c), prediction_.probabilities[c]));
    return {{.text = prediction_.file.string()},
            {.text = genre(label) + (agrees() ? "" : " *"), .strong = true, .caution = !agrees()},
            {.text = fmt::format("{:.2f}", prediction_.probabilities[label]), .numeric = true},
            {.text = fmt::format("{}", fmt::join(others, ", "))}};
  }

  nlohmann::ordered_json json() const {
    nlohmann::ordered_json result = {{"file", prediction_.file.string()},
                                     {"genre", genre(prediction_.label)},
                                     {"most_probable", genre(order_.front())},
                                     {"agrees", agrees()}};
    for (const int c : order_) result["probabilities"][genre(c)] = prediction_.probabilities[c];
    return result;
  }

 private:
  const std::string& genre(int c) const { return genres_[static_cast<std::size_t>(c)]; }

  const FilePrediction& prediction_;
  const std::vector<std::string>& genres_;
  std::vector<int> order_;
};

}  // namespace

int predict(const Registry& registry, const CommonOptions& common, const std::string& prefix,
            const std::vector<std::string>& files, int top) {
  const auto progress = console_progress(common.quiet);
  const auto store = RunStore::open(common.database, RunStore::Mode::read);
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path()
                                                : common.cache_folder / "content_hashes.tsv");
  const StoredClassifier classify(*store, find_run(*store, prefix), registry, hashes,
                                  {.cache_folder = common.cache_folder, .threads = common.threads},
                                  *progress);
  for (const std::string& note : classify.notes()) progress->message(note);

  Table table{.columns = {"file", "genre", "probability", "other genres"}};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  int code = 0;
  std::size_t n_apart = 0;
  for (const FilePrediction& prediction : classify({files.begin(), files.end()})) {
    if (!prediction.error.empty()) {
      progress->message(prediction.error);
      rows.push_back({{"file", prediction.file.string()}, {"error", prediction.error}});
      code = 1;
      continue;
    }
    const Answer answer(prediction, classify.genres());
    n_apart += answer.agrees() ? 0 : 1;
    table.rows.push_back(answer.row(top));
    rows.push_back(answer.json());
  }
  if (n_apart > 0)
    table.notes.push_back(fmt::format(
        "* In {}, another genre is the most probable one. The run decides by the method's own "
        "answer per excerpt, then by the vote `{}`; its accuracy is that of these answers.",
        count_of(n_apart, "file"), to_string(classify.spec().options.vote)));
  if (common.json)
    print_json(rows);
  else if (!table.rows.empty())
    print_table(table);
  return code;
}

}  // namespace genrebench::cli
