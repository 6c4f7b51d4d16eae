// A multi-layer perceptron: the usual probe on embeddings. It needs no library and trains in
// seconds on the features of a thousand tracks.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>

#include "baselines/mlp_network.hpp"
#include "baselines/rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace {

using mlp::Adam;
using mlp::Gradients;
using mlp::Layers;
using mlp::Pass;

constexpr std::string_view kMlp = "mlp";

struct MlpOptions {
  enum class Select { valid_accuracy, valid_loss, last };

  /// Number of hidden layers, from 0 (softmax regression) to 3.
  int hidden_layers = 1;
  /// Number of units of the first hidden layer.
  int units = 512;
  /// Each further hidden layer has this fraction of the units of the one before.
  double taper = 1.0;
  /// Fraction of the hidden units that each training step leaves out.
  double dropout = 0.2;
  int epochs = 100;
  int batch_size = 64;
  double learning_rate = 1e-3;
  double weight_decay = 0.0;
  Select select = Select::valid_accuracy;
  /// Training stops after this number of epochs without a better one; empty: never.
  std::optional<int> patience = 20;
  /// The learning rate is halved after more than this number of epochs without a better one; empty:
  /// it stays.
  std::optional<int> plateau;
};

std::vector<Preset> presets() {
  return {{.name = "standard",
           .help = "One hidden layer of 512 units, as MARBLE's probe has",
           .values = {}},
          {.name = "linear",
           .help = "No hidden layer: softmax regression by Adam",
           .values = {{"hidden_layers", std::int64_t{0}}, {"dropout", 0.0}}},
          {.name = "quick",
           .help = "A small network that learns fast, for tests",
           .values = {{"units", std::int64_t{64}},
                      {"dropout", 0.0},
                      {"epochs", std::int64_t{30}},
                      {"batch_size", std::int64_t{8}},
                      {"learning_rate", 0.01}}}};
}

OptionTable<MlpOptions>& add_layer_options(OptionTable<MlpOptions>& table) {
  return table
      .presets("preset", presets(),
               "A set of values for the other options; values given beside it replace those of "
               "the set.",
               "MARBLE, GTZAN genre probe: standard")
      .integer("hidden_layers", &MlpOptions::hidden_layers, 0, 3,
               "Number of hidden layers. 0 is softmax regression. More than one seldom helps on "
               "pooled embeddings.",
               "MARBLE, GTZAN genre probe: 1; HEAR searches 1 and 2")
      .integer("units", &MlpOptions::units, 1, 65536,
               "Number of units of the first hidden layer. Lower it if the training accuracy is "
               "far above the validation accuracy.",
               "MARBLE, GTZAN genre probe: 512; HEAR: 1024")
      .number(
          "taper", &MlpOptions::taper, 0.01, 1.0,
          "Each further hidden layer has this fraction of the units of the one before, at least "
          "1: units 256 and taper 0.5 give 256, 128, 64.",
          "MARBLE and HEAR: 1; mir_ref's example has 256 and 128 units")
      .number("dropout", &MlpOptions::dropout, 0.0, 0.95,
              "Fraction of the hidden units that each training step leaves out. Raise it if the "
              "training accuracy is far above the validation accuracy.",
              "MARBLE, GTZAN genre probe: 0.2; HEAR: 0.1; mir_ref: 0");
}

OptionTable<MlpOptions>& add_training_options(OptionTable<MlpOptions>& table) {
  return table
      .integer("epochs", &MlpOptions::epochs, 1, 1'000'000,
               "Largest number of passes over the training examples.",
               "MARBLE and mir_ref: 100; HEAR: 500")
      .integer("batch_size", &MlpOptions::batch_size, 1, 1'000'000,
               "Largest number of examples per step; an epoch is divided into batches whose sizes "
               "differ by at most one.",
               "MARBLE: 64; HEAR: 1024")
      .number("learning_rate", &MlpOptions::learning_rate, 1e-9, 10.0,
              "Step size of Adam, without unit. Search it in powers of ten.",
              "MARBLE and mir_ref: 1e-3; HEAR searches 1e-4 to 3.2e-3")
      .number("weight_decay", &MlpOptions::weight_decay, 0.0, 100.0,
              "L2 penalty: this times a parameter is added to its gradient. Raise it if the "
              "training accuracy is far above the validation accuracy.",
              "MARBLE and HEAR: 0; mir_ref: 1e-5")
      .enumeration("select", &MlpOptions::select, {"valid_accuracy", "valid_loss", "last"},
                   "Which epoch's weights are kept. valid_accuracy: that of the highest accuracy "
                   "over the excerpts of the validation part; of equal ones that of the lower "
                   "loss. valid_loss: that of the lowest loss. last: the last epoch. Without a "
                   "validation part the last epoch is kept.",
                   "MARBLE and HEAR: the validation score")
      .integer("patience", &MlpOptions::patience, 1, 1'000'000,
               "Training stops after this number of epochs without a better one, as `select` "
               "compares them. auto: never. It has no effect without a validation part or with "
               "select last.",
               "MARBLE and HEAR: 20; mir_ref: 10")
      .integer("plateau", &MlpOptions::plateau, 1, 1'000'000,
               "The learning rate is halved after more than this number of epochs without a better "
               "one. auto: it stays. It has no effect without a validation part or with select "
               "last.",
               "MARBLE, ReduceLROnPlateau: 6; HEAR and mir_ref do not have it");
}

const OptionTable<MlpOptions>& mlp_options() {
  static const OptionTable<MlpOptions> table = [] {
    OptionTable<MlpOptions> t;
    add_layer_options(t);
    return add_training_options(t);
  }();
  return table;
}

/// Training examples in single precision, as columns.
struct Data {
  Eigen::MatrixXf columns;  ///< n_features x n
  std::vector<int> places;  ///< the row of each example's class in the scores

  std::size_t size() const { return places.size(); }
};

/// Examples whose class has training examples; the others cannot be right, whatever is learned.
struct ValidationData : Data {
  std::size_t n_hopeless = 0;

  bool empty() const { return size() == 0; }
};

/// What became of one epoch.
struct Epoch {
  Pass train, valid;
};

class Training {
 public:
  Training(const MlpOptions& options, Layers layers, std::uint64_t seed)
      : options_(options),
        layers_(std::move(layers)),
        adam_(layers_, options.weight_decay),
        gradients_(layers_, options.hidden_layers > 0 ? options.dropout : 0.0, seed),
        learning_rate_(options.learning_rate) {}

  /// @return  the layers of the epoch that `select` keeps
  Layers run(const Data& train, const ValidationData& valid, FitContext& context) {
    const bool selecting = !valid.empty() && options_.select != MlpOptions::Select::last;
    std::optional<Epoch> best;
    Layers kept;
    int best_epoch = 0, epoch = 0, n_waited = 0;
    while (epoch < options_.epochs) {
      ++epoch;
      const double rate = learning_rate_;
      const Epoch now{.train = pass_over(train), .valid = evaluate(valid)};
      if (!selecting || !best || is_better(now, *best)) {
        best = now;
        best_epoch = epoch;
        n_waited = 0;
        if (selecting) kept = layers_;
      } else if (options_.plateau && ++n_waited > *options_.plateau) {
        learning_rate_ /= 2.0;
        n_waited = 0;
      }
      report(now, epoch, rate, context);
      if (context.interrupted()) throw Interrupted();
      if (selecting && options_.patience && epoch - best_epoch >= *options_.patience) break;
    }
    context.note("best_epoch", best_epoch);
    context.note("epochs", epoch);
    return selecting ? kept : layers_;
  }

 private:
  Pass pass_over(const Data& train) {
    std::vector<std::size_t> order(train.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    gradients_.random().shuffle(std::span<std::size_t>(order));
    const std::size_t size = static_cast<std::size_t>(options_.batch_size);
    const std::size_t n_batches = (order.size() + size - 1) / size;
    Pass pass;
    for (std::size_t b = 0; b < n_batches; ++b) {
      const std::size_t begin = b * order.size() / n_batches;
      const std::size_t end = (b + 1) * order.size() / n_batches;
      Eigen::MatrixXf batch(train.columns.rows(), Eigen::Index(end - begin));
      std::vector<int> places;
      for (std::size_t i = begin; i < end; ++i) {
        batch.col(Eigen::Index(i - begin)) = train.columns.col(Eigen::Index(order[i]));
        places.push_back(train.places[order[i]]);
      }
      adam_.step(gradients_(batch, places, pass), learning_rate_, layers_);
    }
    return pass;
  }

  Pass evaluate(const ValidationData& valid) const {
    Pass pass;
    if (valid.empty()) return pass;
    Eigen::MatrixXf scores = mlp::scores_of(layers_, valid.columns);
    mlp::add_losses(scores, valid.places, pass);
    // The loss of an example that no training can help is no finite number: it counts as wrong, and
    // the loss stays the mean of the others.
    const double mean = pass.mean_loss();
    pass.n_examples += valid.n_hopeless;
    pass.loss = mean * double(pass.n_examples);
    return pass;
  }

  bool is_better(const Epoch& now, const Epoch& best) const {
    const bool lower_loss = now.valid.loss < best.valid.loss;
    if (options_.select == MlpOptions::Select::valid_loss) return lower_loss;
    return now.valid.n_right > best.valid.n_right ||
           (now.valid.n_right == best.valid.n_right && lower_loss);
  }

  void report(const Epoch& now, int epoch, double rate, FitContext& context) const {
    context.curve("loss", "train", epoch, now.train.mean_loss());
    context.curve("accuracy", "train", epoch, now.train.accuracy());
    if (now.valid.n_examples > 0) {
      context.curve("loss", "valid", epoch, now.valid.mean_loss());
      context.curve("accuracy", "valid", epoch, now.valid.accuracy());
    }
    context.curve("learning_rate", "train", epoch, rate);
    context.progress(static_cast<std::size_t>(epoch), static_cast<std::size_t>(options_.epochs),
                     fmt::format("loss {:.3g}", now.train.mean_loss()));
  }

  MlpOptions options_;
  Layers layers_;
  Adam adam_;
  Gradients gradients_;  // keeps a reference to layers_
  double learning_rate_;
};

// Everything random follows from the seed, and one thread does the work: the same examples give the
// same bits. Classes without training examples have no unit, so their probability is exactly zero.
// Fits are short, so an interrupted one starts again.
class Mlp final : public Method {
 public:
  Mlp(const MlpOptions& options, std::uint64_t seed) : options_(options), seed_(seed) {}

  void fit(const Examples& train, const Examples& valid, FitContext& context) override {
    const TrainingRows rows = training_rows(train, kMlp);
    n_classes_ = rows.n_classes;
    present_ = rows.present;
    std::vector<Eigen::Index> sizes = {rows.rows.cols()};
    double units = options_.units;
    for (int l = 0; l < options_.hidden_layers; ++l, units *= options_.taper)
      sizes.push_back(std::max(Eigen::Index{1}, static_cast<Eigen::Index>(std::lround(units))));
    sizes.push_back(Eigen::Index(present_.size()));

    const Data data{.columns = rows.rows.transpose().cast<float>(), .places = rows.places};
    Training training(options_, mlp::initial_layers(sizes, derive_seed(seed_, "mlp weights")),
                      derive_seed(seed_, "mlp training"));
    layers_ = training.run(data, validation_data(valid), context);
  }

  Predictions predict(const Examples& examples) const override {
    assert(!layers_.empty() && "predict before fit");
    const Eigen::MatrixXd rows = rows_to_predict(examples, layers_.front().weights.cols(), kMlp);
    const Eigen::MatrixXf scores = mlp::scores_of(layers_, rows.transpose().cast<float>());
    return predictions_of_scores(scores.transpose().cast<double>(), present_, n_classes_);
  }

  std::optional<MethodCost> cost() const override {
    MethodCost cost;
    for (const mlp::Layer& layer : layers_) {
      cost.parameters += layer.weights.size() + layer.biases.size();
      cost.multiply_adds += layer.weights.size();
    }
    return cost;
  }

 private:
  ValidationData validation_data(const Examples& valid) const {
    ValidationData result;
    if (valid.size() == 0) return result;
    const Eigen::MatrixXd rows = to_rows(valid);
    require_finite(rows, kMlp, "fit, validation part");
    std::vector<Eigen::Index> used;
    for (std::size_t i = 0; i < valid.size(); ++i) {
      const auto place = std::lower_bound(present_.begin(), present_.end(), valid.labels[i]);
      if (place == present_.end() || *place != valid.labels[i]) continue;
      used.push_back(Eigen::Index(i));
      result.places.push_back(static_cast<int>(place - present_.begin()));
    }
    result.n_hopeless = valid.size() - used.size();
    result.columns.resize(rows.cols(), Eigen::Index(used.size()));
    for (std::size_t i = 0; i < used.size(); ++i)
      result.columns.col(Eigen::Index(i)) = rows.row(used[i]).transpose().cast<float>();
    return result;
  }

  MlpOptions options_;
  std::uint64_t seed_;
  int n_classes_ = 0;
  std::vector<int> present_;  // the class of each row of the scores
  Layers layers_;
};

}  // namespace

void register_mlp(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kMlp;
  plugin.summary =
      "Multi-layer perceptron with 0 to 3 hidden layers: the usual probe on embeddings";
  plugin.source =
      "Rumelhart, Hinton & Williams, Nature 323, 1986; Kingma & Ba, ICLR 2015 (Adam); Srivastava "
      "et al., JMLR 15, 2014 (dropout); defaults: Yuan et al., MARBLE, NeurIPS 2023; checked "
      "against finite differences and a plain implementation in tests/baselines";
  plugin.options = mlp_options().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    return std::make_unique<Mlp>(mlp_options().parse(values), seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
