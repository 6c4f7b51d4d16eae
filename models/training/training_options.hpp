#pragma once
// How a network is trained: what every deep method takes.

#include <optional>
#include <string>

#include "harness/plugin/options.hpp"
#include "models/training/schedules.hpp"

namespace genrebench {

/// Counts the changes of what training gives: the trainer, batches, input images, schedules.
constexpr int kTrainerVersion = 1;

struct TrainingOptions : ScheduleOptions {
  enum class Optimiser { adam, sgd, adamw };
  enum class Select { valid_accuracy, valid_loss, last };
  enum class ClassWeights { none, balanced };
  enum class Device { cpu, cuda };
  enum class Precision { single, mixed };

  int epochs = 100;
  int batch_size = 30;
  Optimiser optimiser = Optimiser::adam;
  double learning_rate = 1e-3;
  double momentum = 0.9;
  double weight_decay = 0.0;
  std::optional<double> gradient_clip;
  double discriminative = 1.0;
  std::string weights;
  std::string freeze_up_to;
  std::optional<int> unfreeze_epoch;
  Select select = Select::valid_accuracy;
  std::optional<int> patience;
  ClassWeights class_weights = ClassWeights::none;
  std::optional<Device> device;
  Precision precision = Precision::single;
  bool channels_last = false;
  int prefetch = 2;
};

/// Adds the options of training to those of a method, whose struct derives from TrainingOptions.
template <typename Options>
OptionTable<Options>& add_training_options(OptionTable<Options>& table) {
  return table
      .integer("epochs", &Options::epochs, 1, 1'000'000,
               "Times that the training examples are seen.", "the paper, Figures 8 to 17")
      .integer("batch_size", &Options::batch_size, 1, 1'000'000,
               "Examples a step, at most: an epoch is divided into batches of equal size, give or "
               "take one. Not more than there are training examples.",
               "the authors' notebook: 30")
      .enumeration("optimiser", &Options::optimiser, {"adam", "sgd", "adamw"},
                   "Adam; gradient descent with momentum; Adam with decoupled weight decay.",
                   "Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101")
      .number(
          "learning_rate", &Options::learning_rate, 1e-12, 1e3,
          "The rate; with a schedule that moves it, the highest. `genrebench lr-range` finds one.",
          "the authors' notebook: 1e-3")
      .number("momentum", &Options::momentum, 0.0, 0.9999,
              "Momentum of sgd, and the first beta of adam and adamw.", "PyTorch")
      .number("weight_decay", &Options::weight_decay, 0.0, 1e3,
              "Pull of the weights towards zero (adamw: a share of the rate; else an L2 penalty).")
      .enumeration("schedule", &Options::kind, {"constant", "step", "cyclical", "one_cycle"},
                   "How the learning rate moves: not; down by step_factor every step_epochs; up "
                   "and down in triangles; up once and then down.",
                   "Smith, WACV 2017; Smith and Topin, arXiv 1708.07120")
      .integer("step_epochs", &Options::step_epochs, 1, 1'000'000,
               "Schedule step: epochs between drops.")
      .number("step_factor", &Options::step_factor, 1e-6, 1.0,
              "Schedule step: what a drop multiplies the rate by.")
      .number("cycle_epochs", &Options::cycle_epochs, 0.01, 1e6,
              "Schedule cyclical: epochs of one triangle, up and down.",
              "Smith, WACV 2017: 4 to 20")
      .number("base_fraction", &Options::base_fraction, 0.0, 1.0,
              "Schedule cyclical: the lowest rate as a share of the highest.")
      .number("warm_up", &Options::warm_up, 0.001, 0.999,
              "Schedule one_cycle: share of all steps in which the rate rises.",
              "fastai, pct_start")
      .number("div_factor", &Options::div_factor, 1.0, 1e9,
              "Schedule one_cycle: the first rate is the highest divided by this.", "fastai: 25")
      .number("final_div_factor", &Options::final_div_factor, 1.0, 1e12,
              "Schedule one_cycle: the last rate is the first divided by this.", "PyTorch: 1e4")
      .enumeration("anneal", &Options::anneal, {"cos", "linear"},
                   "Schedule one_cycle: the way between two rates.", "PyTorch")
      .boolean(
          "three_phases", &Options::three_phases,
          "Schedule one_cycle: up, down to the first rate in as many steps, then down to the last.",
          "Smith and Topin, arXiv 1708.07120")
      .boolean("cycle_momentum", &Options::cycle_momentum,
               "Schedules cyclical and one_cycle: momentum falls while the rate rises.", "fastai")
      .number("base_momentum", &Options::base_momentum, 0.0, 0.9999,
              "Schedules cyclical and one_cycle: momentum at the highest rate.", "fastai: 0.85")
      .number("max_momentum", &Options::max_momentum, 0.0, 0.9999,
              "Schedules cyclical and one_cycle: momentum at the lowest rate.", "fastai: 0.95")
      .number("gradient_clip", &Options::gradient_clip, 1e-9, 1e9,
              "Gradients of a larger norm are scaled down to it; auto: they are not.")
      .number("discriminative", &Options::discriminative, 1.0, 1e6,
              "Each group of layers trains at the rate of the group after it divided by this; the "
              "head at the full rate.",
              "Howard and Ruder, arXiv 1801.06146")
      .content_file("weights", &Options::weights,
                    "File of weights to start from, safetensors or PyTorch's .pth, with "
                    "torchvision's names; empty: random ones. The head always starts random, "
                    "unless the file is one that genrebench wrote.")
      .text("freeze_up_to", &Options::freeze_up_to,
            "The last layer that is not trained, counted from the input, by its name in the "
            "weights or in Keras (`layer3`, `features.26`, `block5_conv2`); its statistics are "
            "kept too. Empty: all are trained.",
            "the authors' notebook: block5_conv2")
      .integer("unfreeze_epoch", &Options::unfreeze_epoch, 2, 1'000'000,
               "From this epoch on, counted from 1, all layers are trained; auto: never.")
      .enumeration("select", &Options::select, {"valid_accuracy", "valid_loss", "last"},
                   "The epoch whose weights are kept: of the highest accuracy on the validation "
                   "part (ties: the lower loss), of the lowest loss there, or the last. Without a "
                   "validation part, the last.",
                   "the paper, section 6: early stopping to save the best model")
      .integer("patience", &Options::patience, 1, 1'000'000,
               "Training stops after so many epochs without a better one; auto: it does not.")
      .enumeration("class_weights", &Options::class_weights, {"none", "balanced"},
                   "Losses of all examples count alike, or those of each class together as much as "
                   "those of any other.")
      .enumeration("device", &Options::device, {"cpu", "cuda"},
                   "Where it is computed; auto: on a GPU where there is one.")
      .without_identity()
      .enumeration("precision", &Options::precision, {"single", "mixed"},
                   "mixed: products in bfloat16, weights and sums in float32.")
      .boolean("channels_last", &Options::channels_last,
               "Keep images with their channels innermost, which is faster on GPUs and in mixed "
               "precision.")
      .integer("prefetch", &Options::prefetch, 1, 64,
               "Batches that are made ready while others are computed.")
      .without_identity();
}

}  // namespace genrebench
