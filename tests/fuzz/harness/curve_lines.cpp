// What a program of a stranger prints while it learns: lines of JSON among anything else.
#include "baselines/program/curve_lines.hpp"

#include <string>

#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

/// Holds a method's context to what CurveLines promises.
class Context final : public FitContext {
 public:
  void curve(const std::string& metric, const std::string& split, std::int64_t step,
             double) override {
    require(!metric.empty() && metric.find('\n') == std::string::npos, "a metric has a name");
    require(split == "train" || split == "valid", "the test part has no curves");
    require(step >= 0, "epochs are not negative");
  }
  void note(const std::string&, double) override {}
  void warn(const std::string&) override {}
  void progress(std::size_t done, std::size_t total, const std::string&) override {
    require(done <= total, "no more is done than there is");
  }
};

}  // namespace

void fuzz_curve_lines(std::string_view input) {
  Values values(input);
  while (!values.empty()) {
    const std::string line(values.line());
    accepts([&] { curve_point_in(line, "method"); });
  }
  Context context;
  CurveLines lines("method", &context);
  Values pieces(input);
  accepts([&] {
    std::size_t n_log = 0;
    while (!pieces.empty()) {
      const auto n = pieces.within<std::size_t>(1, 40);
      n_log += lines.take(std::string(pieces.bytes(n))).size();
    }
    n_log += lines.finish().size();
    require(n_log <= input.size(), "a log holds no more than was printed");
  });
}

}  // namespace genrebench::fuzz
