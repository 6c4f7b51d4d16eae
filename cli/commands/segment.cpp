// `genrebench segment`: one song into its recurring parts, with the paper's Figures 3 to 7.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/json_output.hpp"
#include "harness/experiment/option_words.hpp"
#include "pipeline/excerpts/support/segmentation_example_of.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "reports/render/render.hpp"
#include "reports/support/segmentation_figures.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kEnvelopeColumns = 1600;

/// What a second pass over the file, at its own rate, gives.
struct FullRate {
  std::vector<float> minimum, maximum;       ///< of columns of equal length
  std::vector<std::vector<float>> excerpts;  ///< samples of each region
};

FullRate read_full_rate(const fs::path& file, const std::vector<Region>& regions) {
  AudioReader reader(file, 0.0);
  const std::int64_t column = std::max<std::int64_t>(
      1, (reader.expected_samples() + kEnvelopeColumns - 1) / kEnvelopeColumns);
  FullRate result;
  result.excerpts.resize(regions.size());
  std::vector<float> block(1 << 16);
  std::int64_t position = 0;
  while (const std::size_t n = reader.read(block)) {
    const std::int64_t end = position + static_cast<std::int64_t>(n);
    for (std::size_t i = 0; i < n; ++i) {
      if ((position + static_cast<std::int64_t>(i)) % column == 0) {
        result.minimum.push_back(block[i]);
        result.maximum.push_back(block[i]);
      }
      result.minimum.back() = std::min(result.minimum.back(), block[i]);
      result.maximum.back() = std::max(result.maximum.back(), block[i]);
    }
    for (std::size_t r = 0; r < regions.size(); ++r)
      for (const SampleRange& range : regions[r]) {
        const std::int64_t from = std::max(range.begin, position), to = std::min(range.end, end);
        if (from < to)
          result.excerpts[r].insert(result.excerpts[r].end(), block.begin() + (from - position),
                                    block.begin() + (to - position));
      }
    position = end;
  }
  return result;
}

/// Rows of numbers that read back to the bit, without a header.
std::string to_csv(const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  fmt::memory_buffer text;
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j)
      fmt::format_to(std::back_inserter(text), "{}{}", matrix(i, j),
                     j + 1 == matrix.cols() ? '\n' : ',');
  return fmt::to_string(text);
}

std::string sections_csv(const std::vector<ClusterSpan>& sections) {
  std::string text = "start_s,end_s,cluster\n";
  for (const ClusterSpan& s : sections)
    text += fmt::format("{},{},{}\n", s.start_s, s.end_s, s.label + 1);
  return text;
}

/// A label track as Audacity imports it: start, end and label, separated by tabs.
std::string audacity_labels(const std::vector<ClusterSpan>& sections) {
  std::string text;
  for (const ClusterSpan& s : sections)
    text += fmt::format("{:.6f}\t{:.6f}\tcluster {}\n", s.start_s, s.end_s, s.label + 1);
  return text;
}

nlohmann::ordered_json to_json(const Segmentation& s, const fs::path& file,
                               const OptionValues& settings) {
  nlohmann::ordered_json document = {{"file", file.filename().string()},
                                     {"duration_s", s.duration_s},
                                     {"analysis_rate_hz", s.rate_hz},
                                     {"windows", s.n_windows()},
                                     {"window_s", static_cast<double>(s.window_length) / s.rate_hz},
                                     {"hop_s", static_cast<double>(s.hop) / s.rate_hz},
                                     {"clusters", s.clustering.clusters},
                                     {"clusters_chosen", s.clustering.clusters_chosen},
                                     {"largest_cluster", s.largest_cluster + 1}};
  const SemCheck& check = s.sem.check;
  document["check"] = {{"pairs", check.n_pairs},
                       {"pairs_by_the_direct_form", check.n_direct},
                       {"pairs_compared", check.n_checked},
                       {"worst_relative_difference", check.worst_relative_difference}};
  for (const auto& [name, value] : settings) document["settings"][name] = to_string(value);
  document["segments"] = nlohmann::ordered_json::array();
  for (const ClusterSpan& span : s.sections)
    document["segments"].push_back(
        {{"start_s", span.start_s}, {"end_s", span.end_s}, {"cluster", span.label + 1}});
  return document;
}

SegmentationPicture to_picture(const Segmentation& s, const FullRate& full, const fs::path& file,
                               const OptionValues& settings) {
  SegmentationPicture picture{example_of(s)};
  picture.title = file.filename().string();
  picture.minimum = full.minimum;
  picture.maximum = full.maximum;
  picture.largest_cluster = s.largest_cluster;
  for (const auto& [name, value] : settings) picture.settings.emplace_back(name, to_string(value));
  return picture;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", folder.string(), error.message()));
}

}  // namespace

int segment(const Registry& registry, const CommonOptions& common, const fs::path& file,
            const fs::path& out, const std::vector<std::string>& words) {
  const ExcerptPlugin& plugin = registry.excerpts.get("sem", "segment");
  const OptionValues settings = parse_options(words, plugin.options, "segment");
  SegmentationOptions options = segmentation_table().parse(settings);
  options.threads = common.threads;
  const auto excerpt = plugin.make(settings);

  const auto progress = console_progress(common.quiet);
  progress->begin(fmt::format("segment {}", file.filename().string()), 4);
  const Segmentation result = segment_file(file, options);
  progress->advance(1, "excerpts of the largest cluster");
  const AudioInfo info = probe_audio(file);
  const std::vector<Region> regions = dynamic_cast<const SegmentingExcerpt&>(*excerpt).choose_from(
      {.file = file, .sample_rate_hz = info.sample_rate_hz, .n_samples = info.n_frames},
      result.sections);
  const FullRate full = read_full_rate(file, regions);

  make_folder(out);
  std::vector<fs::path> written;
  const auto write = [&](const std::string& name, const std::string& text) {
    write_file_atomically(out / name, text);
    written.push_back(out / name);
  };
  for (std::size_t r = 0; r < full.excerpts.size(); ++r) {
    written.push_back(out / (full.excerpts.size() == 1
                                 ? std::string("largest_cluster.wav")
                                 : fmt::format("largest_cluster_{:03}.wav", r + 1)));
    write_wav(written.back(), full.excerpts[r], static_cast<int>(std::lround(info.sample_rate_hz)));
  }
  progress->advance(2, "tables");
  const nlohmann::ordered_json document = to_json(result, file, settings);
  write("segments.csv", sections_csv(result.sections));
  write("segments.json", document.dump(2) + "\n");
  write("labels.txt", audacity_labels(result.sections));
  write("distance.csv", to_csv(result.sem.distances));
  write("adjacency.csv", to_csv(result.adjacency));
  write("eigenvalues.csv", to_csv(result.clustering.eigenvalues));
  progress->advance(3, "figures");
  const Document page = segmentation_document(to_picture(result, full, file, settings));
  for (const fs::path& path : write_document(page, out, {Format::html, Format::markdown}))
    written.push_back(path);
  progress->end();

  if (common.json) {
    print_json(document);
  } else {
    for (const auto& part : page.body)
      if (const auto* table = std::get_if<Table>(&part);
          table != nullptr && table->id == "segmentation_summary")
        print_table(*table);
    const SemCheck& check = result.sem.check;
    fmt::print(
        "{} windows of {:g} s{}, {} clusters{}, {} sections; {} of {} distances by the direct form",
        result.n_windows(), static_cast<double>(result.window_length) / result.rate_hz,
        result.windows_lengthened ? " (lengthened, see max_windows)" : "",
        result.clustering.clusters, result.clustering.clusters_chosen ? " (chosen)" : "",
        result.sections.size(), check.n_direct, check.n_pairs);
    if (check.n_checked > 0)
      fmt::print(", worst difference of {} compared: {:.1e}", check.n_checked,
                 check.worst_relative_difference);
    fmt::print("\nlook at {}\n", (out / (page.name + ".html")).string());
  }
  if (!common.quiet)
    for (const fs::path& path : written) fmt::print(stderr, "wrote {}\n", path.string());
  return 0;
}

}  // namespace genrebench::cli
