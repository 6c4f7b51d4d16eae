#include "reports/support/paper_items.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "reports/support/table3_lines.hpp"

namespace genrebench::paper {
namespace {

constexpr std::string_view kGtzan = "gtzan", kBallroom = "extended_ballroom",
                           kArtists = "artists1517", kFull = "full songs", k3s = "3 s segments",
                           k30s = "30 s segments", kCluster = "largest SEM cluster";

constexpr std::string_view kTable2 =
    "genrebench run experiments/paper/table2.yaml experiments/paper/table2_leaky.yaml";
constexpr std::string_view kTable2Difference =
    "features are MFCC statistics, which the paper does not name; 5 seeds, not one split";
constexpr std::string_view kTable3 = "genrebench run experiments/paper/table3_pretrained.yaml";
constexpr std::string_view kTable3Difference =
    "80/10/10 instead of 80/20, so that the test part has no say in the choice of the epoch; 5 "
    "seeds, not one split";
constexpr std::string_view kNeedsAudio = "the audio of GTZAN";
constexpr std::string_view kNeedsBallroom =
    "the audio of Extended Ballroom, of which only metadata and embeddings are at hand";
constexpr std::string_view kNeedsArtists =
    "the audio of 1517-Artists, which could not be obtained; only a list and distances are at hand";
constexpr std::string_view kNeedsResnet =
    "ImageNet's weights of ResNet34, which could not be obtained; without them from random weights";

bool on_mel(const Parameters& p) { return value_of(p, "features.name") != "raw_seconds"; }

/// One recurrent layer on frames: what the paper's 40.3 % and its Figures 14 to 17 are of.
bool is_plain_gru(const Parameters& p) {
  return on_mel(p) && value_of(p, "method.layers", "1") == "1";
}
bool is_raw(const Parameters& p) { return !on_mel(p); }
bool is_deep_gru(const Parameters& p) {
  return on_mel(p) && value_of(p, "method.layers", "1") != "1";
}
bool skips(const Parameters& p) {
  return is_plain_gru(p) && value_of(p, "method.length", "0") != "0";
}

constexpr Item table2(std::string_view what, std::string_view method, std::string_view input,
                      std::string_view printed) {
  return {.where = "Table 2",
          .what = what,
          .printed = printed,
          .shows = Shows::test,
          .method = method,
          .dataset = kGtzan,
          .input = input,
          .difference = kTable2Difference,
          .command = kTable2,
          .needs = kNeedsAudio};
}

constexpr std::array kItems = {
    Item{.where = "Table 1",
         .what = "GTZAN",
         .printed = "1000 tracks, 10 genres",
         .shows = Shows::counts,
         .dataset = kGtzan,
         .command = "genrebench dataset describe gtzan",
         .needs = kNeedsAudio},
    Item{.where = "Table 1",
         .what = "1517-Artists",
         .printed = "3100 tracks, 19 genres",
         .shows = Shows::counts,
         .dataset = kArtists,
         .difference = "the printed genres sum to 3180",
         .command = "genrebench dataset describe artists1517",
         .needs = kNeedsArtists},
    Item{.where = "Table 1",
         .what = "Extended Ballroom",
         .printed = "4180 tracks, 13 genres",
         .shows = Shows::counts,
         .dataset = kBallroom,
         .command = "genrebench dataset describe extended_ballroom",
         .needs = kNeedsBallroom},
    Item{.where = "Figure 1",
         .what = "spectrogram of each genre",
         .printed = "a figure",
         .command = "genrebench dataset describe gtzan --out figures",
         .needs = kNeedsAudio},
    Item{.where = "Figure 2",
         .what = "VGG-16 with its head",
         .printed = "a figure",
         .difference = "drawn from the network itself",
         .command = "genrebench network vgg16 preset=paper --out figures",
         .needs = {}},
    table2("SVM, full songs", "svm", kFull, "43.56 %"),
    table2("SVM, segments", "svm", k3s, "45.67 %"),
    table2("Soft-Max, full songs", "softmax", kFull, "38 %"),
    table2("Soft-Max, segments", "softmax", k3s, "42.67 %"),
    table2("Decision Tree, full songs", "decision_tree", kFull, "50.08 %"),
    table2("Decision Tree, segments", "decision_tree", k3s, "39.64 %"),
    table2("Naive Bayes, full songs", "naive_bayes", kFull, "30.67 %"),
    table2("Naive Bayes, segments", "naive_bayes", k3s, "30.67 %"),
    table2("KNN, full songs", "knn", kFull, "27.67 %"),
    table2("KNN, segments", "knn", k3s, "34 %"),
    Item{.where = "Algorithms 1 to 4, Figures 3 to 7",
         .what = "segmentation of a song",
         .printed = "figures",
         .shows = Shows::segmentation,
         .difference = "the paper's song is not named; a medley whose sections are known",
         .command = "genrebench run experiments/paper/figures_3_to_7.yaml",
         .needs = "only its command, which makes the medley"},
    Item{.where = "Table 3, Figure 8",
         .what = "VGG-16, GTZAN",
         .printed = "75 %",
         .shows = Shows::training,
         .method = "vgg16",
         .dataset = kGtzan,
         .input = kFull,
         .difference = kTable3Difference,
         .command = kTable3,
         .needs = kNeedsAudio},
    Item{.where = "Table 3, Figure 9",
         .what = "VGG-16, Extended Ballroom",
         .printed = "63.6 %",
         .shows = Shows::training,
         .method = "vgg16",
         .dataset = kBallroom,
         .input = kFull,
         .difference = "the notebook has 1045 of the 4180 tracks; 80/10/10 instead of 80/20",
         .command = "genrebench run experiments/paper/vgg16_notebook.yaml",
         .needs = kNeedsBallroom},
    Item{
        .where = "Table 3",
        .what = "VGG-16, 1517-Artists",
        .printed = "62 %",
        .shows = Shows::training,
        .method = "vgg16",
        .dataset = kArtists,
        .input = k30s,
        .difference = "a vote of a song's clips; in the paper clips of a song may be on both sides",
        .command = "genrebench run experiments/paper/table3_1517.yaml "
                   "experiments/paper/table3_1517_pieces.yaml",
        .needs = kNeedsArtists},
    Item{.where = "Figure 10",
         .what = "VGG-16, GTZAN, 3 s segments",
         .printed = "about 90 % per segment (read off)",
         .shows = Shows::training,
         .method = "vgg16",
         .dataset = kGtzan,
         .input = k3s,
         .difference = "the text calls it comparable with 75 %; segments of a song are probably on "
                       "both sides, which only figure_10_pieces.yaml repeats",
         .command = "genrebench run experiments/paper/figure_10.yaml "
                    "experiments/paper/figure_10_pieces.yaml",
         .needs = kNeedsAudio},
    Item{.where = "section 6, Figure 11",
         .what = "VGG-16, GTZAN, largest cluster",
         .printed = "67 %",
         .shows = Shows::training,
         .method = "vgg16",
         .dataset = kGtzan,
         .input = kCluster,
         .difference = kTable3Difference,
         .command = "genrebench run experiments/paper/figure_11.yaml",
         .needs = kNeedsAudio},
    Item{.where = "Table 3, Figure 12",
         .what = "ResNet34, GTZAN",
         .printed = "79 %",
         .shows = Shows::training,
         .method = "resnet34",
         .dataset = kGtzan,
         .input = kFull,
         .difference = "optimiser and batch sizes are not said; SGD, or fastai's AdamW",
         .command = "genrebench run experiments/paper/figures_12_13.yaml "
                    "experiments/paper/resnet34_fastai.yaml",
         .needs = kNeedsResnet},
    Item{.where = "Table 3, Figure 13",
         .what = "ResNet34, Extended Ballroom",
         .printed = "75.4 %",
         .shows = Shows::training,
         .method = "resnet34",
         .dataset = kBallroom,
         .input = kFull,
         .difference = "optimiser and batch sizes are not said; SGD, or fastai's AdamW",
         .command = "genrebench run experiments/paper/figures_12_13.yaml name=figure_13 "
                    "dataset.name=extended_ballroom method.resnet34.epochs=48",
         .needs = kNeedsBallroom},
    Item{.where = "Table 3",
         .what = "ResNet34, 1517-Artists",
         .printed = "–",
         .shows = Shows::training,
         .method = "resnet34",
         .dataset = kArtists,
         .input = k30s,
         .command = "genrebench run experiments/paper/table3_1517.yaml method.name=resnet34",
         .needs = kNeedsArtists},
    Item{.where = "section 6",
         .what = "GRU, GTZAN",
         .printed = "40.3 %",
         .shows = Shows::training,
         .method = "gru",
         .dataset = kGtzan,
         .input = kFull,
         .difference = kTable3Difference,
         .command = "genrebench run experiments/paper/table3.yaml",
         .needs = kNeedsAudio,
         .fits = is_plain_gru},
    Item{.where = "section 4.4",
         .what = "GRU, GTZAN, raw audio, 1 s per step",
         .printed = "no number",
         .shows = Shows::training,
         .method = "gru",
         .dataset = kGtzan,
         .input = kFull,
         .command = "genrebench run experiments/paper/gru_raw.yaml",
         .needs = kNeedsAudio,
         .fits = is_raw},
    Item{.where = "section 6",
         .what = "deeper GRU with dropout, GTZAN",
         .printed = "no improvement",
         .shows = Shows::training,
         .method = "gru",
         .dataset = kGtzan,
         .input = kFull,
         .difference = "depth and dropout are not said",
         .command = "genrebench run experiments/paper/gru_deep.yaml",
         .needs = kNeedsAudio,
         .fits = is_deep_gru},
    Item{.where = "section 6",
         .what = "GRU, Extended Ballroom",
         .printed = "similar to 40.3 %",
         .shows = Shows::training,
         .method = "gru",
         .dataset = kBallroom,
         .input = kFull,
         .difference = kTable3Difference,
         .command = "genrebench run experiments/paper/gru_ballroom.yaml",
         .needs = kNeedsBallroom,
         .fits = is_plain_gru},
    Item{.where = "Figures 14 and 15",
         .what = "skip-RNN, GTZAN",
         .printed = "less training accuracy than the GRU, the same validation accuracy",
         .shows = Shows::training,
         .method = "skip_gru",
         .dataset = kGtzan,
         .input = kFull,
         .difference = "length and way of the skip are not said",
         .command = "genrebench run experiments/paper/figures_14_to_17.yaml",
         .needs = kNeedsAudio,
         .fits = skips},
    Item{.where = "Figures 16 and 17",
         .what = "skip-RNN, Extended Ballroom",
         .printed = "less training accuracy than the GRU, the same validation accuracy",
         .shows = Shows::training,
         .method = "skip_gru",
         .dataset = kBallroom,
         .input = kFull,
         .difference = "length and way of the skip are not said",
         .command = "genrebench run experiments/paper/figures_14_to_17.yaml name=figures_16_17 "
                    "dataset.name=extended_ballroom",
         .needs = kNeedsBallroom,
         .fits = skips},
};

/// The skip-RNN without a skip is the GRU.
bool is_method(std::string_view wanted, const Parameters& parameters) {
  const std::string method = value_of(parameters, "method.name");
  return method == wanted || (wanted == "gru" && method == "skip_gru" &&
                              value_of(parameters, "method.length", "0") == "0");
}

}  // namespace

std::span<const Item> items() { return kItems; }

bool is_about(const Item& item, const Parameters& parameters) {
  if (item.shows == Shows::nothing || item.shows == Shows::counts) return false;
  if (item.shows == Shows::segmentation) return value_of(parameters, "task") == "segmentation";
  return is_method(item.method, parameters) &&
         value_of(parameters, "dataset.name") == item.dataset &&
         table3::input_title(parameters) == item.input &&
         (item.fits == nullptr || item.fits(parameters));
}

std::vector<Line> make_lines(const std::vector<RunGroup>& groups) {
  std::vector<Line> lines;
  for (const Item& item : kItems) {
    const std::size_t n_before = lines.size();
    std::set<const RunGroup*> paired;
    for (const RunGroup& group : groups) {
      if (group.protocol.is_leaky() || !is_about(item, group.parameters)) continue;
      const RunGroup* leaky = leaky_partner(group, groups);
      lines.push_back({&item, &group, leaky});
      paired.insert(leaky);
    }
    for (const RunGroup& group : groups)
      if (group.protocol.is_leaky() && is_about(item, group.parameters) && !paired.contains(&group))
        lines.push_back({&item, nullptr, &group});
    if (lines.size() == n_before) lines.push_back({&item});
  }
  return lines;
}

}  // namespace genrebench::paper
