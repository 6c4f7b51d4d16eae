// `genrebench report`: from the store to tables and figures.

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "harness/cli/commands.hpp"
#include "harness/cli/console.hpp"
#include "harness/configuration.hpp"
#include "reports/render/render.hpp"

#include <unistd.h>

namespace genrebench::cli {

int report(const Registry& registry, const CommonOptions& common, const ReportArguments& arguments) {
  const auto store = RunStore::open(common.database, RunStore::Mode::read);
  std::vector<std::string> known;
  for (const ExperimentRecord& record : store->experiments()) known.push_back(record.name);

  const auto add = [](ReportScope& scope, const std::string& name) {
    if (std::find(scope.experiments.begin(), scope.experiments.end(), name) == scope.experiments.end()) scope.experiments.push_back(name);
  };
  // Experiments that ask for the same report are reported together: the leaky table beside the other.
  std::vector<std::string> order = arguments.reports;
  std::map<std::string, ReportScope> scopes;
  for (const std::string& word : arguments.words) {
    std::string name = word;
    std::vector<std::string> reports = arguments.reports, beside;
    if (word.ends_with(".yaml") || word.ends_with(".yml")) {
      const ExperimentHeader header = read_experiment_header(word, registry);
      name = header.name;
      if (reports.empty()) reports = header.reports;
      beside = header.compare_with;
    }
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw ConfigError(unknown_name_message("experiment", name, common.database.string(), known));
    if (reports.empty()) reports = {"summary"};
    for (const std::string& r : reports) {
      if (std::find(order.begin(), order.end(), r) == order.end()) order.push_back(r);
      add(scopes[r], name);
      for (const std::string& other : beside) {
        if (std::find(known.begin(), known.end(), other) != known.end())
          add(scopes[r], other);
        else
          fmt::print(stderr, "{} belongs beside {} and is not in {} yet\n", other, name, common.database.string());
      }
    }
  }
  if (order.empty()) order = {"summary"};
  std::vector<Format> formats;
  for (const std::string& format : arguments.formats) formats.push_back(parse_format(format));
  if (formats.empty()) formats = all_formats();

  for (const std::string& name : order) {
    const ReportPlugin& plugin = registry.reports.get(name, "report");
    const Document document = plugin.make(plugin.options.resolve({}, "report " + name))->render(*store, scopes[name]);
    fmt::print("{}", common.json ? render_json(document) : render_terminal(document, {.colours = ::isatty(STDOUT_FILENO) != 0}));
    if (arguments.out.empty()) continue;
    for (const std::filesystem::path& file : write_document(document, arguments.out, formats)) fmt::print(stderr, "wrote {}\n", file.string());
  }
  return 0;
}

}  // namespace genrebench::cli
