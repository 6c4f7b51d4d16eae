#pragma once
// The options of the SEM segmentation as users write them: the same keys in YAML (`excerpt: {name:
// sem, ...}`) and for the command `segment`.

#include "harness/plugin/options.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench {

/// `tuned`, which is what the defaults are, `authors` and `paper`.
std::vector<Preset> segmentation_presets();

/// Declares them for a struct that is, or derives from, SegmentationOptions.
template <typename Struct>
OptionTable<Struct>& add_segmentation_options(OptionTable<Struct>& table) {
  using S = Struct;
  const char* const kScript = "the authors' script: decimated by 10";
  return table
      .presets("preset", segmentation_presets(),
               "A set of values for the other options, which may be given beside it.")
      .number("rate_hz", &S::rate_hz, 1000.0, 768000.0,
              "The song is resampled to this rate for the analysis; auto: the file's own rate.")
      .integer("decimate", &S::decimate, 1, 100,
               "The rate of the analysis is this many times lower still.", kScript)
      .integer("windows", &S::windows, 2, 100000,
               "N_w, the number of windows; auto: as many as window_s gives.", "Algorithm 2")
      .number("window_s", &S::window_s, 0.001, 3600.0,
              "Length of a window, in seconds; the remainder of the song belongs to no section. "
              "auto: as windows says.")
      .number("overlap", &S::overlap, 0.0, 0.99,
              "Share of a window that it has in common with the next.")
      .integer("max_windows", &S::max_windows, 2, 20000,
               "Where window_s would give more windows, they are made longer; memory grows with "
               "the square: 3000 need 0.4 GB.")
      .enumeration("taper", &S::taper, {"none", "hann", "hamming"},
                   "Each window is multiplied by it, for model and residual.")
      .integer("ar_order", &S::ar_order, 1, 100000, "p of Eq. 1, below the samples of a window.")
      .enumeration("ar_method", &S::ar_method, {"yule_walker", "burg", "forward_backward"},
                   "How Eq. 1 is estimated; forward_backward is MATLAB's `ar`.")
      .integer_or("window", "lags", &S::lags, 1, 100000000,
                  "Lags of the sum in Eq. 2; window: all that the residual has.")
      .enumeration("residual", &S::residual, {"zero_state", "valid", "full"},
                   "What Algorithm 1 takes as the residual: the first M samples of a filter at "
                   "rest, those without start-up, or all with start-up and tail.")
      .enumeration("implementation", &S::implementation, {"fast", "direct"},
                   "How S is computed: by identities, to 1e-6 of the direct form, or a filter and "
                   "a Fourier transform a pair.")
      .enumeration("variance", &S::variance, {"power", "amplitude"},
                   "The first term of Eq. 2 as the graph sees it: (v - 1)^2, or (sqrt(v) - 1)^2, v "
                   "= sigma^2 / r[0].")
      .number("variance_weight", &S::variance_weight, 0.0, 100.0,
              "Weight of that term in the graph; S itself is Eq. 2.")
      .enumeration("symmetrise", &S::symmetrise, {"mean", "min"},
                   "S and its transpose become one distance: their mean (Eq. 4), or the smaller.")
      .enumeration("scale", &S::scale, {"literal", "median", "self_tuning"},
                   "What distances are divided by before Eq. 5: nothing, their median (the "
                   "authors' script), or each window's distance to its `neighbour`-th nearest.")
      .integer("neighbour", &S::neighbour, 1, 100000,
               "Of scale self_tuning; auto: 1.3 times the root of the number of windows.")
      .number("nearest", &S::nearest, 0.0, 1000.0,
              "Edges are kept to this many times `neighbour` nearest windows of either end; 0: all "
              "edges.")
      .integer("exclude", &S::exclude, 0, 100000,
               "No edges between windows up to this far apart in time: their likeness is "
               "continuity, not recurrence.")
      .number("path", &S::path, 0.0, 1000.0,
              "Weight of an edge between successive windows, against 1 for all other edges of a "
              "window; 0: none.")
      .integer("clusters", &S::clusters, 1, 1000, "k; auto: chosen by `choose`.")
      .enumeration("choose", &S::choose, {"eigengap", "modularity"},
                   "The k taken where clusters is auto: of the largest gap between eigenvalues "
                   "(the paper, section 5.2), or of the labels of the largest modularity.")
      .integer("max_clusters", &S::max_clusters, 2, 1000,
               "Largest k that is tried where clusters is auto.")
      .integer("restarts", &S::restarts, 1, 1000, "Starts of k-means.", "the authors' script: 10")
      .seed("seed", &S::seed,
            "Of k-means and of the pairs that are checked; apart from the run's seed, so that runs "
            "share their segmentations.")
      .alternatives({"windows", "window_s"});
}

/// Those alone.
const OptionTable<SegmentationOptions>& segmentation_table();

}  // namespace genrebench
