#pragma once
// How a network is trained: the options that every deep method has.

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "harness/plugin/options.hpp"
#include "models/training/augmentation_options.hpp"
#include "models/training/schedules.hpp"

namespace genrebench {

/// Version of everything that decides the result of a training: the trainer, batches, input images,
/// schedules. Raise it whenever their results change.
constexpr int kTrainerVersion = 1;

/// Version of how the outputs of frozen layers are computed, which decides the results of trainings
/// with frozen layers alone, and the names of cached outputs. Raise it whenever their bits change.
constexpr int kFrozenLayersVersion = 1;

struct TrainingOptions : ScheduleOptions, AugmentationOptions {
  enum class Optimiser { adam, sgd, adamw };
  enum class Select { valid_accuracy, valid_loss, last };
  enum class ClassWeights { none, balanced };
  enum class Device { cpu, cuda };
  enum class Precision { single, mixed };
  enum class FrozenPrecision { single, half };

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
  FrozenPrecision frozen_precision = FrozenPrecision::single;
  bool frozen_cache = true;
  Select select = Select::valid_accuracy;
  std::optional<int> patience;
  ClassWeights class_weights = ClassWeights::none;
  std::optional<Device> device;
  Precision precision = Precision::single;
  bool channels_last = false;
  int prefetch = 2;
};

template <typename Options>
OptionTable<Options>& add_optimiser_options(OptionTable<Options>& table) {
  return table
      .integer("epochs", &Options::epochs, 1, 1'000'000,
               "Number of passes over the training examples.", "the paper, Figures 8 to 17")
      .integer("batch_size", &Options::batch_size, 1, 1'000'000,
               "Largest number of examples per step: an epoch is divided into batches whose sizes "
               "differ by at most one. It must not exceed the number of training examples.",
               "the authors' notebook: 30")
      .enumeration("optimiser", &Options::optimiser, {"adam", "sgd", "adamw"},
                   "adam: Adam. sgd: gradient descent with momentum. adamw: Adam with decoupled "
                   "weight decay.",
                   "Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101")
      .number("learning_rate", &Options::learning_rate, 1e-12, 1e3,
              "The learning rate. If a schedule changes it, this is the highest rate. `genrebench "
              "lr-range` finds a good one.",
              "the authors' notebook: 1e-3")
      .number("momentum", &Options::momentum, 0.0, 0.9999,
              "Momentum of sgd; the first beta of adam and adamw.", "PyTorch")
      .number("weight_decay", &Options::weight_decay, 0.0, 1e3,
              "How strongly weights are pulled towards zero. adamw: a factor on the learning rate; "
              "adam and sgd: an L2 penalty.");
}

template <typename Options>
OptionTable<Options>& add_schedule_options(OptionTable<Options>& table) {
  return table
      .enumeration("schedule", &Options::kind, {"constant", "step", "cyclical", "one_cycle"},
                   "How the learning rate changes. constant: not at all. step: it is multiplied by "
                   "step_factor every step_epochs epochs. cyclical: it rises and falls in "
                   "triangles. one_cycle: it rises once and then falls.",
                   "Smith, WACV 2017; Smith and Topin, arXiv 1708.07120")
      .integer("step_epochs", &Options::step_epochs, 1, 1'000'000,
               "Schedule step: number of epochs between drops.")
      .number("step_factor", &Options::step_factor, 1e-6, 1.0,
              "Schedule step: the factor by which each drop multiplies the rate.")
      .number("cycle_epochs", &Options::cycle_epochs, 0.01, 1e6,
              "Schedule cyclical: number of epochs per triangle, up and down.",
              "Smith, WACV 2017: 4 to 20")
      .number("base_fraction", &Options::base_fraction, 0.0, 1.0,
              "Schedule cyclical: the lowest rate as a fraction of the highest.")
      .number("warm_up", &Options::warm_up, 0.001, 0.999,
              "Schedule one_cycle: the fraction of all steps in which the rate rises.",
              "fastai, pct_start")
      .number("div_factor", &Options::div_factor, 1.0, 1e9,
              "Schedule one_cycle: the first rate is the highest divided by this.", "fastai: 25")
      .number("final_div_factor", &Options::final_div_factor, 1.0, 1e12,
              "Schedule one_cycle: the last rate is the first divided by this.", "PyTorch: 1e4")
      .enumeration("anneal", &Options::anneal, {"cos", "linear"},
                   "Schedule one_cycle: the shape of the curve between two rates.", "PyTorch")
      .boolean("three_phases", &Options::three_phases,
               "Schedule one_cycle: the rate rises, falls to the first rate in the same number of "
               "steps, and then falls to the last rate.",
               "Smith and Topin, arXiv 1708.07120")
      .boolean("cycle_momentum", &Options::cycle_momentum,
               "Schedules cyclical and one_cycle: momentum falls while the rate rises.", "fastai")
      .number("base_momentum", &Options::base_momentum, 0.0, 0.9999,
              "Schedules cyclical and one_cycle: momentum at the highest rate.", "fastai: 0.85")
      .number("max_momentum", &Options::max_momentum, 0.0, 0.9999,
              "Schedules cyclical and one_cycle: momentum at the lowest rate.", "fastai: 0.95");
}

/// Gradients, first weights and layers that are not trained.
template <typename Options>
OptionTable<Options>& add_layer_options(OptionTable<Options>& table) {
  return table
      .number("gradient_clip", &Options::gradient_clip, 1e-9, 1e9,
              "Gradients with a larger norm are scaled down to this norm. auto: no limit.")
      .number("discriminative", &Options::discriminative, 1.0, 1e6,
              "Each group of layers trains at the learning rate of the next group divided by this. "
              "The head trains at the full rate.",
              "Howard and Ruder, arXiv 1801.06146")
      .content_file("weights", &Options::weights,
                    "File of initial weights, safetensors or PyTorch's .pth, with torchvision's "
                    "names. Empty: random weights. The head always starts with random weights "
                    "unless genrebench wrote the file.")
      .text("freeze_up_to", &Options::freeze_up_to,
            "The last layer that is not trained, counted from the input, by its name in weight "
            "files or in Keras (`layer3`, `features.26`, `block5_conv2`). The statistics of frozen "
            "layers do not change either. Empty: all layers are trained.",
            "the authors' notebook: block5_conv2")
      .integer("unfreeze_epoch", &Options::unfreeze_epoch, 2, 1'000'000,
               "The epoch, counted from 1, from which all layers are trained. auto: never.");
}

/// How the outputs of frozen layers are kept, for networks that can be divided.
template <typename Options>
OptionTable<Options>& add_frozen_output_options(OptionTable<Options>& table) {
  return table
      .enumeration("frozen_precision", &Options::frozen_precision, {"single", "half"},
                   "Precision in which the output of the frozen layers (`freeze_up_to`) goes on to "
                   "the layers that are trained. half: rounded to 16 bits, which halves the size "
                   "of the cache and changes results slightly.")
      .boolean("frozen_cache", &Options::frozen_cache,
               "Compute the output of the frozen layers once per excerpt and keep it in the cache "
               "folder, for later epochs and other runs. Results are the same. false: compute it "
               "in every epoch, which needs no space on the disk. Where inputs are changed at "
               "random (`crop`, `time_shift`, masks, `mixup`), their outputs are computed in "
               "every epoch, which a warning says.")
      .without_identity();
}

/// What decides the results under these options beside kTrainerVersion, for networks that can be
/// divided.
inline std::map<std::string, int> frozen_layers_version(const OptionValues& options) {
  if (std::get<std::string>(options.at("freeze_up_to")).empty()) return {};
  return {{"frozen layers", kFrozenLayersVersion}};
}

/// Which epoch is kept, and what counts as a good one.
template <typename Options>
OptionTable<Options>& add_selection_options(OptionTable<Options>& table) {
  return table
      .enumeration("select", &Options::select, {"valid_accuracy", "valid_loss", "last"},
                   "The epoch whose weights are kept. valid_accuracy: the one with the highest "
                   "accuracy on the validation part (if several have it, the one with the lowest "
                   "loss). valid_loss: the one with the lowest loss there. last: the last one, "
                   "which is also kept if there is no validation part.",
                   "the paper, section 6: early stopping to save the best model")
      .integer("patience", &Options::patience, 1, 1'000'000,
               "Training stops after this number of epochs without a better one. auto: it does not "
               "stop early.")
      .enumeration("class_weights", &Options::class_weights, {"none", "balanced"},
                   "none: all examples count alike in the loss. balanced: all classes count alike, "
                   "whatever their number of examples.");
}

template <typename Options>
OptionTable<Options>& add_computation_options(OptionTable<Options>& table) {
  return table
      .enumeration("device", &Options::device, {"cpu", "cuda"},
                   "Where to compute. auto: on a GPU if there is one.")
      .without_identity()
      .enumeration("precision", &Options::precision, {"single", "mixed"},
                   "single: everything in float32. mixed: products in bfloat16, weights and sums "
                   "in float32.")
      .boolean("channels_last", &Options::channels_last,
               "Store images with their channels innermost, which is faster on GPUs and in mixed "
               "precision.")
      .integer("prefetch", &Options::prefetch, 1, 64,
               "Number of batches that are prepared ahead, while others are computed.")
      .without_identity();
}

/// Adds the options of training to those of a method, whose struct derives from TrainingOptions.
template <typename Options>
OptionTable<Options>& add_training_options(OptionTable<Options>& table) {
  add_optimiser_options(table);
  add_schedule_options(table);
  add_layer_options(table);
  add_selection_options(table);
  add_augmentation_options(table);
  return add_computation_options(table);
}

}  // namespace genrebench
