#pragma once
// The options of the SEM segmentation as users write them: the same keys in YAML (`excerpt: {name:
// sem, ...}`) and for the command `segment`.

#include <vector>

#include "harness/plugin/options.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench {

/// `tuned` (the defaults), `authors` and `paper`.
std::vector<Preset> segmentation_presets();

// The options of each step, for a struct that is, or derives from, SegmentationOptions.

/// How the song becomes windows.
template <typename Struct>
void add_window_options(OptionTable<Struct>& table) {
  using S = Struct;
  table
      .number("rate_hz", &S::rate_hz, 1000.0, 768000.0,
              "The song is resampled to this rate for the analysis; auto: the file's own rate.")
      .integer("decimate", &S::decimate, 1, 100,
               "The rate of the analysis is lowered by this factor once more.",
               "the authors' script: decimated by 10")
      .integer("windows", &S::windows, 2, 100000,
               "N_w, the number of windows; auto: as many as window_s gives.", "Algorithm 2")
      .number("window_s", &S::window_s, 0.001, 3600.0,
              "Length of a window, in seconds; the remainder of the song belongs to no section. "
              "auto: the length that windows gives.")
      .number("overlap", &S::overlap, 0.0, 0.99,
              "Share of a window that it has in common with the next.")
      .integer("max_windows", &S::max_windows, 2, 20000,
               "Largest number of windows: if window_s would give more, windows are made longer. "
               "Memory grows with the square: 3000 windows need 0.4 GB.")
      .enumeration("taper", &S::taper, {"none", "hann", "hamming"},
                   "Each window is multiplied by it, for the model and for the residual.");
}

/// How the SEM of two windows is computed.
template <typename Struct>
void add_sem_options(OptionTable<Struct>& table) {
  using S = Struct;
  table
      .integer("ar_order", &S::ar_order, 1, 100000,
               "p of Eq. 1; less than the number of samples of a window.")
      .enumeration("ar_method", &S::ar_method, {"yule_walker", "burg", "forward_backward"},
                   "How Eq. 1 is estimated; forward_backward is MATLAB's `ar`.")
      .integer("lags", &S::lags, 1, 100000000,
               "Number of lags of the sum in Eq. 2; window: all that the residual has.")
      .or_word("window")
      .enumeration("residual", &S::residual, {"zero_state", "valid", "full"},
                   "What Algorithm 1 takes as the residual. zero_state: the first M samples of a "
                   "filter at rest. valid: those without start-up. full: all, with start-up and "
                   "tail.")
      .enumeration("implementation", &S::implementation, {"fast", "direct"},
                   "How S is computed. fast: by identities, to 1e-6 of the direct form. direct: "
                   "with a filter and a Fourier transform per pair of windows.");
}

/// How the SEM becomes a graph.
template <typename Struct>
void add_graph_options(OptionTable<Struct>& table) {
  using S = Struct;
  table
      .enumeration("variance", &S::variance, {"power", "amplitude"},
                   "The first term of Eq. 2 as the graph uses it. power: (v - 1)^2. amplitude: "
                   "(sqrt(v) - 1)^2. In both, v = sigma^2 / r[0].")
      .number("variance_weight", &S::variance_weight, 0.0, 100.0,
              "Weight of that term in the graph; S itself is Eq. 2.")
      .enumeration("symmetrise", &S::symmetrise, {"mean", "min"},
                   "S and its transpose become one distance: their mean (Eq. 4), or the smaller.")
      .enumeration("scale", &S::scale, {"literal", "median", "self_tuning"},
                   "What distances are divided by before Eq. 5. literal: nothing. median: their "
                   "median (the authors' script). self_tuning: each window's distance to its "
                   "`neighbour`-th nearest window.")
      .integer("neighbour", &S::neighbour, 1, 100000,
               "Which neighbour scale: self_tuning uses; auto: 1.3 times the root of the number of "
               "windows.")
      .number("nearest", &S::nearest, 0.0, 1000.0,
              "Keep only the edges to the nearest `nearest` * `neighbour` windows of either end; "
              "0: all edges.")
      .integer("exclude", &S::exclude, 0, 100000,
               "No edges between windows up to this far apart in time, in windows: their likeness "
               "is continuity, not recurrence.")
      .number("path", &S::path, 0.0, 1000.0,
              "Weight of an edge between successive windows, against 1 for all other edges of a "
              "window; 0: no such edges.");
}

/// How the graph becomes clusters.
template <typename Struct>
void add_cluster_options(OptionTable<Struct>& table) {
  using S = Struct;
  table.integer("clusters", &S::clusters, 1, 1000, "k, the number of clusters; auto: see `choose`.")
      .enumeration("choose", &S::choose, {"eigengap", "modularity"},
                   "How k is chosen if clusters is auto. eigengap: by the largest gap between "
                   "eigenvalues (the paper, section 5.2). modularity: by the labels of the largest "
                   "modularity.")
      .integer("max_clusters", &S::max_clusters, 2, 1000,
               "Largest k that is tried if clusters is auto.")
      .integer("restarts", &S::restarts, 1, 1000, "Number of starts of k-means.",
               "the authors' script: 10")
      .seed("seed", &S::seed,
            "Seed of k-means, and of the pairs of windows that are checked. It is not the run's "
            "seed, so that runs of different seeds share their segmentations.");
}

/// Adds all options of the segmentation, with their presets.
template <typename Struct>
OptionTable<Struct>& add_segmentation_options(OptionTable<Struct>& table) {
  table.presets("preset", segmentation_presets(),
                "A set of values for the other options, which may be given beside it.");
  add_window_options(table);
  add_sem_options(table);
  add_graph_options(table);
  add_cluster_options(table);
  return table.alternatives({"windows", "window_s"});
}

/// The options of the segmentation alone, without those of the excerpts that are cut from it.
const OptionTable<SegmentationOptions>& segmentation_table();

}  // namespace genrebench
