// Which tracks and artists are behind the errors: tracks that most runs miss, likely label errors,
// the worst artists, the recall of each genre over its artists, and whose tracks are confused.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/error_tables.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

using errors::Subject;

struct ErrorsOptions {
  double level = 0.95;
  int listed = 50;
  int suspects = 100;
  LabelRanking ranking = LabelRanking::self_confidence;
  int artist_tracks = 5;
  std::string audio_root = {};
  std::string known_errors = {};
};

const OptionTable<ErrorsOptions>& errors_options() {
  static const OptionTable<ErrorsOptions> options = [] {
    OptionTable<ErrorsOptions> t;
    t.number("level", &ErrorsOptions::level, 0.5, 0.999, "Confidence of the intervals.")
        .integer("listed", &ErrorsOptions::listed, 1, 1000000,
                 "Number of rows of the tables of missed tracks and of confusions. The data tables "
                 "have all.")
        .integer("suspects", &ErrorsOptions::suspects, 1, 1000000,
                 "Number of likely label errors to list.")
        .enumeration("ranking", &ErrorsOptions::ranking, {"self_confidence", "normalized_margin"},
                     "What likely label errors are ordered by. self_confidence: the probability of "
                     "the track's genre. normalized_margin: that minus the largest of another "
                     "genre, which puts tracks with one clear other genre first.",
                     "cleanlab, find_label_issues: self_confidence")
        .integer("artist_tracks", &ErrorsOptions::artist_tracks, 1, 1000000,
                 "Least number of tracks of an artist whose accuracy is shown.")
        .path("audio_root", &ErrorsOptions::audio_root,
              "Folder with the tracks' sound files, as ID.wav or GENRE/ID.wav (or mp3, ogg, flac, "
              "…), which the HTML plays. Empty: the folders that the runs' datasets were read "
              "from, and the files that the store has recorded, where they are on this machine.")
        .path("known_errors", &ErrorsOptions::known_errors,
              "File with the ids of tracks whose genre is known to be wrong, one per line: the "
              "report says how many are found. Empty: none.");
    return t;
  }();
  return options;
}

/// The data tables.
struct ErrorsData {
  Table runs{.id = "errors_runs",
             .title = "The runs whose answers count",
             .columns = {"data", "run_id", "seed", "fold", "method"},
             .notes = {"Every number of the other tables is from the test answers of the runs of "
                       "its data."}};
  Table tracks{.id = "errors_tracks",
               .title = "Every tested track",
               .columns = {"data", "track", "genre", "artist", "n_runs", "n_missed", "share_missed",
                           "taken_for", "confidence", "suspect_rank", "p_genre", "likely_genre",
                           "p_likely", "normalized_margin", "confident"},
               .notes = {"Probabilities are means over configurations of means over their runs; "
                         "empty where no run gave them."}};
  Table joint{
      .id = "errors_confident_joint",
      .title = "Tracks by their genre and the genre that the runs are confident of",
      .columns = {"data", "genre", "threshold", "confident_genre", "n_tracks"},
      .notes = {"threshold: of the genre in the column genre. The diagonal is at least 1."}};
  Table artists{.id = "errors_artists",
                .title = "Every artist",
                .columns = column_names({"data", "artist", "n_tracks", "accuracy"},
                                        kIntervalColumns, {"mostly_taken_for"})};
  Table genres{.id = "errors_genres",
               .title = "Recall of every genre",
               .columns = column_names({"data", "genre", "n_tracks", "n_artists", "recall"},
                                       kIntervalColumns)};
  Table confusions{
      .id = "errors_confusions",
      .title = "Every confusion of genres",
      .columns = {"data", "genre", "taken_for", "tracks_per_run", "n_tracks", "n_artists",
                  "most_frequent_artist", "n_of_most_frequent", "share_of_most_frequent"}};

  std::vector<Table> all() && {
    std::vector<Table> result;
    for (Table* table : {&runs, &tracks, &joint, &artists, &genres, &confusions})
      result.push_back(std::move(*table));
    return result;
  }
};

void add_runs(const Subject& subject, Table& table) {
  for (const RunRecord* run : subject.tested.runs)
    table.rows.push_back({text_cell(subject.tested.title), text_cell(run->id),
                          count_cell(run->seed), text_cell(run->parameter("split.fold")),
                          text_cell(run->parameter("method.name"))});
}

void add_tracks(const Subject& subject, const LabelErrors& found, Table& table) {
  std::map<const TestedTrack*, std::size_t> ranks;
  for (std::size_t i = 0; i < found.ranked.size(); ++i) ranks[found.ranked[i].track] = i;
  for (const TestedTrack& track : subject.tested.tracks) {
    const auto rank = ranks.find(&track);
    const Suspect* suspect = rank == ranks.end() ? nullptr : &found.ranked[rank->second];
    const auto number = [&](double Suspect::*member) {
      return number_cell(suspect == nullptr ? std::nullopt : std::optional(suspect->*member));
    };
    table.rows.push_back(
        {text_cell(subject.tested.title), text_cell(track.id),
         text_cell(subject.genre(track.genre)), text_cell(track.cluster), count_cell(track.n_runs),
         count_cell(track.n_missed), number_cell(track.share_missed()),
         text_cell(errors::taken_for_text(subject, track)), number_cell(track.confidence),
         suspect == nullptr ? number_cell(std::nullopt) : count_cell(rank->second + 1),
         number(&Suspect::self_confidence),
         text_cell(suspect == nullptr ? "" : subject.genre(suspect->likely_genre)),
         number(&Suspect::likely_confidence), number(&Suspect::normalized_margin),
         text_cell(suspect == nullptr   ? ""
                   : suspect->confident ? "true"
                                        : "false")});
  }
}

void add_joint(const Subject& subject, const ConfidentLearning& learning, Table& table) {
  const std::size_t n = learning.thresholds.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (learning.joint[i * n + j] > 0)
        table.rows.push_back({text_cell(subject.tested.title), text_cell(subject.tested.genres[i]),
                              number_cell(learning.thresholds[i]),
                              text_cell(subject.tested.genres[j]),
                              count_cell(learning.joint[i * n + j])});
}

void add_artists(const Subject& subject, double level, Table& table) {
  for (const ArtistAccuracy& artist : artist_accuracies(subject.tested, 1, level)) {
    std::vector<Cell> row = {text_cell(subject.tested.title), text_cell(artist.artist),
                             count_cell(artist.n_tracks), number_cell(artist.accuracy.mean)};
    append(row, interval_cells(artist.accuracy, level));
    row.push_back(text_cell(artist.taken_for < 0 ? "" : subject.genre(artist.taken_for)));
    table.rows.push_back(std::move(row));
  }
}

void add_genres(const Subject& subject, const std::vector<GenreRecall>& recalls, double level,
                Table& table) {
  for (const GenreRecall& recall : recalls) {
    std::vector<Cell> row = {text_cell(subject.tested.title),
                             text_cell(subject.genre(recall.genre)), count_cell(recall.n_tracks),
                             count_cell(recall.n_artists), number_cell(recall.recall.mean)};
    append(row, interval_cells(recall.recall, level));
    table.rows.push_back(std::move(row));
  }
}

void add_confusions(const Subject& subject, const std::vector<GenreConfusion>& confusions,
                    Table& table) {
  for (const GenreConfusion& confusion : confusions)
    table.rows.push_back(
        {text_cell(subject.tested.title), text_cell(subject.genre(confusion.genre)),
         text_cell(subject.genre(confusion.taken_for)), number_cell(confusion.per_run),
         count_cell(confusion.n_tracks), count_cell(confusion.n_artists),
         text_cell(confusion.most_frequent), count_cell(confusion.n_of_most_frequent),
         number_cell(confusion.share_of_most_frequent)});
}

/// "12 runs of 4 configurations tested 1000 tracks, each in 3 of them; 40 are missed by all …"
std::string overview(const TestedTracks& tested) {
  std::size_t least = tested.tracks.front().n_runs, most = least, always = 0, never = 0;
  for (const TestedTrack& track : tested.tracks) {
    least = std::min(least, track.n_runs);
    most = std::max(most, track.n_runs);
    always += track.n_missed == track.n_runs ? 1 : 0;
    never += track.n_missed == 0 ? 1 : 0;
  }
  return fmt::format(
      "{}: {} of {} tested {} out of sample, each in {} of the runs. All of these runs miss {}, "
      "and none misses {}.",
      tested.title, counted(tested.runs.size(), "run"),
      counted(tested.n_configurations, "configuration"), counted(tested.tracks.size(), "track"),
      range_text(least, most), counted(always, "track"), counted(never, "track"));
}

class Errors final : public Report {
 public:
  explicit Errors(const ErrorsOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    std::vector<RunGroup> groups = group_runs(scope.runs);
    const std::vector<TestedTracks> all = tested_tracks(store, groups);
    if (all.empty())
      throw ConfigError(
          "errors: no track to look at; expected done runs with answers of a test part, by methods "
          "that do not guess, on genres that are not permuted");
    std::optional<KnownErrors> known;
    if (!options_.known_errors.empty()) known = read_known_errors(options_.known_errors);
    Document document{.name = "errors", .title = "What is missed, and why", .body = {}, .data = {}};
    ErrorsData data;
    std::set<std::string> slugs;
    bool any_known = false;
    for (const TestedTracks& tested : all) {
      const TrackSource source(tested.runs, options_.audio_root,
                               store.tracks(tested.runs.front()->dataset_fingerprint));
      const Protocol& protocol = protocol_of(groups, tested);
      const Subject subject{.tested = tested,
                            .source = source,
                            .id = "errors-" + unique_slug(tested.title, slugs),
                            .mark = std::string(mark(protocol))};
      std::vector<std::string> notes;
      add_note(notes, mark_note(protocol));
      add_data_notes(store, tested.runs, notes);
      any_known = add_subject(subject, known, notes, document, data) || any_known;
    }
    if (known && !any_known)
      throw ConfigError(fmt::format(
          "errors: known_errors: none of the {} ids in {} is a track with probabilities, such as "
          "'{}'",
          known->ids.size(), known->file, all.front().tracks.front().id));
    add_left_out(scope.runs, all, document);
    document.data = std::move(data).all();
    return document;
  }

 private:
  static const Protocol& protocol_of(const std::vector<RunGroup>& groups,
                                     const TestedTracks& tested) {
    for (const RunGroup& group : groups)
      if (std::find(group.runs.begin(), group.runs.end(), tested.runs.front()) != group.runs.end())
        return group.protocol;
    return groups.front().protocol;
  }

  /// @return  whether any known error is ranked
  bool add_subject(const Subject& subject, const std::optional<KnownErrors>& known,
                   const std::vector<std::string>& notes, Document& document,
                   ErrorsData& data) const {
    const TestedTracks& tested = subject.tested;
    const auto n_listed = static_cast<std::size_t>(options_.listed);
    document.body.emplace_back(Paragraph{overview(tested)});
    document.body.emplace_back(Paragraph{audio_text(subject.source)});
    Table missed = errors::missed_table(subject, n_listed);
    add_notes(missed.notes, notes);
    document.body.emplace_back(std::move(missed));
    const LabelErrors found = label_errors(tested, options_.ranking);
    const std::string of_known = add_suspects(subject, found, known, document);
    add_artist_tables(subject, document);
    const std::vector<GenreRecall> recalls = genre_recalls(tested, options_.level);
    document.body.emplace_back(errors::recalls_table(subject, recalls, options_.level));
    add_figure(subject, recalls, document);
    const std::vector<GenreConfusion> confusions = genre_confusions(tested);
    if (!confusions.empty())
      document.body.emplace_back(errors::confusions_table(subject, confusions, n_listed));
    add_runs(subject, data.runs);
    add_tracks(subject, found, data.tracks);
    add_joint(subject, found.learning, data.joint);
    add_artists(subject, options_.level, data.artists);
    add_genres(subject, recalls, options_.level, data.genres);
    add_confusions(subject, confusions, data.confusions);
    return !of_known.empty();
  }

  static std::string audio_text(const TrackSource& source) {
    if (source.folders().empty() && source.n_elsewhere() == 0)
      return "No folder with the tracks' sound files is known on this machine: set the option "
             "audio_root of this report to listen to them in the HTML.";
    if (source.folders().empty())
      return fmt::format(
          "The HTML plays the tracks whose sound files are where the store says ({} here).",
          counted(source.n_elsewhere(), "file"));
    std::string text;
    for (const std::filesystem::path& folder : source.folders())
      text += fmt::format("{}{}", text.empty() ? "" : ", ", utf8_name(folder.native()));
    return fmt::format("The HTML plays the tracks whose sound files are below {}{}.", text,
                       source.n_elsewhere() == 0 ? "" : ", or where the store says");
  }

  /// @return  what was said of known errors
  std::string add_suspects(const Subject& subject, const LabelErrors& found,
                           const std::optional<KnownErrors>& known, Document& document) const {
    const auto n_suspects = static_cast<std::size_t>(options_.suspects);
    if (found.ranked.empty()) {
      document.body.emplace_back(Paragraph{
          "Likely label errors are not ranked: no run gave a probability for each genre."});
      return {};
    }
    document.body.emplace_back(
        errors::suspects_table(subject, found, options_.ranking, n_suspects));
    std::string of_known = known ? known_errors_found(*known, found, n_suspects) : std::string();
    if (!of_known.empty()) document.body.emplace_back(Paragraph{of_known});
    return of_known;
  }

  void add_artist_tables(const Subject& subject, Document& document) const {
    const auto least = static_cast<std::size_t>(options_.artist_tracks);
    const std::vector<ArtistAccuracy> artists =
        artist_accuracies(subject.tested, least, options_.level);
    if (artists.empty()) {
      document.body.emplace_back(Paragraph{
          subject.tested.clusters_known
              ? fmt::format("No {} has at least {} tested tracks.", subject.unit(), least)
              : fmt::format("The {} are not known: none can be shown (at least {} tracks).",
                            subject.tested.units, least)});
      return;
    }
    document.body.emplace_back(Paragraph{errors::worst_artist(subject, artists, least)});
    document.body.emplace_back(errors::artists_table(subject, artists, least, options_.level));
  }

  static void add_figure(const Subject& subject, const std::vector<GenreRecall>& recalls,
                         Document& document) {
    LineChart chart{.x_label = "genre", .y_label = "recall (%)"};
    LineChart::Series series{.name = "recall", .line = false};
    for (const GenreRecall& recall : recalls) {
      add_point(series, static_cast<double>(chart.categories.size()), recall.recall, 100.0);
      chart.categories.push_back(subject.genre(recall.genre) + subject.mark);
    }
    chart.series.push_back(std::move(series));
    const std::string id = subject.id + "-recall-figure";
    document.body.emplace_back(
        to_figure(id, "Recall of each genre, " + subject.tested.title, draw(chart, {.id = id}),
                  {fmt::format("Bars are the intervals of the table: over the genre's {}.",
                               subject.tested.units)}));
  }

  /// Says which runs do not count.
  static void add_left_out(const std::vector<RunRecord>& runs, const std::vector<TestedTracks>& all,
                           Document& document) {
    std::set<const RunRecord*> counted_runs;
    for (const TestedTracks& tested : all)
      counted_runs.insert(tested.runs.begin(), tested.runs.end());
    std::size_t n_guess = 0, n_permuted = 0, n_not_done = 0, n_without = 0;
    for (const RunRecord& run : runs) {
      if (run.status != RunStatus::done)
        ++n_not_done;
      else if (is_guess(run))
        ++n_guess;
      else if (is_permuted(run))
        ++n_permuted;
      else if (!counted_runs.contains(&run))
        ++n_without;
    }
    std::string text;
    const auto add = [&](std::size_t n, const char* why) {
      if (n > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counted(n, "run"), why);
    };
    add(n_not_done, "without a result");
    add(n_guess, "of methods that guess");
    add(n_permuted, "with permuted genres");
    add(n_without, "without answers of a test part");
    if (!text.empty()) document.body.emplace_back(Paragraph{"Not counted: " + text + "."});
  }

  ErrorsOptions options_;
};

}  // namespace

void register_errors(Registry& registry) {
  registry.reports.add(
      {{.name = "errors",
        .summary = "Which tracks most runs miss, which labels are likely wrong, and which artists "
                   "are behind the errors of each genre.",
        .source =
            "C. Northcutt, L. Jiang, I. Chuang, Confident Learning: Estimating Uncertainty in "
            "Dataset Labels, JAIR 70, 2021; B. L. Sturm, The GTZAN dataset, arXiv:1306.1461, "
            "2013",
        .options = errors_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Errors>(errors_options().parse(values));
       }});
}

}  // namespace genrebench
