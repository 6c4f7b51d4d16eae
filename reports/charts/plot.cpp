#include "reports/charts/plot.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "reports/charts/gnuplot.hpp"
#include "reports/charts/output_formats.hpp"

namespace genrebench {
namespace {

/// Okabe and Ito's, without yellow, which cannot be seen on white, and with a grey for their black.
constexpr std::array<std::array<int, 3>, 8> kColours = {{{0x00, 0x72, 0xB2},
                                                         {0xD5, 0x5E, 0x00},
                                                         {0x00, 0x9E, 0x73},
                                                         {0xCC, 0x79, 0xA7},
                                                         {0xE6, 0x9F, 0x00},
                                                         {0x56, 0xB4, 0xE9},
                                                         {0x55, 0x55, 0x55},
                                                         {0x9A, 0x63, 0x24}}};

}  // namespace

std::string cluster_colour(int cluster) {
  const std::array<int, 3>& colour = kColours[static_cast<std::size_t>(cluster) % kColours.size()];
  const std::size_t turn = static_cast<std::size_t>(cluster) / kColours.size() % 3;
  std::string result = "#";
  for (const int part : colour)
    result += fmt::format("{:02x}", turn == 0   ? part
                                    : turn == 1 ? (part + 255) / 2
                                                : part * 55 / 100);
  return result;
}

Figure to_figure(std::string id, std::string title, Drawing drawing,
                 std::vector<std::string> notes) {
  Figure result{.id = std::move(id),
                .title = std::move(title),
                .picture = std::move(drawing.picture),
                .notes = std::move(drawing.notes),
                .chart = std::move(drawing.chart)};
  for (std::string& note : notes) result.notes.push_back(std::move(note));
  return result;
}

namespace charts {
namespace {

constexpr int kFontSize = 14;
constexpr int kSmallFontSize = 9;
constexpr int kMiddleFontSize = 12;
constexpr std::size_t kMaxTextWidth = 400;

struct Terminal {
  std::string_view file;
  std::string command;
  double font_unit;  ///< one pixel of the SVG in the unit that the terminal gives fonts in
};

// The terminals disagree on the sizes of fonts, lines and points; these factors make the three
// pictures look alike.
constexpr double kPngFont = 0.75;
constexpr double kPngPoint = 1.7;
constexpr double kPdfFont = 0.75 * 0.75;
constexpr double kPdfPoint = 1.4;
constexpr double kPdfLine = 1.4;

Terminal svg_terminal(int height) {
  return {"out.svg",
          fmt::format("svg size {},{} noenhanced font '{},{}' background rgb 'white'", kWidth,
                      height, kFont, kFontSize),
          1.0};
}

Terminal png_terminal(int height) {
  return {"out.png",
          fmt::format("pngcairo size {},{} noenhanced font '{},{}' fontscale 2 linewidth 2 "
                      "pointscale {} background rgb 'white'",
                      2 * kWidth, 2 * height, kFont, kPngFont * kFontSize, 2 * kPngPoint),
          kPngFont};
}

Terminal pdf_terminal(int height) {
  return {"out.pdf",
          fmt::format(
              "pdfcairo size {},{} noenhanced font '{},{}' fontscale 1 linewidth {} pointscale {}",
              kWidth / 96.0, height / 96.0, kFont, kPdfFont * kFontSize, kPdfLine, kPdfPoint),
          kPdfFont};
}

/// A title on at most a few lines.
std::vector<std::string> title_lines(const std::string& title) {
  constexpr std::size_t kColumns = 56;
  std::vector<std::string> lines;
  if (title.empty()) return lines;
  const std::string text = wrap_text(elide(title, 3 * kColumns), kColumns) + "\n";
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1)
    lines.push_back(elide(text.substr(begin, text.find('\n', begin) - begin), kColumns + 8));
  return lines;
}

/// About how wide a text is in the widest of the fonts that stand in for kFont, in pixels. Two
/// texts beside each other must not meet.
double text_width(std::string_view text) {
  constexpr double kOther = 0.64, kNarrow = 0.40, kWide = 0.99;  // of the font size
  double sum = 0.0;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (std::string_view("ijltf.,:;'|!()[] -r/").find(c) != std::string_view::npos)
      sum += kNarrow;
    else if (std::string_view("mwMW%@=+<>").find(c) != std::string_view::npos)
      sum += kWide;
    else if (!continues)
      sum += kOther;
  }
  return kFontSize * sum;
}

/// Room for the point or the piece of line before an entry of the legend, in pixels.
constexpr double kLegendPoint = 20.0, kLegendLine = 38.0;

struct Place {
  double x, y;
};

/// Entries flow in lines from the left edge of the axes.
std::vector<Place> legend_places(const std::vector<LegendEntry>& legend, const Box& box,
                                 double top) {
  constexpr double kGap = 14.0;
  std::vector<Place> places;
  Place next{double(box.left), top + kLineHeight / 2.0};
  for (const LegendEntry& entry : legend) {
    const std::string name = single_line(entry.name);
    const double width =
        (entry.line ? kLegendLine : kLegendPoint) +
        std::max(text_width(name), kCharacterWidth * static_cast<double>(display_width(name)));
    if (next.x > box.left && next.x + width > kWidth - 6)
      next = {double(box.left), next.y + kLineHeight};
    places.push_back(next);
    next.x += width + kGap;
  }
  return places;
}

/// All that gnuplot needs for a picture.
struct Sketch {
  std::string title, id;
  int height = 0;
  std::string script;        ///< without the terminal and the last command
  std::string cairo_script;  ///< the same for PNG and PDF: see without_missing_glyphs()
  std::string command;       ///< the last one
  std::map<std::string, std::string> files;
};

Terminal terminal_of(PictureFormat format, int height) {
  return format == PictureFormat::svg   ? svg_terminal(height)
         : format == PictureFormat::png ? png_terminal(height)
                                        : pdf_terminal(height);
}

/// Draws in the order of the formats, SVG first.
Picture::Files paint(const Sketch& sketch, const std::set<PictureFormat>& formats) {
  std::string script;
  const std::string* prepared_by = nullptr;
  std::vector<std::string> outputs;
  for (const PictureFormat format : formats) {
    const std::string& preparation =
        format == PictureFormat::svg || sketch.cairo_script == sketch.script ? sketch.script
                                                                             : sketch.cairo_script;
    if (prepared_by != &preparation) script += (script.empty() ? "" : "reset\n") + preparation;
    prepared_by = &preparation;
    const Terminal terminal = terminal_of(format, sketch.height);
    script += fmt::format(
        "set terminal {}\nset output '{}'\nsmall_font = ',{}'\nmiddle_font = ',{}'\n{}\nunset "
        "output\n",
        terminal.command, terminal.file, kSmallFontSize * terminal.font_unit,
        kMiddleFontSize * terminal.font_unit, sketch.command);
    outputs.emplace_back(terminal.file);
  }
  std::vector<std::string> pictures = run_gnuplot(script, sketch.files, outputs);
  Picture::Files files;
  std::size_t next = 0;
  for (const PictureFormat format : formats) {
    std::string& bytes = pictures[next++];
    files[format] = format == PictureFormat::svg
                        ? finish_svg(std::move(bytes), sketch.title, sketch.id)
                    : format == PictureFormat::pdf ? without_time(std::move(bytes))
                                                   : std::move(bytes);
  }
  return files;
}

}  // namespace

std::string elide(std::string_view text, std::size_t width) {
  const std::string line = without_noncharacters(visible_line(text));
  if (display_width(line) <= width) return line;
  constexpr std::size_t kBytesPerColumn = 8;  // more are combining marks without end
  std::size_t end = std::min(line.size(), kBytesPerColumn * width);
  const auto within_character = [&] {
    return end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80;
  };
  while (end > 0 && (within_character() || display_width(line.substr(0, end)) + 1 > width)) --end;
  return line.substr(0, end) + "…";
}

std::string pixels(const Eigen::MatrixXd& values, Eigen::Index repeat_rows,
                   Eigen::Index repeat_columns) {
  std::vector<double> cells;
  cells.reserve(static_cast<std::size_t>(values.size() * repeat_rows * repeat_columns));
  for (Eigen::Index r = 0; r < values.rows() * repeat_rows; ++r)
    for (Eigen::Index c = 0; c < values.cols() * repeat_columns; ++c) {
      const double value = values(r / repeat_rows, c / repeat_columns);
      cells.push_back(std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN());
    }
  std::string bytes(cells.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), cells.data(), bytes.size());
  return bytes;
}

std::string quote(std::string_view text) {
  // Within single quotes gnuplot knows nothing but their end (two pairs of doubled quotes it
  // misreads).
  static constexpr std::string_view kSingleQuote = "'.\"'\".'";
  return "'" +
         replace_each(elide(text, kMaxTextWidth),
                      [](char c) { return c == '\'' ? kSingleQuote : std::string_view(); }) +
         "'";
}

std::string quote_tick(std::string_view text) {
  return replace_each(
      quote(text), [](char c) { return c == '%' ? std::string_view("%%") : std::string_view(); });
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "NaN"; }

Range padded_range(const std::vector<double>& values, double part) {
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.low > range.high) return {};
  const double pad = range.high > range.low ? part * (range.high - range.low)
                     : range.low == 0.0     ? 0.5
                                            : 0.5 * std::abs(range.low);
  return {range.low - pad, range.high + pad};
}

std::string tick_text(double value) {
  std::string text = fmt::format("{:.6g}", value);
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

std::vector<Tick> round_ticks(const Range& range, int at_most, bool seconds) {
  const double distance = range.high - range.low;
  double step = std::pow(10.0, std::floor(std::log10(distance / at_most)));
  const auto fits = [&](double candidate) { return distance / candidate <= at_most; };
  for (const double factor : {2.0, 5.0, 10.0})
    if (!fits(step)) step = factor * std::pow(10.0, std::floor(std::log10(distance / at_most)));
  if (seconds && step > 10.0)
    for (const double candidate : {15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0})
      if (fits(candidate)) {
        step = candidate;
        break;
      }
  std::vector<Tick> result;
  const double first = std::ceil(range.low / step - 1e-9);
  for (int i = 0; i <= at_most && first + i <= range.high / step + 1e-9; ++i) {
    const double value = first + i == 0.0 ? 0.0 : (first + i) * step;  // no negative zero
    result.push_back({value, tick_text(value)});
  }
  return result;
}

Names name_ticks(const std::vector<std::string>& names, double first, int width) {
  constexpr std::size_t kMaxWidth = 24;
  Names result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string text = elide(names[i], kMaxWidth);
    result.widest = std::max(result.widest, display_width(text));
    result.ticks.push_back({first + static_cast<double>(i), text});
  }
  if (kCharacterWidth * static_cast<double>((result.widest + 1) * names.size()) >
      width + 3.0 * kCharacterWidth)
    result.angle = 25 * names.size() > static_cast<std::size_t>(width) ? 90 : 35;  // aslant, lines
                                                                                   // need that much
                                                                                   // not to touch
  return result;
}

int Names::room_below() const {
  const double length = kCharacterWidth * static_cast<double>(widest);
  return angle == 0    ? 0
         : angle == 35 ? static_cast<int>(0.66 * length)
                       : static_cast<int>(length) - 8;
}

std::string Names::options() const {
  return angle == 0 ? std::string(kBelow) : fmt::format("rotate by {} right", angle);
}

Plot::Plot(std::string_view title, const std::vector<LegendEntry>& legend, const Box& box)
    : title_(without_noncharacters(single_line(title))), box_(box) {
  const std::vector<std::string> lines = title_lines(title_);
  const double top_of_legend =
      kLineHeight * static_cast<double>(lines.size()) + (lines.empty() ? 6 : 12);
  const std::vector<Place> places = legend_places(legend, box, top_of_legend);
  const double bottom = places.empty() ? top_of_legend : places.back().y + kLineHeight / 2.0;
  const double header = top_of_legend + (places.empty() ? 0 : bottom - top_of_legend);
  box_.top += static_cast<int>(header);
  height_ = box_.top + box.height + box.below;

  add("set encoding utf8");
  add("unset key");
  add(fmt::format("set border 3 linecolor rgb '{}' linewidth 1", kInk));
  add(fmt::format("set tics nomirror out scale 0.5 textcolor rgb '{}'", kInk));
  add(fmt::format("set lmargin at screen {:.6f}", box_.left / double(kWidth)));
  add(fmt::format("set rmargin at screen {:.6f}", (box_.left + box_.width) / double(kWidth)));
  add(fmt::format("set tmargin at screen {:.6f}", 1.0 - box_.top / double(height_)));
  add(fmt::format("set bmargin at screen {:.6f}",
                  1.0 - (box_.top + box_.height) / double(height_)));
  for (std::size_t i = 0; i < lines.size(); ++i)
    add(fmt::format("set label {} at {} center textcolor rgb '{}'", quote(lines[i]),
                    at(box_.left + box_.width / 2.0, kLineHeight * (double(i) + 0.5) + 6), kInk));
  for (std::size_t i = 0; i < legend.size(); ++i)
    add_legend_entry(legend[i], places[i].x, places[i].y);
}

void Plot::add_legend_entry(const LegendEntry& entry, double x, double y) {
  const double middle = x + (entry.line ? kLegendLine - 8.0 : kLegendPoint - 8.0) / 2.0;
  if (entry.line)
    add(fmt::format("set arrow from {} to {} nohead linecolor rgb '{}' linewidth 2 {}", at(x, y),
                    at(x + kLegendLine - 8.0, y), entry.colour, entry.dashed ? kDashes : ""));
  if (entry.marker > 0)
    add(fmt::format("set label '' at {} point pointtype {} pointsize 0.9 linecolor rgb '{}'",
                    at(middle, y), entry.marker, entry.colour));
  add(fmt::format("set label {} at {} left textcolor rgb '{}'", quote(entry.name),
                  at(x + (entry.line ? kLegendLine : kLegendPoint), y), kInk));
}

std::string Plot::at(double x, double y) const {
  return fmt::format("screen {:.6f}, screen {:.6f}", x / kWidth, 1.0 - y / height_);
}

void Plot::add(std::string_view command) {
  script_ += command;
  script_ += '\n';
}

void Plot::add_x_label(std::string_view text) {
  add(fmt::format("set label {} at {} center textcolor rgb '{}'", quote(elide(text, 64)),
                  at(box_.left + box_.width / 2.0, height_ - 14.0), kInk));
}

void Plot::add_y_label(std::string_view text) { add_upright(text, 14); }

void Plot::add_upright(std::string_view text, int x) {
  const auto width = static_cast<std::size_t>((box_.height + 40) / kCharacterWidth);
  add(fmt::format("set label {} at {} center rotate by 90 textcolor rgb '{}'",
                  quote(elide(text, width)), at(x, box_.top + box_.height / 2.0), kInk));
}

void Plot::add_ticks(std::string_view axis, const std::vector<Tick>& ticks,
                     std::string_view options) {
  std::string list;
  for (const Tick& tick : ticks)
    list += (list.empty() ? "" : ", ") + quote_tick(tick.text) + " " + number(tick.at);
  add(fmt::format("set {}tics {} ({})", axis, options, list));
}

void Plot::add_data(std::string_view name, std::string_view lines) {
  add(fmt::format("${} << EOD\n{}EOD", name, lines));
}

Drawing Plot::draw(const std::vector<std::string>& elements, const DrawOptions& options) const {
  const Sketch sketch{.title = title_,
                      .id = options.id,
                      .height = height_,
                      .script = script_,
                      .cairo_script = without_missing_glyphs(script_),
                      .command = "plot " + fmt::format("{}", fmt::join(elements, ", \\\n  ")),
                      .files = files_};
  Drawing result;
  result.notes = notes;
  if (sketch.cairo_script != sketch.script)
    result.notes.emplace_back(
        "In the PNG and the PDF, □ stands for characters that their font does not have.");
  result.picture = Picture({PictureFormat::svg, PictureFormat::png, PictureFormat::pdf},
                           [sketch](const auto& formats) { return paint(sketch, formats); });
  return result;
}

}  // namespace charts
}  // namespace genrebench
