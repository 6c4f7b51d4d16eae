#pragma once
// What all charts share: the style, the quoting of users' texts, and the way from a script to the
// three formats.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/charts/charts.hpp"

namespace genrebench::charts {

/// The average width of a character of all texts, in pixels.
inline constexpr double kCharacterWidth = 7.6;

/// Grey for cells without a value and for points without a cluster.
inline constexpr std::string_view kNeutral = "#bdbdbd";
/// Text and axes.
inline constexpr std::string_view kInk = "#222222";
/// Width of all pictures, in pixels at 96 per inch. With fonts of 14 pixels they can be read in a
/// column of 85 mm.
inline constexpr int kWidth = 560;
/// Viridis at 20 equal steps, between which gnuplot interpolates.
/// Source: van der Walt and Smith, matplotlib, CC0
inline constexpr std::string_view kViridis =
    "0 '#440154', 1 '#481467', 2 '#482576', 3 '#453781', 4 '#404688', 5 '#39558c', 6 '#33638d', 7 "
    "'#2d718e', 8 '#287d8e', 9 '#238a8d', 10 '#1f968b', 11 '#20a386', 12 '#29af7f', 13 '#3dbc74', "
    "14 '#56c667', 15 '#75d054', 16 '#95d840', 17 '#bade28', 18 '#dde318', 19 '#fde725'";
/// Room for a line of text.
inline constexpr int kLineHeight = 20;

/// gnuplot's line option for dashed lines.
inline constexpr std::string_view kDashes = "dashtype (9,5)";

/// Options of ticks that move their texts nearer to the axes.
inline constexpr std::string_view kBelow = "offset 0,0.4";
inline constexpr std::string_view kBeside = "offset 0.6,0";

/// A part of an axis.
struct Range {
  double low = 0.0;
  double high = 1.0;
};

/// What stands at a tick.
struct Tick {
  double at = 0.0;
  std::string text;
};

/// One line of a legend.
struct LegendEntry {
  std::string name;
  std::string colour;
  int marker = 5;     ///< gnuplot's point type; 0: none
  bool line = false;  ///< a piece of line through the marker
  bool dashed = false;
};

/// The names of categories along an axis.
struct Names {
  std::vector<Tick> ticks;
  std::size_t widest = 0;  ///< in columns
  int angle = 0;           ///< 35 or 90 degrees where they cannot stand side by side

  int room_below() const;  ///< that they take more than numbers do, in pixels
  std::string options() const;
};

/// @param first  the place of the first one; the others follow at distances of 1
/// @param width  of the axis, in pixels
Names name_ticks(const std::vector<std::string>& names, double first, int width);

/// Where the axes are, in pixels.
struct Box {
  int left = 70;
  int top = 12;  ///< from below title and legend
  int width = kWidth - 70 - 20;
  int height = 270;
  int below = 56;  ///< room for tick texts and the label of the x axis
};

/// A picture before it is drawn: gnuplot's commands without the terminal and the output. Texts have
/// explicit places, because the three formats measure texts differently.
class Plot {
 public:
  /// @param legend  between title and axes, on as many lines as it takes
  Plot(std::string_view title, const std::vector<LegendEntry>& legend, const Box& box);

  /// Appends a command and a line end.
  void add(std::string_view command);

  /// Appends a block of numbers that commands can call `$name`.
  void add_data(std::string_view name, std::string_view lines);

  /// A binary file that commands can call by its plain name.
  void add_file(const std::string& name, std::string content) { files_[name] = std::move(content); }

  void add_x_label(std::string_view text);
  void add_y_label(std::string_view text);

  /// A text that reads upwards, its middle at a place in pixels from the left, beside the middle of
  /// the axes.
  void add_upright(std::string_view text, int x);

  /// @param axis     "x", "y" or "cb"
  /// @param options  of gnuplot's `set tics`
  void add_ticks(std::string_view axis, const std::vector<Tick>& ticks,
                 std::string_view options = {});

  std::vector<std::string> notes;

  /// @param elements  of one `plot` command; the strings `small_font` and `middle_font` are fonts
  /// for numbers on points and cells
  Drawing draw(const std::vector<std::string>& elements, const DrawOptions& options) const;

 private:
  /// A place in pixels from the top left, in gnuplot's language.
  std::string at(double x, double y) const;

  void add_legend_entry(const LegendEntry& entry, double x, double y);

  std::string title_;
  Box box_;         ///< its top is from the upper edge of the picture
  int height_ = 0;  ///< of the picture
  std::string script_;
  std::map<std::string, std::string> files_;
};

/// Cells as gnuplot reads them from a file of float64, row by row, each repeated so that viewers
/// which smooth images have nothing to smooth; NaN where they are not finite.
std::string pixels(const Eigen::MatrixXd& values, Eigen::Index repeat_rows,
                   Eigen::Index repeat_columns);

/// A user's text as a gnuplot string: on one line, cut where it is very long.
std::string quote(std::string_view text);

/// As quote, for tick labels, which gnuplot would take for a format.
std::string quote_tick(std::string_view text);

/// A number in gnuplot's language; NaN where it is not finite.
std::string number(double value);

/// The text with at most `width` columns, its end replaced by an ellipsis where it is longer.
std::string elide(std::string_view text, std::size_t width);

/// The smallest and largest finite value, widened by a part of their distance; where they are equal
/// by half of the value, or by 0.5 about zero.
Range padded_range(const std::vector<double>& values, double part);

/// Ticks at round values within the range: steps of 1, 2 or 5 times a power of ten, or of what
/// divides minutes and hours.
std::vector<Tick> round_ticks(const Range& range, int at_most, bool seconds = false);

/// "0.25", "−3", "1.2e+09"
std::string tick_text(double value);

}  // namespace genrebench::charts
