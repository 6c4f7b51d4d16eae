#include "cli/run_differences.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/text.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/statistics/basic.hpp"
#include "reports/statistics/mcnemar.hpp"

namespace genrebench::cli {
namespace {

using Values = std::map<std::string, std::string>;

/// One entry per run of a side.
using SideValues = std::vector<Values>;

const std::string& value_of(const Values& values, const std::string& key) {
  static const std::string none;
  const auto found = values.find(key);
  return found == values.end() ? none : found->second;
}

/// The values of a key, each once, in the order of the runs.
std::vector<std::string> distinct(const SideValues& side, const std::string& key) {
  std::vector<std::string> result;
  for (const Values& run : side)
    if (const std::string& value = value_of(run, key);
        !value.empty() && std::find(result.begin(), result.end(), value) == result.end())
      result.push_back(value);
  return result;
}

std::set<std::string> keys_of(const SideValues& first, const SideValues& second) {
  std::set<std::string> keys;
  for (const SideValues* side : {&first, &second})
    for (const Values& run : *side)
      for (const auto& [key, value] : run) keys.insert(key);
  return keys;
}

template <typename Wanted>
std::vector<Difference> differing(const SideValues& first, const SideValues& second,
                                  const Wanted& wanted) {
  std::vector<Difference> result;
  for (const std::string& key : keys_of(first, second)) {
    if (!wanted(key)) continue;
    Difference one{.key = key, .first = distinct(first, key), .second = distinct(second, key)};
    if (one.first != one.second) result.push_back(std::move(one));
  }
  return result;
}

SideValues all_of(const RunSide& side, Values RunRecord::*values) {
  SideValues result;
  for (const RunRecord& run : side.runs) result.push_back(run.*values);
  return result;
}

/// Facts about the tracks; the others are what a run found and chose.
bool is_about_data(const std::string& key) {
  return key.starts_with("dataset.") || key.starts_with("split.") || key.starts_with("import.");
}

/// What a run took is no condition that it was made under.
bool is_cost(const std::string& key) { return key.starts_with("resources."); }

using MetricKey = std::pair<std::string, std::string>;
using Metrics = std::map<MetricKey, double>;

Metrics final_metrics(const RunStore& store, const RunRecord& run) {
  Metrics result;
  for (const MetricRecord& metric : store.metrics(run.id))
    if (metric.step == -1) result[{metric.split, metric.name}] = metric.value;
  return result;
}

/// Runs of both sides that have the same seed; two single runs are a pair whatever their seeds.
std::vector<std::pair<std::size_t, std::size_t>> pairs_of(const RunSide& first,
                                                          const RunSide& second) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  if (first.runs.size() == 1 && second.runs.size() == 1) return {{0, 0}};
  for (std::size_t i = 0; i < first.runs.size(); ++i)
    for (std::size_t j = 0; j < second.runs.size(); ++j)
      if (first.runs[i].seed == second.runs[j].seed) pairs.emplace_back(i, j);
  return pairs;
}

std::vector<MetricPair> metric_pairs(const RunStore& store, const RunDifferences& of) {
  std::vector<Metrics> first, second;
  std::set<MetricKey> keys;
  for (const auto& [side, metrics] : {std::pair(&of.first, &first), std::pair(&of.second, &second)})
    for (const RunRecord& run : side->runs) {
      metrics->push_back(final_metrics(store, run));
      for (const auto& [key, value] : metrics->back()) keys.insert(key);
    }
  const auto pairs = pairs_of(of.first, of.second);
  std::vector<MetricPair> result;
  for (const MetricKey& key : keys) {
    MetricPair& pair = result.emplace_back();
    pair.split = key.first;
    pair.name = key.second;
    for (const Metrics& run : first)
      if (const auto found = run.find(key); found != run.end()) pair.first.push_back(found->second);
    for (const Metrics& run : second)
      if (const auto found = run.find(key); found != run.end())
        pair.second.push_back(found->second);
    for (const auto& [i, j] : pairs)
      if (const auto a = first[i].find(key), b = second[j].find(key);
          a != first[i].end() && b != second[j].end())
        pair.differences.push_back(b->second - a->second);
  }
  return result;
}

AnswerCounts count_answers(const RunStore& store, const RunSide& first, const RunSide& second) {
  AnswerCounts counts;
  for (const auto& [i, j] : pairs_of(first, second)) {
    const std::vector<std::string> genres_a = facts::kGenres.of(first.runs[i]),
                                   genres_b = facts::kGenres.of(second.runs[j]);
    if (genres_a != genres_b) continue;
    std::map<std::string, PredictionRecord> answers;
    for (PredictionRecord& one : store.predictions(first.runs[i].id, "test")) {
      std::string track = one.track;
      answers.emplace(std::move(track), std::move(one));
    }
    bool any = false;
    for (const PredictionRecord& b : store.predictions(second.runs[j].id, "test")) {
      const auto found = answers.find(b.track);
      if (found == answers.end()) continue;
      const PredictionRecord& a = found->second;
      const bool a_right = a.predicted == a.truth, b_right = b.predicted == b.truth;
      ++(a_right ? (b_right ? counts.both_right : counts.first_right)
                 : (b_right ? counts.second_right : counts.both_wrong));
      counts.same_answer += a.predicted == b.predicted ? 1 : 0;
      any = true;
    }
    counts.n_pairs += any ? 1 : 0;
  }
  return counts;
}

std::string values_text(const std::vector<std::string>& values) {
  constexpr std::size_t kListed = 3;
  constexpr std::size_t kLongest = 60;
  if (values.empty()) return "–";
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(values.size(), kListed); ++i)
    texts.push_back(values[i].size() > kLongest ? fmt::format("{} bytes", values[i].size())
                                                : values[i]);
  std::string text = fmt::format("{}", fmt::join(texts, "; "));
  if (values.size() > kListed) text += fmt::format("; … ({} values)", values.size());
  return text;
}

/// Of two lists the entries that only one of them has; other values as they are.
Difference without_common_entries(const Difference& difference) {
  if (difference.first.size() != 1 || difference.second.size() != 1) return difference;
  const auto a = list_from(difference.first[0]), b = list_from(difference.second[0]);
  if (!a || !b) return difference;
  const auto only = [](const std::vector<std::string>& of, const std::vector<std::string>& other) {
    std::vector<std::string> entries;
    for (const std::string& entry : of)
      if (std::find(other.begin(), other.end(), entry) == other.end()) entries.push_back(entry);
    return entries;
  };
  Difference result{.key = difference.key, .first = only(*a, *b), .second = only(*b, *a)};
  return result.first.empty() && result.second.empty() ? difference : result;
}

/// The keys whose plug-ins differ: "excerpt" if excerpt.name does.
std::set<std::string> changed_plugins(const std::vector<Difference>& configuration) {
  std::set<std::string> slots;
  for (const Difference& one : configuration)
    for (const char* ending : {".name", ".kind"})
      if (one.key.ends_with(ending)) slots.insert(one.key.substr(0, one.key.find('.')));
  return slots;
}

Table difference_table(const std::string& title, const std::vector<Difference>& differences) {
  const std::set<std::string> changed = changed_plugins(differences);
  Table table{.title = title, .columns = {"key", "first", "second"}};
  std::size_t n_left_out = 0;
  for (const Difference& one : differences) {
    const bool one_sided = one.first.empty() != one.second.empty();
    if (one_sided && changed.contains(one.key.substr(0, one.key.find('.')))) {
      ++n_left_out;
      continue;
    }
    const Difference shown = without_common_entries(one);
    table.rows.push_back({{.text = one.key},
                          {.text = values_text(shown.first)},
                          {.text = values_text(shown.second)}});
  }
  if (n_left_out > 0)
    table.notes.push_back(
        fmt::format("{} that only one of the plug-ins has {} left out; --json has them",
                    counted(n_left_out, "option"), n_left_out == 1 ? "is" : "are"));
  return table;
}

std::string number_text(const std::vector<double>& values) {
  if (values.empty()) return "–";
  const auto deviation = standard_deviation(values);
  const std::string text = fmt::format("{:.4g}", mean(values));
  return deviation ? text + fmt::format(" ± {:.2g}", *deviation) : text;
}

Table metric_table(const RunDifferences& of) {
  Table table{.title = "Results", .columns = {"metric", "first", "second", "difference"}};
  std::size_t n_same = 0;
  std::vector<std::string> of_first, of_second;
  for (const MetricPair& one : of.metrics) {
    const std::string key = one.split + "." + one.name;
    if (one.first == one.second) {
      ++n_same;
    } else if (one.second.empty()) {
      of_first.push_back(key);
    } else if (one.first.empty()) {
      of_second.push_back(key);
    } else {
      const auto& differences = one.differences;
      table.rows.push_back(
          {{.text = key},
           {.text = number_text(one.first), .numeric = true},
           {.text = number_text(one.second), .numeric = true},
           {.text = differences.empty() ? "" : fmt::format("{:+.4g}", mean(differences)),
            .numeric = true}});
    }
  }
  if (n_same > 0)
    table.notes.push_back(counted(n_same, "metric") + (n_same == 1 ? " is equal" : " are equal"));
  if (!of_first.empty()) table.notes.push_back("only the first has: " + name_list(of_first));
  if (!of_second.empty()) table.notes.push_back("only the second has: " + name_list(of_second));
  table.notes.push_back("difference: second − first");
  if (of.first.runs.size() > 1 || of.second.runs.size() > 1)
    table.notes.push_back(
        "mean ± sample standard deviation over the seeds; the difference is the mean over the "
        "seeds that both have");
  return table;
}

std::string run_text(const RunSide& side) {
  std::vector<std::string> ids, seeds;
  for (const RunRecord& run : side.runs) {
    ids.push_back(short_id(run.id, kLongerId) +
                  (run.status == RunStatus::done ? "" : ", " + to_string(run.status)));
    seeds.push_back(std::to_string(run.seed));
  }
  const RunRecord& run = side.runs.front();
  std::vector<std::string> names;
  for (const char* key : {"method.name", "features.name", "excerpt.name", "dataset.name"})
    if (const std::string name = run.parameter(key); !name.empty()) names.push_back(name);
  return fmt::format("{} ({}), seed{} {}", fmt::join(ids, "; "), fmt::join(names, ", "),
                     seeds.size() == 1 ? "" : "s", fmt::join(seeds, ", "));
}

std::string data_text(const RunDifferences& of) {
  if (!of.same_data) return "The data differ: other tracks, or files with other content.";
  return of.same_division ? "The same data, divided into the same parts."
                          : "The same data, divided into other parts.";
}

void add_answers(const RunDifferences& of, Document& document) {
  const AnswerCounts& counts = of.answers;
  if (counts.n_tracks() == 0) {
    document.body.emplace_back(
        Paragraph{"No test track has an answer of both, so the answers are not compared."});
    return;
  }
  Table table{.title = "Answers for the test tracks of both",
              .columns = {"", "second right", "second wrong"}};
  const auto cell = [](std::size_t n) { return Cell{.text = std::to_string(n), .numeric = true}; };
  table.rows = {{{.text = "first right"}, cell(counts.both_right), cell(counts.first_right)},
                {{.text = "first wrong"}, cell(counts.second_right), cell(counts.both_wrong)}};
  table.notes.push_back(fmt::format("{} of {} have the same answer", counts.same_answer,
                                    counted(counts.n_tracks(), "track")));
  if (counts.n_pairs == 1)
    table.notes.push_back(fmt::format(
        "McNemar's exact test of these tracks: p = {:.3g}; artists with several tracks make it too "
        "small",
        mcnemar_exact({.n_first = counts.first_right, .n_second = counts.second_right})));
  else
    table.notes.push_back(fmt::format(
        "summed over {} seeds; a track counts once per seed that tests it", counts.n_pairs));
  document.body.emplace_back(std::move(table));
}

nlohmann::ordered_json to_json(const std::vector<Difference>& differences) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const Difference& one : differences)
    object[one.key] = {{"first", one.first}, {"second", one.second}};
  return object;
}

nlohmann::ordered_json to_json(const RunSide& side) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  for (const RunRecord& run : side.runs)
    runs.push_back({{"id", run.id}, {"seed", run.seed}, {"status", to_string(run.status)}});
  return {{"name", side.name}, {"runs", std::move(runs)}};
}

}  // namespace

RunDifferences compare_sides(const RunStore& store, RunSide first, RunSide second) {
  RunDifferences result;
  result.first = std::move(first);
  result.second = std::move(second);
  const RunSide &a = result.first, &b = result.second;
  const auto everything = [](const std::string&) { return true; };

  const SideValues parameters_a = all_of(a, &RunRecord::parameters),
                   parameters_b = all_of(b, &RunRecord::parameters);
  result.configuration = differing(parameters_a, parameters_b, everything);
  result.n_same_parameters =
      keys_of(parameters_a, parameters_b).size() - result.configuration.size();

  const SideValues facts_a = all_of(a, &RunRecord::facts), facts_b = all_of(b, &RunRecord::facts);
  result.data = differing(facts_a, facts_b, is_about_data);
  result.found =
      differing(facts_a, facts_b, [](const std::string& key) { return !is_about_data(key); });
  SideValues fingerprints_a, fingerprints_b;
  for (const auto& [side, values] :
       {std::pair(&a, &fingerprints_a), std::pair(&b, &fingerprints_b)})
    for (const RunRecord& run : side->runs)
      values->push_back({{"fingerprint of the data", run.dataset_fingerprint}});
  const auto fingerprints = differing(fingerprints_a, fingerprints_b, everything);
  result.same_data = fingerprints.empty();
  result.data.insert(result.data.begin(), fingerprints.begin(), fingerprints.end());
  const auto pairs = pairs_of(a, b);
  result.same_division =
      result.same_data && !pairs.empty() &&
      std::all_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
        return facts::kDivision.of(a.runs[pair.first]) == facts::kDivision.of(b.runs[pair.second]);
      });

  SideValues environment_a, environment_b;
  for (const RunRecord& run : a.runs) environment_a.push_back(store.environment(run.id));
  for (const RunRecord& run : b.runs) environment_b.push_back(store.environment(run.id));
  result.environment =
      differing(environment_a, environment_b, [](const std::string& key) { return !is_cost(key); });
  result.metrics = metric_pairs(store, result);
  result.answers = count_answers(store, a, b);
  return result;
}

Document differences_document(const RunDifferences& of) {
  Document document{.name = "compare", .title = {}, .body = {}, .data = {}};
  document.body.emplace_back(Paragraph{"first: " + run_text(of.first)});
  document.body.emplace_back(Paragraph{"second: " + run_text(of.second)});
  const auto add = [&](const std::string& title, const std::vector<Difference>& differences) {
    if (!differences.empty()) document.body.emplace_back(difference_table(title, differences));
  };
  if (of.configuration.empty())
    document.body.emplace_back(Paragraph{"The configurations are the same."});
  add(fmt::format("Configuration ({} the same)",
                  of.n_same_parameters == 1
                      ? "1 other key is"
                      : fmt::format("{} other keys are", of.n_same_parameters)),
      of.configuration);
  document.body.emplace_back(Paragraph{data_text(of)});
  add("Data", of.data);
  if (of.environment.empty())
    document.body.emplace_back(Paragraph{"Program, libraries and machine are the same."});
  add("Environment", of.environment);
  add("What the runs found", of.found);
  document.body.emplace_back(metric_table(of));
  add_answers(of, document);
  return document;
}

nlohmann::ordered_json differences_json(const RunDifferences& of) {
  nlohmann::ordered_json metrics = nlohmann::ordered_json::array();
  for (const MetricPair& one : of.metrics) {
    nlohmann::ordered_json metric = {{"split", one.split},
                                     {"name", one.name},
                                     {"first", one.first},
                                     {"second", one.second},
                                     {"differences", one.differences}};
    metrics.push_back(std::move(metric));
  }
  const AnswerCounts& counts = of.answers;
  return {{"first", to_json(of.first)},
          {"second", to_json(of.second)},
          {"configuration", to_json(of.configuration)},
          {"same_data", of.same_data},
          {"same_division", of.same_division},
          {"data", to_json(of.data)},
          {"environment", to_json(of.environment)},
          {"facts", to_json(of.found)},
          {"metrics", std::move(metrics)},
          {"answers",
           {{"tracks", counts.n_tracks()},
            {"both_right", counts.both_right},
            {"first_right", counts.first_right},
            {"second_right", counts.second_right},
            {"both_wrong", counts.both_wrong},
            {"same_answer", counts.same_answer}}}};
}

}  // namespace genrebench::cli
