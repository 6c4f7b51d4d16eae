#pragma once
// What the folders of generated datasets share. dataset.json, which is written last, says what the
// folder is and which options it was made with. sections.csv holds the sections of every track.

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/options.hpp"

namespace genrebench {

/// Which dataset wrote a folder.
struct GeneratedKind {
  std::string_view name = {};  ///< of the plug-in
  int format_version = 1;      ///< of the folder; other versions cannot be read
  int generator_version = 1;   ///< of the files' content
};

/// Makes the folder if it does not exist. @throws DataError  it cannot be made, or holds files
void prepare_generated_folder(const std::filesystem::path& dir);

/// JSON as text. Bytes that are not UTF-8, which ids may hold, become U+FFFD.
/// @param indent  number of spaces per level; -1: all on one line
std::string json_text(const nlohmann::ordered_json& json, int indent);

/// Options by name, in the order of the schema. Paths are left out: they mean nothing to somebody
/// who gets a copy of the folder.
nlohmann::ordered_json options_json(const OptionSchema& schema, const OptionValues& values);

/// The beginning of dataset.json: `format`, `format_version`, `generator_version`, `options`.
nlohmann::ordered_json generated_description(const GeneratedKind& kind, const OptionSchema& schema,
                                             const OptionValues& values);

/// @return  dataset.json; its `options` hold every option of the schema, null if the file has none
/// @throws DataError    the folder was not written by this plug-in, or not to its end
/// @throws ConfigError  an option that differs from its default also differs from what the folder
/// was made with
nlohmann::ordered_json read_generated_description(const std::filesystem::path& root,
                                                  const GeneratedKind& kind,
                                                  const OptionSchema& schema,
                                                  const OptionValues& values);

/// The options in dataset.json, for people: "genres=10, seed=0".
std::string options_text(const nlohmann::ordered_json& description);

/// A cell of metadata.csv that names a folder or a file within the dataset's own folder.
/// @throws DataError  it is empty or leads elsewhere
const std::string& name_within(const CsvTable& metadata, const CsvRow& row, std::size_t column);

/// Reads the columns track, label, start_s and end_s.
/// @param ids  the tracks that there are
/// @throws DataError  another track, no time, a section that does not follow the one before it
std::map<std::string, std::vector<Section>> read_sections(const std::filesystem::path& file,
                                                          const std::set<std::string>& ids);

/// Reports tracks of metadata.csv without a file, and audio files that belong to no track.
std::vector<DatasetProblem> missing_and_extra_files(const std::filesystem::path& root,
                                                    const std::vector<Track>& tracks);

}  // namespace genrebench
