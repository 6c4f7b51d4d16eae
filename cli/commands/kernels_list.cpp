// `genrebench kernels list`: the benchmark programs and their benchmarks.

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/kernel_sessions.hpp"
#include "cli/shared_arguments.hpp"
#include "reports/support/kernel_measures.hpp"

namespace genrebench::cli {
namespace {

class KernelsListCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    programs_.declare(arguments);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    Table table{.title = "benchmarks of kernels",
                .columns = {"program", "benchmark", "plain reference"}};
    for (const BenchmarkProgram& program : programs_.find()) {
      const std::vector<std::string> names = benchmarks_of(program);
      for (const std::string& name : names) {
        const auto reference = plain_reference(name, names);
        table.rows.push_back(
            {{.text = program.name}, {.text = name}, {.text = reference.value_or("")}});
        rows.push_back({{"program", program.name},
                        {"benchmark", name},
                        {"reference", reference ? nlohmann::ordered_json(*reference)
                                                : nlohmann::ordered_json(nullptr)}});
      }
    }
    if (context.json)
      print_json({{"benchmarks", std::move(rows)}});
    else
      print_table(table);
    return kDone;
  }

 private:
  KernelPrograms programs_;
};

}  // namespace

void command_kernels_list(CommandList& commands) {
  commands.add<KernelsListCommand>(
      {.name = "kernels list",
       .group = CommandGroup::data,
       .position = 51,
       .summary = "List the benchmark programs and their benchmarks",
       .details = "The programs are started, and check themselves before they answer."});
}

}  // namespace genrebench::cli
