#pragma once
// What `genrebench dataset verify` and `describe` share: opening a dataset, and what they say of
// it.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "harness/data/dataset_check.hpp"
#include "harness/data/open_dataset.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// The arguments of both: which dataset, where it is, and its options.
struct DatasetArguments {
  std::string name;
  std::filesystem::path root;
  std::vector<std::string> words;

  void declare(Arguments& arguments, Context& context);
};

struct ExaminedDataset {
  std::shared_ptr<const OpenDataset> data;
  std::vector<FileFacts> files;  ///< one per track
};

/// Opens a dataset and looks at its files.
/// @param decode  the whole files, otherwise their headers
/// @throws ConfigError, DataError
ExaminedDataset examine_dataset(Context& context, const DatasetArguments& arguments, bool decode);

bool has_audio(const Dataset& dataset);

/// Tracks, groups and durations of each genre, and of all; beside them what the paper prints.
Table genre_table(const Dataset& dataset, const std::vector<FileFacts>& files);
/// The same: one object per genre.
nlohmann::ordered_json genre_json(const Dataset& dataset, const std::vector<FileFacts>& files);

/// "WAV, 22050 Hz, mono: 100 files"
std::vector<std::string> formats_of(const std::vector<FileFacts>& files);

/// What was found in every file; what is not known of a file is left out.
nlohmann::ordered_json files_json(const Dataset& dataset, const std::vector<FileFacts>& files);

}  // namespace genrebench::cli
