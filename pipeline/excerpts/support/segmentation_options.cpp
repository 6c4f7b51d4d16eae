#include "pipeline/excerpts/support/segmentation_options.hpp"

namespace genrebench {

std::vector<Preset> segmentation_presets() {
  const OptionValues text = {{"rate_hz", {}},
                             {"lags", std::string("window")},
                             {"variance", std::string("power")},
                             {"variance_weight", 1.0},
                             {"symmetrise", std::string("mean")},
                             {"nearest", 0.0},
                             {"exclude", std::int64_t{0}},
                             {"path", 0.0},
                             {"choose", std::string("eigengap")}};
  OptionValues paper = text, authors = text;
  paper.insert({{"windows", std::int64_t{30}},
                {"window_s", {}},
                {"ar_order", std::int64_t{12}},
                {"scale", std::string("literal")}});
  // Their songs have 44.1 kHz, of which the script takes every tenth sample; files of another rate
  // are brought to that first.
  authors["rate_hz"] = 44100.0;
  authors.insert({{"decimate", std::int64_t{10}},
                  {"window_s", 3.0},
                  {"ar_order", std::int64_t{100}},
                  {"ar_method", std::string("forward_backward")},
                  {"scale", std::string("median")},
                  {"clusters", std::int64_t{5}}});
  return {{.name = "tuned", .help = "chosen on medleys of one half of GTZAN-mini", .values = {}},
          {.name = "authors",
           .help = "the script that the paper's authors published",
           .values = authors},
          {.name = "paper",
           .help = "the paper's text; windows and order, which it leaves open, are ours",
           .values = paper}};
}

const OptionTable<SegmentationOptions>& segmentation_table() {
  static const OptionTable<SegmentationOptions> table = [] {
    OptionTable<SegmentationOptions> t;
    add_segmentation_options(t);
    return t;
  }();
  return table;
}

}  // namespace genrebench
