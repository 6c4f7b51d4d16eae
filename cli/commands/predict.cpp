// `genrebench predict`: the genres of new songs, by the method of a stored run.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/stored_runs.hpp"
#include "harness/experiment/stored_run_reader.hpp"
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

/// The genre that the run's rule decides for, and the probabilities of all.
class Answer {
 public:
  Answer(const FilePrediction& prediction, const std::vector<std::string>& genres)
      : prediction_(prediction),
        genres_(genres),
        order_(by_probability(prediction.probabilities)) {}

  bool agrees() const { return prediction_.label == order_.front(); }

  /// @param top  number of genres that are named
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

std::string note_on_disagreement(std::size_t n_files, const std::string& vote) {
  return fmt::format(
      "* In {}, another genre is the most probable one. The run decides by the method's own answer "
      "per excerpt, then by the vote `{}`; its accuracy is that of these answers.",
      counted(n_files, "file"), vote);
}

class PredictCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "--run",
                   .value = "RUN",
                   .help = "The run's id, or the beginning of it",
                   .required = true},
                  run_);
    arguments.add({.name = "AUDIO",
                   .value = "AUDIO... [KEY=VALUE...]",
                   .help = "The songs: WAV, FLAC, Ogg, MP3, ... key=value words are options that "
                           "do not decide the result, such as dataset.root=FOLDER if the data of a "
                           "method that is fitted again have moved",
                   .required = true,
                   .completes = Completion::file},
                  words_);
    arguments.add({.name = "--top",
                   .value = "N",
                   .help = "Number of genres per song, from the most probable",
                   .minimum = 1,
                   .maximum = 1000},
                  top_);
    add_database(arguments, context);
    add_work(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const auto [files, overrides] = sorted_words();
    if (files.empty()) throw UsageError("predict: no song is named");
    const auto store = context.store_to_read();
    RunRecord run = find_run(*store, run_);
    run.parameters = with_words(std::move(run.parameters), overrides, context.registry);
    const StoredClassifier classify(
        *store, run, context.registry, context.hashes(),
        {.cache_folder = context.cache_folder, .threads = context.threads}, context.progress());
    for (const std::string& note : classify.notes()) context.progress().note(note);
    Table table{.columns = {"file", "genre", "probability", "other genres"}};
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    int code = kDone;
    std::size_t n_apart = 0;
    for (const FilePrediction& prediction : classify({files.begin(), files.end()})) {
      if (!prediction.error.empty()) {
        context.progress().message(prediction.error);
        rows.push_back({{"file", prediction.file.string()}, {"error", prediction.error}});
        code = kNotDone;
        continue;
      }
      const Answer answer(prediction, classify.genres());
      n_apart += answer.agrees() ? 0 : 1;
      table.rows.push_back(answer.row(top_));
      rows.push_back(answer.json());
    }
    if (n_apart > 0)
      table.notes.push_back(note_on_disagreement(n_apart, to_string(classify.spec().options.vote)));
    if (context.json)
      print_json(rows);
    else if (!table.rows.empty())
      print_table(table);
    return code;
  }

 private:
  /// A file whose name holds `=` is a song.
  SortedWords sorted_words() const {
    SortedWords sorted;
    for (const std::string& word : words_) {
      std::error_code error;
      const bool is_option =
          word.find('=') != std::string::npos && !std::filesystem::exists(word, error);
      (is_option ? sorted.overrides : sorted.names).push_back(word);
    }
    return sorted;
  }

  std::string run_;
  std::vector<std::string> words_;
  int top_ = 3;
};

}  // namespace

void command_predict(CommandList& commands) {
  commands.add<PredictCommand>(
      {.name = "predict",
       .group = CommandGroup::results,
       .position = 4,
       .summary = "Predict the genres of new songs with the method of a stored run",
       .details = "Exit code 1 if a song could not be used."});
}

}  // namespace genrebench::cli
