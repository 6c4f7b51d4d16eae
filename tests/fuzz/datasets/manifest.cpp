// Lists of tracks: the readers of CSV and JSON, patterns of paths, and the dataset that they make.
// The first line is the pattern of paths, the rest is the list.
#include <string>
#include <utility>

#include "datasets/manifests/cell_pattern.hpp"
#include "datasets/manifests/manifest_file.hpp"
#include "datasets/manifests/record_table.hpp"
#include "harness/plugin/registry.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench {
void register_manifest(Registry& registry);
}

namespace genrebench::fuzz {
namespace {

const DatasetPlugin& manifest() {
  static const Registry registry = [] {
    Registry one;
    register_manifest(one);
    return one;
  }();
  return registry.datasets.get("manifest", "fuzz");
}

std::unique_ptr<Dataset> open(const OptionValues& options) {
  static const Registry none;
  return manifest().make(manifest().options.resolve(options, "fuzz"), none);
}

void check_records(std::string_view text, RecordFormat format) {
  const RecordTable table = parse_json_records(text, "list.json", format);
  for (const Record& record : table.records)
    require(record.cells.size() == table.columns.size(), "every record has a cell in each column");
}

/// That a list that is written again is the same dataset.
void check_written_again(const Dataset& dataset) {
  const ManifestText list = manifest_text(dataset);
  OptionValues options = list.options;
  options["root"] = scratch_file("again.csv", list.csv).string();
  options["audio_root"] = list.audio_root.string();
  const auto again = open(options);
  require(again->genres() == dataset.genres(), "genres that are written again are the same");
  require(again->tracks().size() == dataset.tracks().size(), "no track is lost");
  for (std::size_t t = 0; t < again->tracks().size(); ++t) {
    const Track &first = dataset.tracks()[t], &second = again->tracks()[t];
    require(second.id == first.id && second.genre == first.genre && second.groups == first.groups &&
                second.start_s == first.start_s && second.end_s == first.end_s &&
                second.features == first.features,
            "tracks that are written again are the same");
  }
}

void check_dataset(const std::filesystem::path& file, const OptionValues& options) {
  OptionValues all = options;
  all["root"] = file.string();
  const auto dataset = open(all);
  for (const Track& track : dataset->tracks()) {
    require(track.genre >= 0 && track.genre < std::ssize(dataset->genres()), "genres are known");
    require(track.features.size() == dataset->feature_names().size(), "every track has features");
    require(track.end_s == 0.0 || track.end_s > track.start_s, "spans are not empty");
  }
  for (const DatasetProblem& problem : dataset->verify()) check_message(problem.message);
  for (const std::string& note : dataset->notes()) check_message(note);
  for (const auto& [name, cells] : dataset->further_columns())
    require(cells.size() == dataset->tracks().size(), "every track has a cell");
  dataset->facts();
  check_written_again(*dataset);
}

}  // namespace

void fuzz_manifest(std::string_view input) {
  Values values(input);
  const std::string pattern(values.line());
  const std::string_view text = values.rest();
  accepts([&] { CellPattern(pattern, "fuzz"); });
  for (const RecordFormat format : {RecordFormat::json, RecordFormat::json_lines})
    accepts([&] { check_records(text, format); });
  const OptionValues names_alone = {{"path", std::string()},
                                    {"several_genres", std::string("first")},
                                    {"no_genre", std::string("skip")}};
  OptionValues with_paths = names_alone;
  with_paths["path"] = pattern;
  for (const char* name : {"list.csv", "list.tsv", "list.json", "list.jsonl"}) {
    const std::filesystem::path file = scratch_file(name, text);
    for (const OptionValues* options : {&names_alone, &std::as_const(with_paths)})
      accepts([&] { check_dataset(file, *options); });
  }
}

}  // namespace genrebench::fuzz
