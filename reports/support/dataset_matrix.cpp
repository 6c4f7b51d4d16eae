#include "reports/support/dataset_matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/experiment/run_parameters.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

using Groups = std::vector<const RunGroup*>;

Parameters dataset_of(const RunGroup& group) { return with_prefix(group.parameters, {"dataset."}); }

/// @param with_files  the content of embeddings, and how they lie in files, tell methods apart
Parameters method_of(const RunGroup& group, bool with_files) {
  Parameters result = without_prefix(group.parameters, {"dataset.", "split."});
  if (with_files || value_of(result, "features.name") != "embeddings") return result;
  std::erase_if(result, [](const auto& entry) {
    const std::string& key = entry.first;
    return key == "features.pattern" || key == "features.array" || key == "features.keys" ||
           (key.starts_with("features.") && key.ends_with(kContentSuffix));
  });
  return result;
}

/// "svm, c=10": the method's name without its key, then the rest of what tells it from others.
std::string method_title(const Parameters& parameters, std::vector<std::string> keys) {
  std::string title;
  if (std::erase(keys, "method.name") > 0 || keys.empty())
    title = value_of(parameters, "method.name", "the only method");
  const std::string rest = describe(parameters, keys, "method.");
  if (!title.empty() && !rest.empty()) title += ", ";
  return title + rest;
}

std::string dataset_column(const Parameters& parameters, const std::vector<Parameters>& all) {
  std::vector<Parameters> alike;
  for (const Parameters& other : all)
    if (dataset_title(other) == dataset_title(parameters)) alike.push_back(other);
  const std::string rest = describe(parameters, varying_keys(alike), "dataset.");
  return dataset_title(parameters) + (rest.empty() ? "" : fmt::format(", {}", rest));
}

std::size_t count_runs(const Groups& groups) {
  std::size_t n = 0;
  for (const RunGroup* group : groups) n += group->runs.size();
  return n;
}

/// Keeps the groups for which `keep` holds.
/// @return  the number of runs of the others
template <typename Keep>
std::size_t restrict_to(Groups& groups, const Keep& keep) {
  const std::size_t before = count_runs(groups);
  std::erase_if(groups, [&](const RunGroup* group) { return !keep(*group); });
  return before - count_runs(groups);
}

std::string left_out(std::size_t n_runs, std::string_view why) {
  if (n_runs == 0) return {};
  return fmt::format("{} {} left out: {}.", n_runs, n_runs == 1 ? "run is" : "runs are", why);
}

/// Of each dataset the most careful protocol, and leaky ones only where nothing else is there.
void keep_careful(Groups& groups, std::vector<std::string>& notes) {
  add_note(
      notes,
      left_out(restrict_to(groups,
                           [](const RunGroup& group) { return !is_permuted(*group.runs.front()); }),
               "their labels were permuted"));
  add_note(notes, left_out(restrict_to(groups,
                                       [](const RunGroup& group) {
                                         return group.protocol.kind != Protocol::Kind::not_run;
                                       }),
                           "no run on their split is done"));
  Protocol::Kind best = Protocol::Kind::pieces;
  for (const RunGroup* group : groups) best = std::min(best, group->protocol.kind);
  // Leaky ones are never mixed with others, nor with those of pieces.
  const Protocol::Kind worst = std::max(best, Protocol::Kind::ungrouped);
  add_note(
      notes,
      left_out(
          restrict_to(groups, [&](const RunGroup& group) { return group.protocol.kind <= worst; }),
          "their splits are leaky and others are not"));
  std::map<Parameters, Protocol::Kind> of_dataset;  // the most careful
  for (const RunGroup* group : groups) {
    const Protocol::Kind kind = group->protocol.kind;
    Protocol::Kind& own = of_dataset.try_emplace(dataset_of(*group), kind).first->second;
    own = std::min(own, kind);
  }
  add_note(notes, left_out(restrict_to(groups,
                                       [&](const RunGroup& group) {
                                         return group.protocol.kind ==
                                                of_dataset.at(dataset_of(group));
                                       }),
                           "other runs on their dataset keep more groups apart"));
}

/// The options of splits in which groups of one dataset differ.
std::set<std::string> split_keys(const Groups& groups) {
  std::map<Parameters, std::vector<Parameters>> splits;
  for (const RunGroup* group : groups)
    splits[dataset_of(*group)].push_back(with_prefix(group->parameters, {"split."}));
  std::set<std::string> keys;
  for (const auto& [dataset, of_dataset] : splits)
    for (std::string& key : varying_keys(of_dataset)) keys.insert(std::move(key));
  return keys;
}

/// Groups by the values of these options, in order of appearance.
std::vector<std::pair<Parameters, Groups>> families(const Groups& groups,
                                                    const std::set<std::string>& keys) {
  std::vector<std::pair<Parameters, Groups>> result;
  for (const RunGroup* group : groups) {
    Parameters values;
    for (const auto& [key, value] : group->parameters)
      if (keys.contains(key)) values[key] = value;
    auto family = std::find_if(result.begin(), result.end(),
                               [&](const auto& known) { return known.first == values; });
    if (family == result.end()) family = result.insert(result.end(), {values, {}});
    family->second.push_back(group);
  }
  return result;
}

/// Two configurations of one dataset would be one method.
bool collide(const Groups& groups) {
  std::set<std::pair<Parameters, Parameters>> seen;
  return !std::all_of(groups.begin(), groups.end(), [&](const RunGroup* group) {
    return seen.insert({dataset_of(*group), method_of(*group, /*with_files=*/false)}).second;
  });
}

/// The place of an item in a list, to which it is appended if it is new.
std::size_t place_in(std::vector<Parameters>& list, const Parameters& item) {
  const auto found = std::find(list.begin(), list.end(), item);
  if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
  list.push_back(item);
  return list.size() - 1;
}

DatasetMatrix arrange(const Groups& groups) {
  const bool with_files = collide(groups);
  std::vector<Parameters> datasets, methods;
  std::map<std::pair<std::size_t, std::size_t>, const RunGroup*> places;
  for (const RunGroup* group : groups)
    places[{place_in(datasets, dataset_of(*group)),
            place_in(methods, method_of(*group, with_files))}] = group;
  DatasetMatrix matrix;
  const std::vector<std::string> keys = varying_keys(methods);
  for (const Parameters& method : methods) matrix.methods.push_back(method_title(method, keys));
  for (const Parameters& dataset : datasets)
    matrix.datasets.push_back(dataset_column(dataset, datasets));
  matrix.cells.resize(datasets.size(), std::vector<MatrixCell>(methods.size()));
  for (const auto& [place, group] : places)
    matrix.cells[place.first][place.second] = {.runs = group->runs, .protocol = group->protocol};
  std::map<std::string, std::size_t> names;
  for (const Parameters& dataset : datasets) ++names[dataset_title(dataset)];
  std::erase_if(names, [](const auto& entry) { return entry.second < 2; });
  if (!names.empty())
    matrix.notes.push_back(
        fmt::format("Datasets of one name may share tracks, and are taken as independent: {}.",
                    counted_names(names)));
  return matrix;
}

bool is_scored(const Scores& scores, const RunRecord& run) {
  return final_metric(scores.store(), run, "test", "accuracy").has_value();
}

/// Leaves out datasets and methods, those with the largest share of missing accuracies first, until
/// none is missing.
void choose_complete(const Scores& scores, DatasetMatrix& matrix) {
  std::vector<std::size_t>& datasets = matrix.compared_datasets;
  std::vector<std::size_t>& methods = matrix.compared_methods;
  for (std::size_t d = 0; d < matrix.datasets.size(); ++d) datasets.push_back(d);
  for (std::size_t m = 0; m < matrix.methods.size(); ++m) methods.push_back(m);
  std::vector<std::vector<bool>> missing;
  for (const std::vector<MatrixCell>& row : matrix.cells)
    for (missing.emplace_back(); const MatrixCell& cell : row)
      missing.back().push_back(
          std::none_of(cell.runs.begin(), cell.runs.end(),
                       [&](const RunRecord* run) { return is_scored(scores, *run); }));
  while (!datasets.empty() && !methods.empty()) {
    struct {
      double share = 0.0;
      bool is_dataset = false;
      std::size_t place = 0;
    } worst;
    const auto consider = [&](std::size_t n, std::size_t of, bool is_dataset, std::size_t place) {
      const double share = static_cast<double>(n) / static_cast<double>(of);
      if (share > worst.share) worst = {.share = share, .is_dataset = is_dataset, .place = place};
    };
    for (std::size_t i = 0; i < methods.size(); ++i)
      consider(static_cast<std::size_t>(
                   std::count_if(datasets.begin(), datasets.end(),
                                 [&](std::size_t d) { return missing[d][methods[i]]; })),
               datasets.size(), false, i);
    for (std::size_t i = 0; i < datasets.size(); ++i)
      consider(static_cast<std::size_t>(
                   std::count_if(methods.begin(), methods.end(),
                                 [&](std::size_t m) { return missing[datasets[i]][m]; })),
               methods.size(), true, i);
    if (worst.share == 0.0) return;
    std::vector<std::size_t>& from = worst.is_dataset ? datasets : methods;
    const auto chosen = from.begin() + static_cast<std::ptrdiff_t>(worst.place);
    matrix.notes.push_back(
        fmt::format("Not compared, because some accuracies are missing: {}.",
                    (worst.is_dataset ? matrix.datasets : matrix.methods)[*chosen]));
    from.erase(chosen);
  }
}

/// The divisions that all compared methods have on a dataset.
std::set<std::string> common_divisions(const Scores& scores, const DatasetMatrix& matrix,
                                       std::size_t dataset) {
  std::optional<std::set<std::string>> common;
  for (const std::size_t method : matrix.compared_methods) {
    std::set<std::string> own;
    for (const RunRecord* run : matrix.cell(dataset, method).runs)
      if (is_scored(scores, *run)) own.insert(division_of(*run));
    if (common)
      std::erase_if(own, [&](const std::string& name) { return !common->contains(name); });
    common = std::move(own);
  }
  return common.value_or(std::set<std::string>());
}

void measure_cells(const Scores& scores, double level, DatasetMatrix& matrix) {
  for (std::size_t d = 0; d < matrix.datasets.size(); ++d) {
    const bool compared =
        std::count(matrix.compared_datasets.begin(), matrix.compared_datasets.end(), d) > 0;
    const std::set<std::string> common =
        compared ? common_divisions(scores, matrix, d) : std::set<std::string>();
    std::size_t n_other = 0;
    for (std::size_t m = 0; m < matrix.methods.size(); ++m) {
      MatrixCell& cell = matrix.cells[d][m];
      const bool restricted = !common.empty() && std::count(matrix.compared_methods.begin(),
                                                            matrix.compared_methods.end(), m) > 0;
      for (const RunRecord* run : cell.runs) {
        if (!is_scored(scores, *run)) continue;
        if (!restricted || common.contains(division_of(*run)))
          cell.counted.push_back(run);
        else
          ++n_other;
      }
      cell.accuracy = measure(scores, cell.counted, "test", "accuracy", level);
    }
    if (compared && common.empty())
      matrix.notes.push_back(fmt::format(
          "{}: no division is common to all methods, so they were tested on different tracks.",
          matrix.datasets[d]));
    if (n_other > 0)
      matrix.notes.push_back(fmt::format(
          "{}: only the {} {} that all methods have {}; {} runs on others do not count.",
          matrix.datasets[d], common.size(), common.size() == 1 ? "division" : "divisions",
          common.size() == 1 ? "counts" : "count", n_other));
  }
}

}  // namespace

std::vector<std::vector<double>> DatasetMatrix::scores() const {
  std::vector<std::vector<double>> result;
  for (const std::size_t dataset : compared_datasets)
    for (result.emplace_back(); const std::size_t method : compared_methods)
      result.back().push_back(cell(dataset, method).accuracy.mean);
  return result;
}

Runs DatasetMatrix::counted_runs() const {
  Runs result;
  for (const std::size_t dataset : compared_datasets)
    for (const std::size_t method : compared_methods) {
      const Runs& counted = cell(dataset, method).counted;
      result.insert(result.end(), counted.begin(), counted.end());
    }
  return result;
}

DatasetMatrices dataset_matrices(const Scores& scores, const std::vector<RunRecord>& runs,
                                 double level) {
  const std::vector<RunGroup> all = group_runs(runs);
  Groups groups;
  for (const RunGroup& group : all) groups.push_back(&group);
  DatasetMatrices result;
  keep_careful(groups, result.notes);
  const std::set<std::string> keys = split_keys(groups);
  for (const auto& [values, family] : families(groups, keys)) {
    DatasetMatrix matrix = arrange(family);
    matrix.title = describe(values, {keys.begin(), keys.end()}, "split.");
    choose_complete(scores, matrix);
    if (matrix.compared_datasets.size() < 2 || matrix.compared_methods.size() < 2) {
      add_note(result.notes,
               left_out(count_runs(family),
                        fmt::format("no two methods have an accuracy on two datasets{}",
                                    matrix.title.empty()
                                        ? ""
                                        : fmt::format(" with the split {}", matrix.title))));
      continue;
    }
    measure_cells(scores, level, matrix);
    result.matrices.push_back(std::move(matrix));
  }
  return result;
}

}  // namespace genrebench
