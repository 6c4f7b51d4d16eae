#include "reports/support/table2_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/support/cells.hpp"
#include "reports/support/settings.hpp"

namespace genrebench::table2 {
namespace {

void add_once(std::vector<Parameters>& list, const Parameters& entry) {
  if (std::find(list.begin(), list.end(), entry) == list.end()) list.push_back(entry);
}

void add_run(Block& block, const RunRecord& run, const Parameters& configuration) {
  const Place place = {with_prefix(configuration, {"method."}),
                       with_prefix(configuration, {"excerpt."})};
  block.methods.resize(kRows.size());
  block.excerpts.resize(kColumns.size());
  for (std::size_t r = 0; r < kRows.size(); ++r)
    if (run.parameter("method.name") == kRows[r].method) add_once(block.methods[r], place.method);
  for (std::size_t c = 0; c < kColumns.size(); ++c)
    if (run.parameter("excerpt.name") == kColumns[c].excerpt)
      add_once(block.excerpts[c], place.excerpt);
  block.cells[place].push_back(&run);
  block.runs.push_back(&run);
}

/// Gives each block its title, and an id that no other has.
void name_blocks(std::vector<Block>& blocks) {
  std::map<Protocol::Kind, std::size_t> n_of_kind;
  for (Block& block : blocks) {
    std::vector<Parameters> alike;  // the other tables of this protocol, from which the title must
                                    // tell it apart
    for (const Block& other : blocks)
      if (other.protocol == block.protocol) alike.push_back(other.parameters);
    block.title = "Evaluation of some classic algorithms on " +
                  data_title(block.parameters, block.protocol, alike);
    block.folds = has_folds(block.runs);
    const std::size_t number = ++n_of_kind[block.protocol.kind];
    block.id = "table2_" + kind_id(block.protocol) + (number > 1 ? fmt::format("_{}", number) : "");
  }
}

/// All options but the plug-in's name.
std::string options_text(const Parameters& parameters, const std::string& prefix) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : parameters)
    if (key != prefix + "name") keys.push_back(key);
  return describe(parameters, keys, prefix);
}

}  // namespace

bool in_table(const RunRecord& run) {
  const std::string method = run.parameter("method.name");
  const std::string excerpt = run.parameter("excerpt.name");
  return std::any_of(kRows.begin(), kRows.end(),
                     [&](const Row& row) { return row.method == method; }) &&
         std::any_of(kColumns.begin(), kColumns.end(),
                     [&](const Column& column) { return column.excerpt == excerpt; });
}

std::optional<double> paper_value(const Place& place) {
  for (const Row& row : kRows)
    for (std::size_t c = 0; c < kNExcerpts; ++c)
      if (place.method_name() == row.method && place.excerpt_name() == kColumns[c].excerpt)
        return row.paper[c];
  return std::nullopt;
}

const Runs& Block::runs_of(const Place& place) const {
  static const Runs none;
  const auto found = cells.find(place);
  return found == cells.end() ? none : found->second;
}

std::vector<Block> make_blocks(const Scope& scope) {
  const std::vector<Parameters> configuration = configurations(scope.runs);
  const std::vector<Protocol> protocol = protocols(scope.runs);
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < scope.runs.size(); ++i) {
    if (!in_table(scope.runs[i])) continue;
    const Parameters shared = without_prefix(configuration[i], {"method.", "excerpt."});
    auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) {
      return b.parameters == shared && b.protocol == protocol[i];
    });
    if (block == blocks.end()) {
      block = blocks.emplace(blocks.end());
      block->parameters = shared;
      block->protocol = protocol[i];
    }
    add_run(*block, scope.runs[i], configuration[i]);
  }
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const Block& a, const Block& b) { return a.protocol < b.protocol; });
  name_blocks(blocks);
  return blocks;
}

std::string variant_title(std::string_view title, const std::vector<Parameters>& variants,
                          const Parameters& variant, std::string_view prefix) {
  const std::string text =
      with_segmentation(describe(variant, varying_keys(variants), prefix), variant);
  return std::string(title) + (text.empty() ? "" : " (" + text + ")");
}

std::vector<Cell> cell_cells(const Block& block, const Place& place) {
  return {text_cell(block.id),
          text_cell(place.method_name()),
          text_cell(options_text(place.method, "method.")),
          text_cell(place.excerpt_name()),
          text_cell(options_text(place.excerpt, "excerpt.")),
          text_cell(value_of(block.parameters, "dataset.name"))};
}

std::vector<Cell> protocol_cells(const Block& block) {
  return {text_cell(to_string(block.protocol)), flag_cell(block.is_leaky())};
}

}  // namespace genrebench::table2
