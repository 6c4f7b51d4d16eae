#include "harness/experiment/experiment_options.hpp"

namespace genrebench {

const OptionTable<ExperimentOptions>& experiment_option_table() {
  static const OptionTable<ExperimentOptions> table = [] {
    OptionTable<ExperimentOptions> t;
    t.text("name", &ExperimentOptions::name,
           "The name in the store and in reports. Empty: the file's name without its extension.")
        .text("description", &ExperimentOptions::description, "What the experiment is about.")
        .list("compare_with", &ExperimentOptions::compare_with, {},
              "Names of experiments whose results belong in the same reports.");
    return t;
  }();
  return table;
}

const OptionSchema& experiment_option_schema() {
  static const OptionSchema schema = experiment_option_table().schema();
  return schema;
}

}  // namespace genrebench
