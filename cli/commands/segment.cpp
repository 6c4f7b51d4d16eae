// `genrebench segment`: cuts one song into its recurring parts, with the paper's Figures 3 to 7.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "cli/console.hpp"
#include "cli/full_rate.hpp"
#include "cli/segment_files.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/option_words.hpp"
#include "pipeline/excerpts/support/segmentation_example_of.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "reports/render/render.hpp"
#include "reports/support/segmentation_figures.hpp"
#include "signal/audio/audio.hpp"
#include "signal/segmentation/mds.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

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

/// Samples of the excerpt plug-in that the sections lead to.
std::vector<Region> chosen_regions(const Excerpt& excerpt, const Segmentation& result,
                                   const fs::path& file, const AudioInfo& info) {
  return dynamic_cast<const SegmentingExcerpt&>(excerpt).choose_from(
      {.file = file, .sample_rate_hz = info.sample_rate_hz, .n_samples = info.n_frames},
      result.sections);
}

void print(const Segmentation& result, const Document& page, const fs::path& out) {
  for (const auto& part : page.body)
    if (const auto* table = std::get_if<Table>(&part);
        table != nullptr && table->id == "segmentation_summary")
      print_table(*table);
  const SemCheck& check = result.sem.check;
  write_out(
      "{} windows of {:g} s{}, {} clusters{}, {} sections; {} of {} distances by the direct form",
      result.n_windows(), static_cast<double>(result.window_length) / result.rate_hz,
      result.windows_lengthened ? " (lengthened, see max_windows)" : "", result.clustering.clusters,
      result.clustering.clusters_chosen ? " (chosen)" : "", result.sections.size(), check.n_direct,
      check.n_pairs);
  if (check.n_checked > 0)
    write_out(", worst difference of {} compared: {:.1e}", check.n_checked,
              check.worst_relative_difference);
  write_out("\nlook at {}\n", (out / (page.name + ".html")).string());
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
                "Options as listed by `genrebench list excerpts sem`, such as preset=paper "
                "clusters=5");
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
    const ExcerptPlugin& plugin = context.registry.excerpts.get("sem", "segment");
    const OptionValues settings = parse_options(words_, plugin.options, "segment");
    SegmentationOptions options = segmentation_table().parse(settings);
    options.threads = context.threads;
    const auto excerpt = plugin.make(settings);

    Progress& progress = context.progress();
    progress.begin(fmt::format("segment {}", file_.filename().string()), 4);
    const Segmentation result = segment_file(file_, options);
    progress.advance(1, "excerpts of the largest cluster");
    const AudioInfo info = probe_audio(file_);
    const FullRate full = read_full_rate(file_, chosen_regions(*excerpt, result, file_, info));
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
  fs::path file_, out_;
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
