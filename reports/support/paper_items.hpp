#pragma once
// What the paper reports, item by item: every table, figure and number, how it is measured here,
// and with which command.

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "reports/support/runs.hpp"

namespace genrebench::paper {

/// What of a run stands beside the paper's number.
enum class Shows {
  validation,    ///< validation accuracy, with the test accuracy
  training,      ///< the same, with the training accuracy
  test,          ///< test accuracy alone
  segmentation,  ///< adjusted Rand index and boundary F of sections
  counts,        ///< how many tracks of how many genres the runs' data have
  nothing        ///< no number: a figure, or what a dataset is
};

struct Item {
  std::string_view where;    ///< "Table 3", "section 6, Figure 8"
  std::string_view what;     ///< "VGG-16, GTZAN"
  std::string_view printed;  ///< as it is printed, or in words
  Shows shows = Shows::nothing;
  std::string_view method = {};      ///< the plug-in; empty: none
  std::string_view dataset = {};     ///< the plug-in
  std::string_view input = {};       ///< as table3::input_title() gives it
  std::string_view difference = {};  ///< of our protocol from the paper's
  std::string_view command = {};
  std::string_view needs = {};  ///< what is needed to measure it, said where nothing is measured
  bool (*fits)(const Parameters&) = nullptr;  ///< null: everything else decides
};

/// All of them, in the paper's order.
std::span<const Item> items();

/// Whether a configuration is about an item. Runs without a method, of segmentations, are about
/// those that show segmentations; none is about how large a dataset is, which all its runs tell.
bool is_about(const Item& item, const Parameters& parameters);

/// One line of the report: an item and a configuration with artists apart, at random, or both.
struct Line {
  const Item* item = nullptr;
  const RunGroup* apart = nullptr;  ///< null: nothing is planned
  const RunGroup* leaky = nullptr;

  const RunGroup* any() const { return apart != nullptr ? apart : leaky; }
};

/// Each item with its configurations, at least one line per item; the configurations in their
/// order.
std::vector<Line> make_lines(const std::vector<RunGroup>& groups);

}  // namespace genrebench::paper
