#include "exports/bundle/checklist.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "harness/records/facts.hpp"
#include "harness/run/provenance.hpp"

namespace genrebench {
namespace {

using Names = std::set<std::string>;

std::string joined(const Names& names, const std::string& none = "none") {
  return names.empty() ? none : fmt::format("{}", fmt::join(names, "; "));
}

/// What the lines of the list are filled with.
struct Known {
  Names datasets, genres, splits, methods, tuned, programs, versions, machines, leaky, notes;
  std::map<std::string, std::set<std::uint64_t>> seeds;  ///< by method
  std::size_t n_done = 0, n_failed = 0, n_bad = 0;
  double wall_s = 0.0;
  bool dirty = false;
};

void add_environment(const std::map<std::string, std::string>& environment, Known& known) {
  const auto value = [&](const char* key) {
    const auto found = environment.find(key);
    return found == environment.end() ? std::string() : found->second;
  };
  if (const std::string program = program_of(environment); !program.empty())
    known.programs.insert(
        fmt::format("genrebench {} (commit {})", value("genrebench.version"), program));
  known.dirty = known.dirty || value("genrebench.dirty") == "true";
  for (const std::string& version : recorded_versions(environment)) known.versions.insert(version);
  std::string machine = value("cpu");
  if (const std::string gpu = value("gpu"); !gpu.empty()) machine += ", " + gpu;
  if (!machine.empty())
    known.machines.insert(
        fmt::format("{}, {} threads, {}", machine, value("threads"), value("system")));
}

Known learn(const StoreReader& store, const std::vector<RunRecord>& runs) {
  Known known;
  for (const RunRecord& run : runs) {
    if (run.status == RunStatus::failed) ++known.n_failed;
    if (run.status != RunStatus::done) continue;
    ++known.n_done;
    known.wall_s += run.wall_s;
    const std::string dataset = run.parameter("dataset.name"),
                      method = run.parameter("method.name");
    const TextList genres = facts::kGenres.of(run);
    known.datasets.insert(fmt::format("{}: {} tracks, {} genres ({})", dataset,
                                      facts::kTracks.of(run), genres.size(),
                                      fmt::join(genres, ", ")));
    known.splits.insert(
        fmt::format("{}: {}, {}/{}/{} tracks in train/valid/test, groups kept together: {}",
                    dataset, run.parameter("split.kind", "none"), facts::kTrainTracks.of(run),
                    facts::kValidTracks.of(run), facts::kTestTracks.of(run),
                    joined({run.fact_list(facts::kGroups.key()).begin(),
                            run.fact_list(facts::kGroups.key()).end()})));
    if (facts::kLeaky.of(run)) known.leaky.insert(dataset + ", " + run.parameter("split.kind"));
    known.methods.insert(method);
    known.seeds[method].insert(run.seed);
    for (const auto& [key, value] : run.facts)
      if (key.starts_with(facts::kTunedPrefix)) known.tuned.insert(method + ": " + key);
    known.n_bad += store.bad_tracks(run.id).size();
    add_environment(store.environment(run.id), known);
  }
  return known;
}

std::string line(bool yes, const std::string& what, const std::string& answer) {
  return fmt::format("- [{}] **{}** {}\n", yes ? 'x' : ' ', what, single_line(answer));
}

constexpr const char* kAuthors = "To be filled in by the authors.";

std::string about_data(const Known& known) {
  std::string text = "\n## Datasets\n\n";
  text += line(!known.datasets.empty(), "The relevant statistics, such as number of examples.",
               joined(known.datasets));
  text += line(!known.splits.empty(), "The details of train / validation / test splits.",
               joined(known.splits));
  text += line(known.n_done > 0, "An explanation of any data that were excluded.",
               known.n_bad == 0
                   ? "No track was left out of any run."
                   : fmt::format("{} in all runs together; bad_tracks.csv says which, and why.",
                                 counted(known.n_bad, "left-out track")));
  if (!known.leaky.empty())
    text += line(false, "No group of tracks is on both sides of a split.",
                 "Some runs are leaky on purpose: " + joined(known.leaky) +
                     ". Their results must be marked as such.");
  text += line(false, "A link to a downloadable version of the dataset.",
               fmt::format("{} The folder dataset/ describes it without its audio.", kAuthors));
  text += line(false, "For new data collected, a complete description of the data collection.",
               kAuthors);
  return text;
}

std::string about_code(const Known& known) {
  const bool one_clean = known.programs.size() == 1 && !known.dirty;
  std::string text = "\n## Code\n\n";
  text += line(known.programs.size() == 1, "Specification of dependencies.",
               "environment.json lists the versions of all libraries.");
  text += line(one_clean, "Training and evaluation code.",
               joined(known.programs, "not recorded") +
                   (known.dirty                 ? ". The sources had changes that no commit holds."
                    : known.programs.size() > 1 ? ". The runs are of several programs."
                                                : ""));
  text += line(!known.versions.empty(), "Versions of the methods, features and splits.",
               joined(known.versions, "not recorded"));
  text += line(true, "README with the commands that give the results.",
               "README.md; every run is a configuration in runs.db and can be done again with "
               "`genrebench reproduce`.");
  return text;
}

std::string about_results(const Known& known) {
  std::string seeds;
  bool several = !known.seeds.empty();
  for (const auto& [method, of_method] : known.seeds) {
    seeds += fmt::format("{}{}: {}", seeds.empty() ? "" : "; ", method,
                         counted(of_method.size(), "seed"));
    several = several && of_method.size() > 1;
  }
  std::string text = "\n## Reported results\n\n";
  text += line(known.n_done > 0, "The range of hyper-parameters considered, and the selection.",
               "parameters.csv has every value of every run. Chosen on the validation part: " +
                   joined(known.tuned, "nothing") + ".");
  text += line(
      several, "The exact number of training and evaluation runs.",
      fmt::format("{} done, {} failed; {}", counted(known.n_done, "run"), known.n_failed, seeds));
  text += line(known.n_done > 0, "A clear definition of the measures.",
               "Accuracy is the share of test tracks whose genre is right; macro F1 is the mean of "
               "the genres' F1.");
  text += line(several, "Results with central tendency and variation.",
               "The tables in report/ have means, and intervals over seeds and test tracks.");
  text += line(
      known.n_done > 0, "The average runtime of each result.",
      known.n_done == 0 ? "none" : duration_text(known.wall_s / static_cast<double>(known.n_done)));
  text += line(!known.machines.empty(), "A description of the computing infrastructure.",
               joined(known.machines, "not recorded"));
  return text;
}

}  // namespace

std::string reproducibility_checklist(const StoreReader& store,
                                      const std::vector<RunRecord>& runs) {
  const Known known = learn(store, runs);
  std::string text =
      "# Reproducibility checklist\n\nAfter the Machine Learning Reproducibility Checklist, "
      "version "
      "2.0 (Pineau et al., JMLR 22, 2021). genrebench ticked what the store shows; all else is for "
      "the authors.\n\n## Models and algorithms\n\n";
  text += line(!known.methods.empty(), "A clear description of the method.",
               joined(known.methods) + "; `genrebench list` describes each with its source.");
  text += line(false, "A clear explanation of any assumptions.", kAuthors);
  text += line(false, "An analysis of the complexity of the algorithm.",
               fmt::format("{} environment.csv has times, memory and multiply-adds of each run "
                           "(resources.*).",
                           kAuthors));
  return text + about_data(known) + about_code(known) + about_results(known);
}

}  // namespace genrebench
