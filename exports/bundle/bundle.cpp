#include "exports/bundle/bundle.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/temporary_folder.hpp"
#include "base/text.hpp"
#include "exports/bundle/checklist.hpp"
#include "exports/bundle/described_dataset.hpp"
#include "exports/exported_runs.hpp"
#include "exports/tables/csv_tables.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/provenance.hpp"
#include "harness/store/extract.hpp"
#include "reports/render/render.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kMetadata = "ro-crate-metadata.json";
constexpr const char* kStore = "runs.db";

/// Refuses to replace what is no bundle.
void check_place(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return;
  if (!fs::is_directory(folder, error))
    throw ConfigError(fmt::format("{}: expected a folder, found something else", folder.string()));
  if (!fs::is_empty(folder, error) && !fs::exists(folder / kMetadata, error))
    throw ConfigError(
        fmt::format("{}: is neither empty nor a bundle that could be replaced: it holds no {}; "
                    "name a new folder",
                    folder.string(), kMetadata));
}

class BundleWriter {
 public:
  BundleWriter(fs::path folder, const StoreReader& store, const BundleContent& content)
      : folder_(std::move(folder)), store_(store), content_(content) {}

  void write() {
    add_experiments();
    add_store();
    check_interrupted(content_.interrupted);
    for (const Document& document : content_.reports) {
      write_document(document, folder_ / "report");
      check_interrupted(content_.interrupted);
    }
    put("environment.json", environments());
    add_datasets();
    put("checklist.md", reproducibility_checklist(store_, content_.runs));
    put("README.md", readme());
    // Last, because it lists all others.
    put(kMetadata,
        ro_crate_json(folder_, content_.title,
                      {.program = programs(), .experiments = experiments_, .results = kStore}));
  }

  std::vector<std::string> notes() && { return std::move(notes_); }

 private:
  void put(const fs::path& name, const std::string& text) const {
    write_file_atomically(folder_ / name, text);
  }

  void add_experiments() {
    std::set<std::string> taken;
    for (const fs::path& file : content_.experiment_files) {
      const std::string name = unique_slug(file.stem().string(), taken) + ".yaml";
      put(fs::path("experiments") / name, read_file_text(file));
      experiments_.push_back("experiments/" + name);
    }
    if (experiments_.empty())
      notes_.emplace_back(
          "no experiment file is in the bundle, because none was named; runs.db holds the "
          "configuration of every run");
  }

  void add_store() {
    std::vector<std::string> ids;
    for (const RunRecord& run : content_.runs) ids.push_back(run.id);
    for (std::string& warning : extract_runs(folder_ / kStore, content_.store, ids))
      notes_.push_back(std::move(warning));
    write_csv_tables(folder_ / kStore, folder_ / "csv", ids, content_.interrupted);
  }

  /// Each environment once, with its runs. What a single run took is in environment.csv.
  std::string environments() const {
    std::map<std::map<std::string, std::string>, std::vector<std::string>> found;
    for (const RunRecord& run : content_.runs) {
      std::map<std::string, std::string> environment = store_.environment(run.id);
      std::erase_if(environment,
                    [](const auto& pair) { return pair.first.starts_with("resources."); });
      if (!environment.empty()) found[environment].push_back(run.id);
    }
    Json list = Json::array();
    for (const auto& [environment, ids] : found)
      list.push_back({{"environment", environment}, {"runs", ids}});
    return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  std::string programs() const {
    std::set<std::string> found;
    for (const RunRecord& run : content_.runs) {
      const auto environment = store_.environment(run.id);
      const auto version = environment.find("genrebench.version");
      if (version != environment.end())
        found.insert(fmt::format("{} (commit {})", version->second, program_of(environment)));
    }
    std::string text;
    for (const std::string& program : found) text += (text.empty() ? "" : ", ") + program;
    return text.empty() ? "not recorded" : text;
  }

  void add_datasets() {
    std::set<std::string> seen, taken;
    for (const RunRecord& run : content_.runs) {
      if (!seen.insert(run.dataset_fingerprint).second) continue;
      DescribedDataset dataset{.name = run.parameter("dataset.name"),
                               .fingerprint = run.dataset_fingerprint,
                               .genres = genres_of(run.dataset_fingerprint),
                               .tracks = store_.tracks(run.dataset_fingerprint)};
      if (dataset.tracks.empty() || dataset.genres.empty()) {
        notes_.push_back(fmt::format(
            "the dataset {} is not described: the store does not know its tracks or genres",
            dataset.name));
        continue;
      }
      const std::string csv = tracks_csv(dataset);
      const fs::path place = fs::path("dataset") / unique_slug(dataset.name, taken);
      put(place / "tracks.csv", csv);
      put(place / "croissant.json", croissant_json(dataset, csv, content_.title.date));
      datasets_.push_back(place.string());
    }
  }

  /// As any run over the dataset that is done recorded them.
  std::vector<std::string> genres_of(const std::string& fingerprint) const {
    for (const RunRecord& run : content_.runs)
      if (run.dataset_fingerprint == fingerprint && facts::kGenres.recorded(run))
        return facts::kGenres.of(run);
    return {};
  }

  std::string readme() const {
    std::string text = fmt::format("# {}\n\n{}\n\n", single_line(content_.title.title),
                                   clean_text(content_.title.description));
    text += "| path | what it is |\n| --- | --- |\n";
    for (const std::string& file : experiments_)
      text += fmt::format("| `{}` | an experiment: `genrebench run {}` |\n", file, file);
    text +=
        "| `runs.db` | all runs: an SQLite file, and the store of genrebench |\n"
        "| `csv/` | the same as tables |\n";
    if (!content_.reports.empty()) text += "| `report/` | tables and figures |\n";
    for (const std::string& place : datasets_)
      text += fmt::format("| `{}/` | the tracks of the dataset, without their audio |\n", place);
    text +=
        "| `environment.json` | programs, libraries and machines |\n"
        "| `checklist.md` | a checklist of reproducibility |\n"
        "| `ro-crate-metadata.json` | this folder, described for machines (RO-Crate 1.1) |\n";
    text += fmt::format("\nMade with genrebench {}.\n\n## Do it again\n\n", programs());
    for (const RunRecord& run : content_.runs) {
      if (run.status != RunStatus::done || run.origin == RunOrigin::imported) continue;
      text += fmt::format(
          "Each run can be done again and is then compared, number by number:\n\n```sh\ngenrebench "
          "runs --db runs.db\ngenrebench reproduce {} --db runs.db\n```\n\nIf the data lie "
          "elsewhere, add `dataset.root=FOLDER`.\n",
          short_id(run.id, kLongerId));
      break;
    }
    return text;
  }

  fs::path folder_;
  const StoreReader& store_;
  const BundleContent& content_;
  std::vector<std::string> experiments_, datasets_, notes_;
};

/// Puts a folder in the place of another one. A killed process leaves the old one, the new one, or
/// the old one under its own name with ".old".
void put_in_place(const fs::path& fresh, const fs::path& folder) {
  const fs::path old = folder.string() + ".old";
  std::error_code error;
  if (fs::exists(folder)) {
    fs::remove_all(old, error);
    fs::rename(folder, old, error);
  }
  if (!error) fs::rename(fresh, folder, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot be put in its place: {}", folder.string(), error.message()));
  fs::remove_all(old, error);
}

}  // namespace

Bundle write_bundle(const fs::path& folder, const StoreReader& store,
                    const BundleContent& content) {
  fs::path place = fs::absolute(folder).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();  // "out/" is "out"
  check_place(place);
  const TemporaryFolder scratch("bundle", place.parent_path());
  const fs::path fresh = scratch / "bundle";
  fs::create_directory(fresh);
  BundleWriter writer(fresh, store, content);
  writer.write();
  Bundle bundle{.n_files = 0, .bytes = 0, .notes = std::move(writer).notes()};
  for (const auto& entry : fs::recursive_directory_iterator(fresh))
    if (entry.is_regular_file()) {
      ++bundle.n_files;
      bundle.bytes += entry.file_size();
    }
  put_in_place(fresh, place);
  return bundle;
}

}  // namespace genrebench
