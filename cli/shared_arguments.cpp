#include "cli/shared_arguments.hpp"

namespace genrebench::cli {

void add_database(Arguments& arguments, Context& context) {
  arguments.add({.name = "--db",
                 .value = "FILE",
                 .help = "The run store, one SQLite file",
                 .completes = Completion::file},
                context.database);
}

void add_json(Arguments& arguments, Context& context) {
  arguments.add_flag({.name = "--json", .help = "Print JSON"}, context.json);
}

void add_quiet(Arguments& arguments, Context& context) {
  arguments.add_flag({.name = "-q,--quiet", .help = "Print warnings and errors only, no progress"},
                     context.quiet);
}

void add_cache(Arguments& arguments, Context& context) {
  arguments.add({.name = "--cache",
                 .value = "FOLDER",
                 .help = "Folder of cached features and generated datasets",
                 .completes = Completion::folder},
                context.cache_folder);
  arguments.add_flag({.name = "--no-cache", .help = "Neither read nor write cached features"},
                     [&context] { context.cache_folder.clear(); });
}

Argument& add_threads(Arguments& arguments, Context& context, const std::string& help) {
  return arguments.add(
      {.name = "--threads", .value = "N", .help = help, .minimum = 1, .maximum = 1024},
      context.threads);
}

void add_work(Arguments& arguments, Context& context) {
  add_cache(arguments, context);
  add_threads(arguments, context);
  add_quiet(arguments, context);
}

void add_formats(Arguments& arguments, std::vector<std::string>& names) {
  arguments.add({.name = "--format",
                 .value = "FORMAT",
                 .help = "markdown, latex, html, json or csv; all if left out"},
                names);
}

void add_experiments(Arguments& arguments, std::vector<std::string>& words, bool required) {
  arguments.add({.name = "FILE",
                 .value = "FILE... [KEY=VALUE...]",
                 .help = "Experiment files, then key=value words that override their keys",
                 .required = required,
                 .completes = Completion::experiment_file},
                words);
}

void add_options(Arguments& arguments, std::vector<std::string>& words, const std::string& help) {
  arguments.add({.name = "KEY=VALUE", .value = "KEY=VALUE...", .help = help}, words);
}

}  // namespace genrebench::cli
