// `genrebench list`: every plug-in with its options, for people, for programs and as the reference
// in docs/.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/closest_name.hpp"
#include "cli/console.hpp"
#include "cli/plugin_reference.hpp"
#include "cli/shared_arguments.hpp"

namespace genrebench::cli {
namespace {

/// Leaves the kinds and plug-ins that were asked for.
/// @throws ConfigError  if there are none
std::vector<PluginKind> select(std::vector<PluginKind> kinds, const std::string& kind,
                               const std::string& name) {
  if (!kind.empty()) {
    std::vector<std::string> known;
    for (const PluginKind& k : kinds) known.push_back(k.name);
    std::erase_if(kinds,
                  [&](const PluginKind& k) { return k.name != kind && k.name != kind + "s"; });
    if (kinds.empty())
      throw ConfigError(unknown_name_message("kind of plug-in", kind, "list", known));
  }
  if (!name.empty()) {
    std::vector<const PluginInfo*>& plugins = kinds.front().plugins;
    std::vector<std::string> known;
    for (const PluginInfo* plugin : plugins) known.push_back(plugin->name);
    std::erase_if(plugins, [&](const PluginInfo* plugin) { return plugin->name != name; });
    if (plugins.empty())
      throw ConfigError(unknown_name_message("plug-in", name, "list " + kind, known));
  }
  return kinds;
}

nlohmann::ordered_json kinds_json(const std::vector<PluginKind>& kinds) {
  nlohmann::ordered_json result;
  for (const PluginKind& kind : kinds) {
    result[kind.name] = nlohmann::ordered_json::array();
    for (const PluginInfo* plugin : kind.plugins) result[kind.name].push_back(to_json(*plugin));
  }
  return result;
}

void print_names(const std::vector<PluginKind>& kinds) {
  for (const PluginKind& kind : kinds) {
    Table table{.title = kind.name, .columns = {"name", "what it is"}};
    for (const PluginInfo* plugin : kind.plugins)
      table.rows.push_back({{.text = plugin->name}, {.text = plugin->summary}});
    print_table(table);
    write_out("\n");
  }
  print_line(0,
             "`genrebench list methods` shows options; `genrebench list methods svm` those of one "
             "plug-in.");
}

void print_options(const PluginInfo& plugin) {
  print_line(0, fmt::format("{}: {}", plugin.name, plugin.summary));
  if (!plugin.source.empty()) print_line(2, "source: " + plugin.source);
  for (const OptionInfo& option : plugin.options.options()) {
    const std::string range = range_text(option);
    print_line(2, fmt::format("{} ({}{}{}; default {})", option.name, to_string(option.type),
                              range.empty() ? "" : ", ", range, default_text(option)));
    print_line(6, option.help + (option.source.empty() ? "" : fmt::format(" [{}]", option.source)));
  }
  for (const Preset& preset : plugin.options.presets())
    print_line(2, fmt::format("preset {}: {}", preset.name, preset_text(preset)));
  write_out("\n");
}

class ListCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "KIND",
                   .help = "datasets, splits, excerpts, features, methods, deformations or "
                           "reports; all if left out",
                   .completes = Completion::plugin_kind},
                  kind_);
    arguments.add({.name = "NAME", .help = "Only this plug-in"}, name_);
    add_json(arguments, context);
    arguments.add_flag({.name = "--markdown", .help = "Print the reference in Markdown"},
                       markdown_);
  }

  int run(Context& context) override {
    const std::vector<PluginKind> kinds = select(plugin_kinds(context.registry), kind_, name_);
    if (context.json)
      print_json(kinds_json(kinds));
    else if (markdown_)
      write_out("{}", reference_markdown(kinds));
    else if (kind_.empty())
      print_names(kinds);
    else
      for (const PluginInfo* plugin : kinds.front().plugins) print_options(*plugin);
    return kDone;
  }

 private:
  std::string kind_, name_;
  bool markdown_ = false;
};

}  // namespace

void command_list(CommandList& commands) {
  commands.add<ListCommand>({.name = "list",
                             .group = CommandGroup::program,
                             .position = 1,
                             .summary = "List the plug-ins and their options"});
}

}  // namespace genrebench::cli
