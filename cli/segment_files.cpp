#include "cli/segment_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "pipeline/excerpts/support/segmentation_example_of.hpp"
#include "pipeline/excerpts/support/window_features.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

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

std::string lab_text(const std::vector<ClusterSpan>& sections) {
  std::string text;
  for (const ClusterSpan& s : sections)
    text += fmt::format("{}\t{}\t{}\n", s.start_s, s.end_s, s.label + 1);
  return text;
}

/// Source: the schema of jams 0.3
nlohmann::ordered_json jams_json(const SegmentedSong& s, const fs::path& file) {
  nlohmann::ordered_json metadata;
  metadata["curator"]["name"] = "";
  metadata["curator"]["email"] = "";
  metadata["annotator"]["name"] = "genrebench";
  for (const char* key : {"version", "corpus", "annotation_rules", "validation"})
    metadata[key] = "";
  metadata["annotation_tools"] = "genrebench segment";
  metadata["data_source"] = "program";
  nlohmann::ordered_json annotation;
  annotation["annotation_metadata"] = std::move(metadata);
  annotation["namespace"] = "segment_open";
  annotation["data"] = nlohmann::ordered_json::array();
  annotation["sandbox"] = nlohmann::ordered_json::object();
  annotation["time"] = 0.0;
  annotation["duration"] = s.example.duration_s;
  for (const ClusterSpan& span : s.sections())
    annotation["data"].push_back({{"time", span.start_s},
                                  {"duration", span.end_s - span.start_s},
                                  {"value", std::to_string(span.label + 1)},
                                  {"confidence", nullptr}});
  nlohmann::ordered_json document;
  document["annotations"] = nlohmann::ordered_json::array();
  document["file_metadata"] = {{"title", utf8_name(file.stem().native())},
                               {"artist", ""},
                               {"release", ""},
                               {"duration", s.example.duration_s},
                               {"identifiers", nlohmann::ordered_json::object()},
                               {"jams_version", "0.3.4"}};
  document["sandbox"] = nlohmann::ordered_json::object();
  document["annotations"].push_back(std::move(annotation));
  return document;
}

}  // namespace

SegmentedSong song_of(const Segmentation& s) {
  return {.algorithm = "sem",
          .example = example_of(s),
          .distances = s.sem.distances,
          .rate_hz = s.rate_hz,
          .window_s = static_cast<double>(s.window_length) / s.rate_hz,
          .hop_s = static_cast<double>(s.hop) / s.rate_hz,
          .windows_lengthened = s.windows_lengthened,
          .clusters = s.clustering.clusters,
          .clusters_chosen = s.clustering.clusters_chosen,
          .largest_cluster = s.largest_cluster,
          .check = s.sem.check};
}

SegmentedSong song_of(SegmentationExample example, const std::string& algorithm,
                      const OptionValues& settings) {
  SegmentedSong song;
  song.algorithm = algorithm;
  song.example = std::move(example);
  song.distances = song.example.distances;
  song.rate_hz = kWindowFeatureRate;
  if (song.n_windows() > 1)
    song.window_s = song.hop_s = song.example.window_starts_s[1] - song.example.window_starts_s[0];
  const auto asked = settings.find("window_s");
  song.windows_lengthened = asked != settings.end() && song.n_windows() > 1 &&
                            song.window_s > 1.000001 * std::get<double>(asked->second);
  std::map<int, double> seconds;
  for (const ClusterSpan& span : song.sections()) seconds[span.label] += span.end_s - span.start_s;
  song.clusters = static_cast<int>(seconds.size());
  const auto clusters = settings.find("clusters");
  song.clusters_chosen =
      clusters != settings.end() && std::holds_alternative<std::monostate>(clusters->second);
  if (!seconds.empty())
    song.largest_cluster =
        std::max_element(seconds.begin(), seconds.end(), [](const auto& a, const auto& b) {
          return a.second < b.second;
        })->first;
  return song;
}

nlohmann::ordered_json segmentation_json(const SegmentedSong& s, const fs::path& file,
                                         const OptionValues& settings) {
  nlohmann::ordered_json document = {{"file", file.filename().string()},
                                     {"algorithm", s.algorithm},
                                     {"duration_s", s.example.duration_s},
                                     {"analysis_rate_hz", s.rate_hz},
                                     {"windows", s.n_windows()},
                                     {"window_s", s.window_s},
                                     {"hop_s", s.hop_s},
                                     {"clusters", s.clusters},
                                     {"clusters_chosen", s.clusters_chosen},
                                     {"largest_cluster", s.largest_cluster + 1}};
  if (s.check)
    document["check"] = {{"pairs", s.check->n_pairs},
                         {"pairs_by_the_direct_form", s.check->n_direct},
                         {"pairs_compared", s.check->n_checked},
                         {"worst_relative_difference", s.check->worst_relative_difference}};
  for (const auto& [name, value] : settings) document["settings"][name] = to_string(value);
  document["segments"] = nlohmann::ordered_json::array();
  for (const ClusterSpan& span : s.sections())
    document["segments"].push_back(
        {{"start_s", span.start_s}, {"end_s", span.end_s}, {"cluster", span.label + 1}});
  return document;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", folder.string(), error.message()));
}

std::vector<fs::path> write_excerpts(const std::vector<std::vector<float>>& excerpts,
                                     double sample_rate_hz, const fs::path& folder) {
  std::vector<fs::path> written;
  for (std::size_t i = 0; i < excerpts.size(); ++i) {
    written.push_back(folder / (excerpts.size() == 1
                                    ? std::string("largest_cluster.wav")
                                    : fmt::format("largest_cluster_{:03}.wav", i + 1)));
    write_wav(written.back(), excerpts[i], static_cast<int>(std::lround(sample_rate_hz)));
  }
  return written;
}

std::vector<fs::path> write_tables(const SegmentedSong& s, const nlohmann::ordered_json& document,
                                   const fs::path& folder) {
  std::vector<fs::path> written;
  const auto write = [&](const std::string& name, const std::string& text) {
    write_file_atomically(folder / name, text);
    written.push_back(folder / name);
  };
  write("segments.csv", sections_csv(s.sections()));
  write("segments.json", document.dump(2) + "\n");
  write("labels.txt", audacity_labels(s.sections()));
  const auto column = [](const std::vector<double>& values) {
    return Eigen::Map<const Eigen::VectorXd>(values.data(), std::ssize(values));
  };
  const SegmentationExample& e = s.example;
  if (s.distances.size() > 0) write("distance.csv", to_csv(s.distances));
  if (e.adjacency.size() > 0) write("adjacency.csv", to_csv(e.adjacency));
  if (!e.eigenvalues.empty()) write("eigenvalues.csv", to_csv(column(e.eigenvalues)));
  if (!e.novelty.empty()) write("novelty.csv", to_csv(column(e.novelty)));
  return written;
}

std::vector<fs::path> write_annotations(const SegmentedSong& song, const fs::path& file,
                                        const AnnotationFormats& formats, const fs::path& folder) {
  std::vector<fs::path> written;
  const auto write = [&](const char* ending, const std::string& text) {
    fs::path target = folder / file.stem();
    target += ending;
    write_file_atomically(target, text);
    written.push_back(std::move(target));
  };
  if (formats.jams) write(".jams", jams_json(song, file).dump(2) + "\n");
  if (formats.lab) write(".lab", lab_text(song.sections()));
  return written;
}

}  // namespace genrebench::cli
