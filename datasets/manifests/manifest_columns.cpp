#include "datasets/manifests/manifest_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

class Finder {
 public:
  Finder(const ManifestOptions& options, const RecordTable& table)
      : options_(options), table_(table), used_(table.columns.size()) {}

  ManifestColumns find() {
    ManifestColumns columns;
    columns.genre = use(options_.genre_column);
    columns.id = of_option(&ManifestOptions::id_column);
    columns.path = path();
    if (!columns.id && !columns.path)
      throw DataError(fmt::format(
          "{}: expected a column 'id' or 'path' (dataset.id_column, dataset.path), found the "
          "columns {}",
          table_.name, name_list(table_.columns)));
    columns.title = of_option(&ManifestOptions::title_column);
    columns.start = of_option(&ManifestOptions::start_column);
    columns.end = of_option(&ManifestOptions::end_column);
    columns.md5 = of_option(&ManifestOptions::md5_column);
    columns.sources = of_option(&ManifestOptions::sources_column);
    columns.groups = groups();
    columns.splits = named(options_.split_columns, "split_columns", kSplitPrefix);
    columns.folds = named(options_.fold_columns, "fold_columns", kFoldPrefix);
    refuse_twice(columns.splits, columns.folds, "published split");
    for (const std::string& name : options_.feature_columns)
      columns.features.push_back({utf8_name(name), use(name)});
    add_prefixed(kFeaturePrefix, columns.features);
    refuse_twice(columns.features, {}, "feature");
    for (const RowCondition& condition : parse_conditions(options_.where))
      columns.conditions.push_back({table_.column(condition.column), condition.values});
    for (std::size_t i = 0; i < used_.size(); ++i)
      if (!used_[i]) columns.further.push_back({utf8_name(table_.columns[i]), i});
    return columns;
  }

 private:
  std::size_t use(const std::string& name) {
    const std::size_t place = table_.column(name);
    used_[place] = true;
    return place;
  }

  /// The column that an option names; one of the default name may be absent.
  std::optional<std::size_t> of_option(std::string ManifestOptions::*option) {
    const std::string& name = options_.*option;
    if (name.empty() || (name == defaults_.*option && !table_.has_column(name)))
      return std::nullopt;
    return use(name);
  }

  std::optional<CellPattern> path() {
    if (options_.path.empty() ||
        (options_.path == defaults_.path && !table_.has_column(options_.path)))
      return std::nullopt;
    CellPattern pattern(options_.path, fmt::format("{}: option 'path'", kManifestWhere));
    // A cell that only a pattern uses, such as a number, is kept besides.
    for (const std::string& column : pattern.columns_in(table_))
      if (pattern.is_column())
        use(column);
      else
        table_.column(column);
    return pattern;
  }

  std::vector<ManifestColumns::Named> groups() {
    std::vector<ManifestColumns::Named> groups;
    const auto add = [&](const char* kind, std::string ManifestOptions::*option) {
      if (const auto place = of_option(option)) groups.push_back({kind, *place});
    };
    add("artist", &ManifestOptions::artist_column);
    add("album", &ManifestOptions::album_column);
    add("song", &ManifestOptions::song_column);
    for (ManifestColumns::Named& group :
         named(options_.group_columns, "group_columns", kGroupPrefix))
      groups.push_back(std::move(group));
    refuse_twice(groups, {}, "kind of group");
    return groups;
  }

  /// Those that an option names, and those that begin with the prefix.
  std::vector<ManifestColumns::Named> named(const std::vector<std::string>& words,
                                            std::string_view option, std::string_view prefix) {
    std::vector<ManifestColumns::Named> result;
    for (const std::string& word : words) {
      const auto [name, column] = parse_named_column(word, option);
      result.push_back({utf8_name(name), use(column)});
    }
    add_prefixed(prefix, result);
    return result;
  }

  void add_prefixed(std::string_view prefix, std::vector<ManifestColumns::Named>& result) {
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const std::string& column = table_.columns[i];
      if (used_[i] || !column.starts_with(prefix) || column.size() == prefix.size()) continue;
      used_[i] = true;
      result.push_back({utf8_name(column.substr(prefix.size())), i});
    }
  }

  void refuse_twice(const std::vector<ManifestColumns::Named>& some,
                    const std::vector<ManifestColumns::Named>& others,
                    std::string_view what) const {
    std::set<std::string_view> seen;
    for (const auto* list : {&some, &others})
      for (const ManifestColumns::Named& one : *list)
        if (!seen.insert(one.name).second)
          throw ConfigError(fmt::format("{}: two columns of {} give the {} '{}'", kManifestWhere,
                                        table_.name, what, one.name.substr(0, 100)));
  }

  const ManifestOptions& options_;
  const ManifestOptions defaults_ = {};
  const RecordTable& table_;
  std::vector<bool> used_;
};

}  // namespace

ManifestColumns find_manifest_columns(const ManifestOptions& options, const RecordTable& table) {
  return Finder(options, table).find();
}

}  // namespace genrebench
