#include "models/training/history.hpp"

namespace genrebench {

bool is_better(const Epoch& now, const Epoch& best, TrainingOptions::Select select) {
  const bool lower_loss = now.valid.loss < best.valid.loss;
  switch (select) {
    case TrainingOptions::Select::valid_accuracy:
      return now.valid.accuracy > best.valid.accuracy ||
             (now.valid.accuracy == best.valid.accuracy && lower_loss);
    case TrainingOptions::Select::valid_loss:
      return lower_loss;
    case TrainingOptions::Select::last:
      break;
  }
  return true;
}

void report_epoch(FitContext& context, std::int64_t number, const Epoch& epoch, bool has_valid) {
  context.curve("loss", "train", number, epoch.train.loss);
  context.curve("accuracy", "train", number, epoch.train.accuracy);
  if (has_valid) {
    context.curve("loss", "valid", number, epoch.valid.loss);
    context.curve("accuracy", "valid", number, epoch.valid.accuracy);
  }
  context.curve("learning_rate", "train", number, epoch.learning_rate);
  context.curve("gradient_norm", "train", number, epoch.gradient_norm);
  context.curve("seconds", "train", number, epoch.seconds);
  context.curve("samples_per_second", "train", number, epoch.samples_per_second);
  context.curve("data_wait_s", "train", number, epoch.data_wait_s);
}

}  // namespace genrebench
