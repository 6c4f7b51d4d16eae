// `genrebench lr-range`: the learning-rate range test of an experiment's first run, with its curve.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/json_output.hpp"
#include "harness/run/run_data.hpp"
#include "harness/run/run_once.hpp"
#include "reports/charts/charts.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

/// Tells nothing but warnings.
class Listener final : public FitContext {
 public:
  Listener(Progress& progress, int threads) : progress_(progress), threads_(threads) {}
  void curve(const std::string&, const std::string&, std::int64_t, double) override {}
  void note(const std::string&, double) override {}
  void warn(const std::string& message) override { progress_.message("warning: " + message); }
  void progress(std::size_t done, std::size_t, const std::string& now) override {
    progress_.advance(done, now);
  }
  int threads() const override { return threads_; }
  bool interrupted() const override { return stop_requested(); }

 private:
  Progress& progress_;
  int threads_;
};

/// Where the smoothed loss falls fastest for a step of the rate's logarithm.
double steepest(const std::vector<GradientMethod::RangePoint>& points) {
  std::size_t best = 0;
  double slope = 0.0;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const double here = (points[i + 1].smoothed_loss - points[i - 1].smoothed_loss) /
                        std::log(points[i + 1].learning_rate / points[i - 1].learning_rate);
    if (here < slope) {
      slope = here;
      best = i;
    }
  }
  return points[best].learning_rate;
}

double lowest(const std::vector<GradientMethod::RangePoint>& points) {
  return std::min_element(
             points.begin(), points.end(),
             [](const auto& a, const auto& b) { return a.smoothed_loss < b.smoothed_loss; })
      ->learning_rate;
}

Document describe(const std::vector<GradientMethod::RangePoint>& points, const std::string& name) {
  LineChart chart{.x_label = "learning rate", .y_label = "training loss", .log_x = true};
  chart.series = {{.name = "smoothed", .markers = false}, {.name = "each batch", .line = false}};
  Table data{.id = "lr_range_data", .columns = {"learning_rate", "loss", "smoothed_loss"}};
  for (const auto& point : points) {
    for (LineChart::Series& series : chart.series) series.x.push_back(point.learning_rate);
    chart.series[0].y.push_back(point.smoothed_loss);
    chart.series[1].y.push_back(point.loss);
    data.rows.push_back({{.text = fmt::format("{}", point.learning_rate), .numeric = true},
                         {.text = fmt::format("{}", point.loss), .numeric = true},
                         {.text = fmt::format("{}", point.smoothed_loss), .numeric = true}});
  }
  Document document{
      .name = "lr_range", .title = "Learning-rate range test: " + name, .body = {}, .data = {}};
  document.body.emplace_back(
      to_figure("lr_range", "Loss while the learning rate grows", draw(chart, {.id = "lr_range"})));
  document.data.push_back(std::move(data));
  return document;
}

}  // namespace

int lr_range(const Registry& registry, const CommonOptions& common,
             const std::vector<std::string>& words, const GradientMethod::RangeTest& test,
             const std::filesystem::path& out) {
  const auto progress = console_progress(common.quiet);
  stop_requested();
  if (!(test.low < test.high))
    throw ConfigError(
        fmt::format("expected --low below --high, found {} and {}", test.low, test.high));
  Experiment experiment = load_experiments(words, registry).front();
  const std::size_t n_runs = experiment.runs.size();
  experiment.runs.resize(1);
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path()
                                                : common.cache_folder / "content_hashes.tsv");
  const Plan plan =
      make_plan(std::move(experiment), registry, common.cache_folder, hashes, *progress);
  const PlannedRun& run = plan.runs.front();
  if (run.spec.segmentation()) throw ConfigError("task segmentation has no learning rate");
  const auto method = registry.methods.get(run.spec.method.name, "method")
                          .make(run.spec.method.options, derive_seed(run.spec.seed, "method"));
  auto* gradient = dynamic_cast<GradientMethod*>(method.get());
  if (gradient == nullptr)
    throw ConfigError(fmt::format("the method {} has no learning rate", run.spec.method.name));
  if (n_runs > 1)
    progress->message(fmt::format("{} in {}; the range test takes the first",
                                  count_of(n_runs, "run"), plan.experiment.source_file));
  const ExtractedTracks tracks = extract_run(run, registry, hashes,
                                             {.cache_folder = common.cache_folder,
                                              .threads = common.threads,
                                              .interrupted = stop_requested},
                                             *progress);
  const RunData data(run, tracks);
  const PartData train = data.part(Part::train);
  progress->begin("learning-rate range test", static_cast<std::size_t>(test.steps));
  Listener listener(*progress, common.threads);
  std::vector<GradientMethod::RangePoint> points;
  try {
    points = gradient->learning_rate_range(train.examples, test, listener);
  } catch (const Interrupted&) {
    progress->end();
    return 130;
  }
  progress->end();
  if (points.size() < 3)
    throw DataError(fmt::format("the loss diverged after {}; begin lower with --low",
                                count_of(points.size(), "step")));

  const double steep = steepest(points), low = lowest(points);
  if (common.json) {
    nlohmann::ordered_json document = {{"method", run.spec.method.name},
                                       {"steepest", steep},
                                       {"lowest", low},
                                       {"points", nlohmann::ordered_json::array()}};
    for (const auto& p : points)
      document["points"].push_back({{"learning_rate", p.learning_rate},
                                    {"loss", p.loss},
                                    {"smoothed_loss", p.smoothed_loss}});
    print_json(document);
  } else {
    fmt::print(
        "{}: the loss falls fastest at a learning rate of {:.2g} and is lowest at {:.2g}.\n"
        "For 1cycle take about a tenth of the latter as the peak: method.learning_rate={:.2g}\n",
        label(run.spec), steep, low, low / 10.0);
  }
  if (!out.empty())
    for (const std::filesystem::path& file :
         write_document(describe(points, label(run.spec)), out, all_formats()))
      fmt::print(stderr, "wrote {}\n", file.string());
  return 0;
}

}  // namespace genrebench::cli
