#include "cli/serve/dropped_song.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/full_rate.hpp"
#include "cli/segment_files.hpp"
#include "harness/experiment/option_words.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench::cli {
namespace {

/// Three digits are more than a screen shows.
nlohmann::ordered_json rounded(const std::vector<float>& values) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const float value : values) list.push_back(std::round(1000.0 * value) / 1000.0);
  return list;
}

}  // namespace

void receive_file(const std::filesystem::path& file,
                  const std::function<bool(const ByteSink&)>& give, std::size_t most) {
  std::ofstream out(file, std::ios::binary);
  std::size_t n = 0;
  const bool whole = give([&](std::string_view bytes) {
    n += bytes.size();
    if (n > most) return false;
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return out.good();
  });
  if (n > most)
    throw DataError(
        fmt::format("the file is larger than {} MiB, the most that is taken; use "
                    "`genrebench segment FILE`",
                    most >> 20));
  out.close();
  if (!out.good()) throw DataError("the file cannot be written to the folder for temporary files");
  if (!whole) throw DataError("the file did not arrive whole");
  if (n == 0) throw DataError("the file is empty");
}

std::string segmented_song(const std::filesystem::path& file, const Registry& registry,
                           int threads) {
  const ExcerptPlugin& plugin = registry.excerpts.get("sem", "serve");
  const OptionValues settings = parse_options({}, plugin.options, "serve");
  SegmentationOptions options = segmentation_table().parse(settings);
  options.threads = threads;
  const SegmentedSong result = song_of(segment_file(file, options));
  const FullRate full = read_full_rate(file, {});
  nlohmann::ordered_json document = segmentation_json(result, file, settings);
  document["minimum"] = rounded(full.minimum);
  document["maximum"] = rounded(full.maximum);
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace genrebench::cli
