#pragma once
// Arguments that several commands take. Their values are in the Context.

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace genrebench::cli {

void add_database(Arguments& arguments, Context& context);
void add_json(Arguments& arguments, Context& context);
void add_quiet(Arguments& arguments, Context& context);

/// --cache and --no-cache.
void add_cache(Arguments& arguments, Context& context);

Argument& add_threads(Arguments& arguments, Context& context,
                      const std::string& help = "Threads for decoding and features");

/// What a command that computes takes: the cache, threads and --quiet.
void add_work(Arguments& arguments, Context& context);

/// --format, of the files that a report is written to: names for parse_formats().
void add_formats(Arguments& arguments, std::vector<std::string>& names);

/// Experiment files, then key=value words.
void add_experiments(Arguments& arguments, std::vector<std::string>& words, bool required = true);

/// Options of a plug-in, as key=value words.
void add_options(Arguments& arguments, std::vector<std::string>& words,
                 const std::string& help = "Options of the plug-in");

}  // namespace genrebench::cli
