// `genrebench lr-range`: the learning-rate range test of an experiment's first run, with its curve.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/run/fitting.hpp"
#include "harness/run/learning_rate_range.hpp"
#include "harness/run/run_data.hpp"
#include "harness/run/run_once.hpp"
#include "reports/charts/charts.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

using Points = std::vector<GradientMethod::RangePoint>;

/// Passes on warnings and progress, and drops the rest.
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

Document describe(const Points& points, const std::string& name) {
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

void print(const Points& points, const RunSpec& spec, bool json) {
  const double steep = steepest_learning_rate(points), low = lowest_loss_learning_rate(points);
  if (!json) {
    write_out(
        "{}: the loss falls fastest at a learning rate of {:.2g} and is lowest at {:.2g}.\n"
        "For 1cycle take about a tenth of the latter as the peak: method.learning_rate={:.2g}\n",
        label(spec), steep, low, low / 10.0);
    return;
  }
  nlohmann::ordered_json document = {{"method", spec.method.name},
                                     {"steepest", steep},
                                     {"lowest", low},
                                     {"points", nlohmann::ordered_json::array()}};
  for (const auto& p : points)
    document["points"].push_back(
        {{"learning_rate", p.learning_rate}, {"loss", p.loss}, {"smoothed_loss", p.smoothed_loss}});
  print_json(document);
}

/// The run's method; null if it has no learning rate.
std::unique_ptr<GradientMethod> gradient_method(const PlannedRun& run, const Registry& registry) {
  auto method = registry.methods.get(run.spec.method.name, "method")
                    .make(run.spec.method.options, derive_seed(run.spec.seed, "method"));
  auto* gradient = dynamic_cast<GradientMethod*>(method.get());
  if (gradient == nullptr) return nullptr;
  static_cast<void>(method.release());  // the same object, under its other type
  return std::unique_ptr<GradientMethod>(gradient);
}

class LearningRateRangeCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_experiments(arguments, words_);
    arguments.add({.name = "--low", .value = "RATE", .help = "First learning rate"}, test_.low);
    arguments.add({.name = "--high", .value = "RATE", .help = "Last learning rate"}, test_.high);
    arguments.add({.name = "--steps",
                   .value = "N",
                   .help = "Number of batches from the first rate to the last",
                   .minimum = 3,
                   .maximum = 100000},
                  test_.steps);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Write the curve to this folder",
                   .completes = Completion::folder},
                  out_);
    add_work(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    if (!(0.0 < test_.low && test_.low < test_.high))
      throw ConfigError(
          fmt::format("expected 0 < --low < --high, found {} and {}", test_.low, test_.high));
    const PlannedRun run = first_run(context);
    Points points;
    try {
      points = test(run, context);
    } catch (const Interrupted&) {
      context.progress().end();
      return kInterrupted;
    }
    if (points.size() < 3)
      throw DataError(fmt::format("the loss diverged after {}; begin lower with --low",
                                  counted(points.size(), "step")));
    print(points, run.spec, context.json);
    if (!out_.empty())
      print_written(write_document(describe(points, label(run.spec)), out_, all_formats()));
    return kDone;
  }

 private:
  PlannedRun first_run(Context& context) const {
    Experiment experiment = load_experiments(words_, context.registry).front();
    const std::size_t n_runs = experiment.runs.size();
    experiment.runs.resize(1);
    const Plan plan = make_plan(std::move(experiment), context.registry, context.cache_folder,
                                context.hashes(), context.progress());
    const PlannedRun& run = plan.runs.front();
    if (run.spec.segmentation()) throw ConfigError("task segmentation has no learning rate");
    if (gradient_method(run, context.registry) == nullptr)
      throw ConfigError(fmt::format("the method {} has no learning rate", run.spec.method.name));
    if (n_runs > 1)
      context.progress().note(fmt::format("{} in {}; the range test takes the first",
                                          counted(n_runs, "run"), plan.experiment.source_file));
    return run;
  }

  Points test(const PlannedRun& run, Context& context) const {
    const auto gradient = gradient_method(run, context.registry);
    const PreparationSettings settings{.cache_folder = context.cache_folder,
                                       .threads = context.threads,
                                       .interrupted = stop_requested};
    const ExtractedTracks tracks =
        extract_run(run, context.registry, context.hashes(), settings, context.progress());
    const std::optional<ExtractedTracks> copies =
        extract_copies(run, context.registry, context.hashes(), settings, context.progress());
    const RunData data(run, tracks, {.copies = copies ? &*copies : nullptr});
    const PartData train = data.part(Part::train);
    Progress& progress = context.progress();
    gradient->use_cache(
        {.folder = method_cache_folder(context.cache_folder),
         .warn = [&](const std::string& text) { progress.message("warning: " + text); }});
    progress.begin("learning-rate range test", static_cast<std::size_t>(test_.steps));
    Listener listener(progress, context.threads);
    Points points = gradient->learning_rate_range(train.examples, test_, listener);
    progress.end();
    return points;
  }

  std::vector<std::string> words_;
  GradientMethod::RangeTest test_;
  std::filesystem::path out_;
};

}  // namespace

void command_lr_range(CommandList& commands) {
  commands.add<LearningRateRangeCommand>(
      {.name = "lr-range",
       .group = CommandGroup::experiments,
       .summary = "Learning-rate range test: the loss while the learning rate grows",
       .details = "Takes the experiment's first run."});
}

}  // namespace genrebench::cli
