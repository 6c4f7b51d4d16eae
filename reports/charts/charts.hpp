#pragma once
// Charts as SVG, PNG and PDF in one style, from plain values. gnuplot draws them.
//
// Texts are shown as they are: nothing in them is markup, and line feeds become spaces. With the
// same gnuplot, libraries and fonts, the same chart gives the same bytes. NaN and infinite values
// are gaps.

#include <Eigen/Core>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/time_span.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench {

struct DrawOptions {
  /// Makes the ids within the SVG differ from those of other pictures on one page: the figure's id.
  /// Empty: a digest of the picture, so that only equal pictures share ids.
  std::string id = {};
};

/// What draw() gives.
struct Drawing {
  /// In all formats, drawn by gnuplot when one is asked for. The SVG is self-contained, and its
  /// `svg` element can stand within HTML; the PNG has twice the pixels of the SVG's size.
  /// Asking throws DataError if gnuplot is missing or fails, saying what to install.
  Picture picture;
  std::vector<std::string> notes;  ///< what must be said below the picture: clipped colours, cells
                                   ///< without a value
  std::string chart = {};          ///< what the picture shows, as JSON: chart_data.hpp
};

/// A figure of a document; its notes are the drawing's, then `notes`.
Figure to_figure(std::string id, std::string title, Drawing drawing,
                 std::vector<std::string> notes = {});

/// Curves over a common x axis: ablations, learning curves, eigenvalues.
struct LineChart {
  struct Series {
    std::string name = {};  ///< in the legend, which a single series does not have, nor one without
                            ///< a name
    std::vector<double> x = {};  ///< as many as y; with `categories`, the index of the category
    std::vector<double> y = {};
    std::vector<double> low = {};   ///< lower ends of intervals; empty, or as many as y (NaN: none
                                    ///< at this point)
    std::vector<double> high = {};  ///< upper ends, likewise
    bool line = true;               ///< join the points
    bool markers = true;            ///< mark the points; turn off for curves of hundreds of points
    bool dashed = false;
    std::optional<int> colour = {};  ///< as cluster_colour() counts; empty: the series' place
  };
  std::string title = {};  ///< above the chart; usually empty, as the figure has its own
  std::string x_label = {};
  std::string y_label = {};
  bool log_x = false;        ///< needs positive x
  bool band = false;         ///< intervals as shaded bands instead of error bars
  bool side_by_side = true;  ///< error bars of several series are moved apart a little; false:
                             ///< every point stands at its own x, as a scatter plot needs
  std::vector<std::string> categories = {};  ///< names of x = 0, 1, …; empty: x is a number
  std::vector<Series> series = {};
};

/// A matrix in colours (viridis: dark is low, bright is high).
struct HeatMap {
  struct Axis {
    std::string label = {};
    double low = 0.0;   ///< at the outer edge of the first row or column
    double high = 0.0;  ///< at the outer edge of the last; equal to `low`: the axis counts rows or
                        ///< columns
    bool seconds = false;                 ///< ticks at whole minutes where there is room
    std::vector<std::string> names = {};  ///< one each row or column, which then count from 0, in
                                          ///< place of numbers
  };
  std::string title = {};
  Axis x = {};  ///< columns
  Axis y = {};  ///< rows
  std::string colour_label = {};
  Eigen::MatrixXd values = {};  ///< any size; drawn as averaged_down() gives it. Square ones are
                                ///< drawn square.
  Eigen::MatrixXi counts = {};  ///< written on the cells, zeros left out, where they fit; empty, or
                                ///< as large as `values`
  /// Values above this percentile of the finite ones take the brightest colour, so that a few high
  /// ones do not darken the rest; in (0, 100]. Empty: colours span all values.
  std::optional<double> clip_percentile = {};
  bool origin_bottom = false;  ///< first row at the bottom, as in spectrograms; else at the top, as
                               ///< matrices are written
};

/// Matrices beside each other in one scale of colours, first rows at the bottom: the paper's
/// Figure 1.
struct Panels {
  struct Panel {
    std::string name = {};
    Eigen::MatrixXd values = {};  ///< any size; panels are drawn equally large
  };
  std::string title = {};
  std::string x_label = {};
  int columns = 3;
  std::vector<Panel> panels = {};
};

/// A long signal as the range of its samples in each column of pixels.
struct Waveform {
  std::string title = {};
  std::vector<float> minimum = {};  ///< lowest sample of each column; columns are equally long
  std::vector<float> maximum = {};  ///< highest sample of each column
  double duration_s = 0.0;          ///< of the whole signal, positive
  std::vector<ClusterSpan> sections = {};  ///< coloured by cluster, which is shown counted from 1,
                                           ///< with each cluster's seconds in the legend; empty:
                                           ///< one colour
};

/// Points in the plane joined in their order in time and coloured by cluster: the paper's Figure 6.
struct TemporalGraph {
  std::string title = {};
  std::string x_label = {};
  std::string y_label = {};
  Eigen::MatrixXd points = {};     ///< n x 2, row i follows row i - 1 in time; rows that are not
                                   ///< finite are left out
  std::vector<int> clusters = {};  ///< of each point, counted from 0; shown counted from 1
  Eigen::Index max_numbered = 60;  ///< points are numbered from 1 where there are no more than this
};

/// Mean ranks on a line, the best at the left, with bars that join methods of which no two differ:
/// a diagram of critical differences. Source: Demšar, JMLR 7, 2006
struct RankDiagram {
  struct Method {
    std::string name = {};
    double rank = 0.0;  ///< the mean over datasets, from 1
  };
  struct Bar {
    double low = 0.0;  ///< rank of the first method that it joins
    double high = 0.0;
  };
  std::string title = {};
  std::vector<Method> methods = {};  ///< at least two, in any order
  std::vector<Bar> bars = {};
  std::optional<double> critical_difference = {};  ///< drawn above the line
};

/// Effects with their intervals, one a row, and their combinations.
struct ForestPlot {
  enum class Kind { heading, effect, combined };
  struct Row {
    Kind kind = Kind::effect;
    std::string name = {};                                    ///< at the left
    double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN: nothing is drawn
    double low = std::numeric_limits<double>::quiet_NaN();    ///< NaN: no interval
    double high = std::numeric_limits<double>::quiet_NaN();
    double weight = 0.0;    ///< in [0, 1], in the combination: the area of the mark
    std::string text = {};  ///< at the right: the numbers
  };
  std::string title = {};
  std::string x_label = {};
  double region = 0.0;  ///< effects up to this size do not matter: shaded; 0: no shade
  std::vector<Row> rows = {};
};

/// @throws ConfigError  if a chart has nothing to draw or its vectors disagree in length: "line
/// chart: …"
Drawing draw(const LineChart& chart, const DrawOptions& options = {});
Drawing draw(const HeatMap& chart, const DrawOptions& options = {});
Drawing draw(const Panels& chart, const DrawOptions& options = {});
Drawing draw(const Waveform& chart, const DrawOptions& options = {});
Drawing draw(const TemporalGraph& chart, const DrawOptions& options = {});
Drawing draw(const RankDiagram& chart, const DrawOptions& options = {});
Drawing draw(const ForestPlot& chart, const DrawOptions& options = {});

/// The matrix with at most `side` rows and columns: each cell is the mean of the finite values of
/// the block of cells that it stands for, or NaN where there are none. Blocks differ by at most one
/// row or column in size.
Eigen::MatrixXd averaged_down(const Eigen::Ref<const Eigen::MatrixXd>& values,
                              Eigen::Index side = 1000);

/// The colour of a cluster, "#rrggbb", the same in every chart: the palette of Okabe and Ito,
/// distinguishable with any colour vision; from the ninth on in lighter and darker shades. Source:
/// Okabe and Ito, Color Universal Design, 2008
std::string cluster_colour(int cluster);

}  // namespace genrebench
