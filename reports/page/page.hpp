#pragma once
// Everything about a study on one page of HTML.

#include <map>
#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/plugin/report.hpp"

namespace genrebench {

/// What a page is made of.
struct PageContent {
  std::string title = {};              ///< plain text
  std::vector<Document> reports = {};  ///< in any order: their names say in which section they are
  /// Commands that make the study again, one per line, as a user types them.
  std::vector<std::string> commands = {};
  /// The command that makes an experiment's runs again, by its file as the store names it. Where a
  /// file has none, the page names the file alone.
  std::map<std::string, std::string> run_commands = {};
  /// What names the store at the end of a command: " --db mine.db"; empty: the usual one.
  std::string of_store = {};
};

/// The number of configurations in scope: runs that differ only in the seed are one.
std::size_t n_configurations(const StoreReader& store, const ReportScope& scope);

/// Reports that a page has wherever they apply, whether or not an experiment asks for them, because
/// readers of any study ask for them. With more than 20 configurations in scope, those are left out
/// that draw each of them.
/// @throws ConfigError  as load_scope()
std::vector<std::string> page_reports(const StoreReader& store, const ReportScope& scope);

/// The page: what was run, the reports by section, what failed, the environment, how to reproduce
/// it, and the runs. It needs no other file and no network, and its policy forbids both; sound
/// files are played from where they lie. Without scripts it shows the static figures.
/// @throws ConfigError  as load_scope()
std::string render_page(const PageContent& content, const StoreReader& store,
                        const ReportScope& scope);

}  // namespace genrebench
