// `genrebench segment`: cuts one song into its recurring parts, with the paper's Figures 3 to 7.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/console.hpp"
#include "cli/full_rate.hpp"
#include "cli/segment_files.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/option_words.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "reports/render/render.hpp"
#include "reports/support/segmentation_figures.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

SegmentationPicture to_picture(const SegmentedSong& song, const FullRate& full,
                               const fs::path& file, const OptionValues& settings) {
  SegmentationPicture picture{song.example};
  picture.title = file.filename().string();
  picture.minimum = full.minimum;
  picture.maximum = full.maximum;
  picture.largest_cluster = song.largest_cluster;
  picture.settings.emplace_back("algorithm", song.algorithm);
  for (const auto& [name, value] : settings) picture.settings.emplace_back(name, to_string(value));
  return picture;
}

/// "1200 windows of 0.5 s, 3 clusters (chosen), 9 sections".
std::string counts(const SegmentedSong& song) {
  std::string text;
  if (song.n_windows() > 0)
    text = fmt::format("{} windows of {:g} s{}, ", song.n_windows(), song.window_s,
                       song.windows_lengthened ? " (lengthened, see max_windows)" : "");
  return text + fmt::format("{} clusters{}, {} sections", song.clusters,
                            song.clusters_chosen ? " (chosen)" : "", song.sections().size());
}

void print(const SegmentedSong& song, const Document& page, const fs::path& out) {
  for (const auto& part : page.body)
    if (const auto* table = std::get_if<Table>(&part);
        table != nullptr && table->id == "segmentation_summary")
      print_table(*table);
  write_out("{}", counts(song));
  if (song.check) {
    write_out("; {} of {} distances by the direct form", song.check->n_direct, song.check->n_pairs);
    if (song.check->n_checked > 0)
      write_out(", worst difference of {} compared: {:.1e}", song.check->n_checked,
                song.check->worst_relative_difference);
  }
  write_out("\nlook at {}\n", (out / (page.name + ".html")).string());
}

/// The names of the excerpt plug-ins that segment.
std::vector<std::string> algorithms(const Registry& registry) {
  std::vector<std::string> names;
  for (const ExcerptPlugin& plugin : registry.excerpts) {
    const auto excerpt = plugin.make(plugin.options.resolve({}, plugin.name));
    if (dynamic_cast<const SegmentingExcerpt*>(excerpt.get()) != nullptr)
      names.push_back(plugin.name);
  }
  return names;
}

class SegmentCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "AUDIO",
                   .help = "The song: WAV, FLAC, Ogg, MP3, ...",
                   .required = true,
                   .completes = Completion::file},
                  file_);
    add_options(arguments, words_,
                "Options as listed by `genrebench list excerpts ALGORITHM`, such as preset=paper "
                "clusters=5");
    arguments.add({.name = "--algorithm",
                   .value = "NAME",
                   .help = "The excerpt plug-in that segments: sem (the default), foote, spectral, "
                           "..."},
                  algorithm_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Folder for the results, made if missing",
                   .required = true,
                   .completes = Completion::folder},
                  out_);
    arguments.add_flag({.name = "--jams", .help = "Also write the sections as JAMS"},
                       annotations_.jams);
    arguments.add_flag({.name = "--lab", .help = "Also write the sections as .lab"},
                       annotations_.lab);
    add_threads(arguments, context,
                "Threads for the distances; the result does not depend on them");
    add_quiet(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const ExcerptPlugin& plugin = context.registry.excerpts.get(algorithm_, "--algorithm");
    const OptionValues settings = parse_options(words_, plugin.options, "segment");
    const auto made = plugin.make(settings);
    const auto* excerpt = dynamic_cast<const SegmentingExcerpt*>(made.get());
    if (excerpt == nullptr)
      throw ConfigError(fmt::format("--algorithm: '{}' does not segment; expected {}", algorithm_,
                                    name_list(algorithms(context.registry))));

    Progress& progress = context.progress();
    progress.begin(fmt::format("segment {}", file_.filename().string()), 4);
    const SegmentedSong result = segment_song(*excerpt, settings, context.threads);
    progress.advance(1, "excerpts of the largest cluster");
    const AudioInfo info = probe_audio(file_);
    const TrackAudio track{
        .file = file_, .sample_rate_hz = info.sample_rate_hz, .n_samples = info.n_frames};
    const FullRate full = read_full_rate(file_, excerpt->choose_from(track, result.sections()));
    make_folder(out_);
    std::vector<fs::path> written = write_excerpts(full.excerpts, info.sample_rate_hz, out_);
    progress.advance(2, "tables");
    const nlohmann::ordered_json document = segmentation_json(result, file_, settings);
    for (fs::path& path : write_tables(result, document, out_)) written.push_back(std::move(path));
    for (fs::path& path : write_annotations(result, file_, annotations_, out_))
      written.push_back(std::move(path));
    progress.advance(3, "figures");
    const Document page = segmentation_document(to_picture(result, full, file_, settings));
    for (fs::path& path : write_document(page, out_, {Format::html, Format::markdown}))
      written.push_back(std::move(path));
    progress.end();

    if (context.json)
      print_json(document);
    else
      print(result, page, out_);
    if (!context.quiet) print_written(written);
    return kDone;
  }

 private:
  /// `sem` with its check, on several threads; others as in an experiment.
  SegmentedSong segment_song(const SegmentingExcerpt& excerpt, const OptionValues& settings,
                             int threads) const {
    if (algorithm_ != "sem") return song_of(excerpt.example(file_), algorithm_, settings);
    SegmentationOptions options = segmentation_table().parse(settings);
    options.threads = threads;
    return song_of(segment_file(file_, options));
  }

  fs::path file_, out_;
  std::string algorithm_ = "sem";
  std::vector<std::string> words_;
  AnnotationFormats annotations_;
};

}  // namespace

void command_segment(CommandList& commands) {
  commands.add<SegmentCommand>(
      {.name = "segment",
       .group = CommandGroup::data,
       .summary = "Cut a song into its recurring parts; tables, excerpts and figures"});
}

}  // namespace genrebench::cli
