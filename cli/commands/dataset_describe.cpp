// `genrebench dataset describe`: what is in a dataset, with the paper's Table 1 and Figure 1.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/dataset_tables.hpp"
#include "cli/example_spectrograms.hpp"
#include "datasets/manifests/manifest_file.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

/// How many of the dataset's tracks are in each part of a published split.
std::map<std::string, std::size_t> count_parts(const Dataset& dataset,
                                               const PublishedSplit& split) {
  std::map<std::string, std::size_t> counts;
  for (const Track& track : dataset.tracks())
    if (const auto part = split.parts.find(track.id); part != split.parts.end())
      ++counts[part->second];
  return counts;
}

Table genres_of(const std::string& name, const Dataset& dataset,
                const std::vector<FileFacts>& files) {
  Table table = genre_table(dataset, files);
  table.title = name;
  if (!dataset.feature_names().empty())
    table.notes.push_back(counted(dataset.feature_names().size(), "feature"));
  for (const std::string& note : dataset.notes()) table.notes.push_back(note);
  return table;
}

Table split_table(const Dataset& dataset) {
  Table table{.title = "Published splits", .columns = {"name", "what it is", "of these tracks"}};
  for (const PublishedSplit& split : dataset.published_splits()) {
    std::vector<std::string> counts;
    for (const auto& [part, n] : count_parts(dataset, split))
      counts.push_back(fmt::format("{} {}", split.folds ? "fold " + part + ":" : part, n));
    table.rows.push_back({{.text = split.name},
                          {.text = split.description},
                          {.text = fmt::format("{}", fmt::join(counts, ", "))}});
  }
  return table;
}

/// What a list says of tracks besides, as far as a reader can take it in.
struct FurtherColumn {
  std::string name;
  std::size_t n_filled = 0;
  std::set<std::string> values;
  std::vector<std::string> examples;  ///< the first values that differ
};

std::vector<FurtherColumn> further_columns(const Dataset& dataset) {
  constexpr std::size_t kExamples = 3, kLongest = 40;
  std::vector<FurtherColumn> columns;
  for (const auto& [name, cells] : dataset.further_columns()) {
    FurtherColumn column{.name = name, .n_filled = 0, .values = {}, .examples = {}};
    for (const std::string& cell : cells) {
      if (cell.empty()) continue;
      ++column.n_filled;
      if (!column.values.insert(cell).second || column.examples.size() == kExamples) continue;
      const std::string text = single_line(cell);
      column.examples.push_back(display_width(text) > kLongest ? "(longer text)" : text);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Table further_table(const Dataset& dataset) {
  Table table{.title = "Further columns of the list",
              .columns = {"column", "tracks", "different", "such as"}};
  for (const FurtherColumn& column : further_columns(dataset))
    table.rows.push_back({{.text = single_line(column.name)},
                          {.text = std::to_string(column.n_filled), .numeric = true},
                          {.text = std::to_string(column.values.size()), .numeric = true},
                          {.text = fmt::format("{}", fmt::join(column.examples, ", "))}});
  return table;
}

Table fact_table(const Dataset& dataset) {
  Table table{.title = "Facts", .columns = {"what", "value"}};
  for (const auto& [what, value] : dataset.facts())
    table.rows.push_back({{.text = what}, {.text = value}});
  return table;
}

nlohmann::ordered_json to_json(const std::string& name, const ExaminedDataset& examined) {
  const Dataset& dataset = *examined.data->dataset;
  nlohmann::ordered_json document = {{"dataset", name},
                                     {"fingerprint", examined.data->fingerprint},
                                     {"genres", genre_json(dataset, examined.files)},
                                     {"features", dataset.feature_names()},
                                     {"notes", dataset.notes()},
                                     {"splits", nlohmann::ordered_json::array()},
                                     {"further_columns", nlohmann::ordered_json::array()},
                                     {"facts", nlohmann::ordered_json::object()}};
  for (const PublishedSplit& split : dataset.published_splits())
    document["splits"].push_back({{"name", split.name},
                                  {"description", split.description},
                                  {"counts", count_parts(dataset, split)}});
  for (const FurtherColumn& column : further_columns(dataset))
    document["further_columns"].push_back({{"name", column.name},
                                           {"tracks", column.n_filled},
                                           {"different", column.values.size()},
                                           {"examples", column.examples}});
  for (const auto& [what, value] : dataset.facts()) document["facts"][what] = value;
  return document;
}

class DatasetDescribeCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    dataset_.declare(arguments, context);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Write to this folder the dataset as a list of tracks (manifest.csv, "
                           "which the dataset manifest reads), the tables, and a spectrogram of "
                           "each genre (the paper's Table 1 and Figure 1)",
                   .completes = Completion::folder},
                  out_);
  }

  int run(Context& context) override {
    const ExaminedDataset examined = examine_dataset(context, dataset_, /*decode=*/false);
    const Dataset& dataset = *examined.data->dataset;
    Table genres = genres_of(dataset_.name, dataset, examined.files);
    Table splits = split_table(dataset), facts = fact_table(dataset),
          further = further_table(dataset);
    if (context.json) {
      print_json(to_json(dataset_.name, examined));
    } else {
      print_table(genres);
      if (!splits.rows.empty()) print_table(splits);
      if (!facts.rows.empty()) print_table(facts);
      if (!further.rows.empty()) print_table(further);
    }
    if (out_.empty()) return kDone;
    genres.id = "table1";
    splits.id = "published_splits";
    facts.id = "facts";
    further.id = "further_columns";
    Document page{.name = "dataset_" + dataset_.name,
                  .title = "The dataset " + dataset_.name,
                  .body = {std::move(genres)},
                  .data = {}};
    if (auto figure = example_spectrograms(dataset)) page.body.emplace_back(*std::move(figure));
    if (!splits.rows.empty()) page.body.emplace_back(std::move(splits));
    if (!facts.rows.empty()) page.body.emplace_back(std::move(facts));
    if (!further.rows.empty()) page.body.emplace_back(std::move(further));
    print_written(write_document(page, out_, all_formats()));
    print_written(write_manifest(dataset, dataset_.name, out_));
    return kDone;
  }

 private:
  DatasetArguments dataset_;
  std::filesystem::path out_;
};

}  // namespace

void command_dataset_describe(CommandList& commands) {
  commands.add<DatasetDescribeCommand>(
      {.name = "dataset describe",
       .group = CommandGroup::data,
       .position = 3,
       .summary = "Genres beside the paper's Table 1, groups, durations, published splits, "
                  "licence and where to get it"});
}

}  // namespace genrebench::cli
