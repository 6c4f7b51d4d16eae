#pragma once
// The lines of the paper's Table 3 and of its section 6, and which runs belong to which.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/support/runs.hpp"

namespace genrebench::table3 {

/// The paper's name for a method's plug-in: "VGG-16"; nothing where it does not have the method.
std::optional<std::string_view> method_title(std::string_view plugin);

/// What of a song the method sees: "full songs", "3 s segments", "largest SEM cluster"; else the
/// excerpt's name.
std::string input_title(const Parameters& parameters);

struct PaperRow {
  std::string_view method;   ///< the plug-in
  std::string_view input;    ///< as input_title() gives it
  std::string_view dataset;  ///< the plug-in
  double accuracy;           ///< on the validation part, as a fraction
  std::string_view text;     ///< as it is printed, or read off
  std::string_view where;
};

/// One line of the table before its variants.
struct Key {
  std::string method;
  std::string input;  ///< what of a song the method sees: "full songs", "3 s segments", "largest
                      ///< SEM cluster"; else the excerpt's name
  std::string dataset;
  bool operator==(const Key&) const = default;
};

/// Ours with artists (or whatever is known) apart, and with the same options but for the split's
/// rule, leaky.
struct Pair {
  const RunGroup* honest = nullptr;
  const RunGroup* leaky = nullptr;

  const RunGroup& any() const { return honest != nullptr ? *honest : *leaky; }
};

struct Line {
  Key key;
  const PaperRow* paper = nullptr;
  std::vector<Pair> pairs = {};  ///< its variants; empty where nothing of ours is planned
};

/// The paper's lines in its order, then those of ours that it does not have.
std::vector<Line> make_lines(const std::vector<RunGroup>& groups);

/// What tells a variant from the others of its line: "hidden=64". The weights and the preset of the
/// segmentation are said apart.
std::string variant_of(const Line& line, const Pair& pair);

/// "ImageNet weights"; empty where nothing of ours is planned.
std::string weights_of(const Pair& pair);

/// The variant that the paper's number stands beside: the first whose weights are of the paper's
/// kind (ImageNet's, then those of another file; for recurrent networks random ones), else the
/// first.
std::size_t paper_variant(const Line& line);

/// Says which of the paper's numbers stand beside networks that start from other weights than the
/// paper's; empty: none do.
std::string weights_note(const std::vector<Line>& lines);

}  // namespace genrebench::table3
