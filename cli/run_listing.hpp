#pragma once
// Lists of runs as `genrebench runs` shows them: filtered, sorted, grouped, and written as a table,
// CSV or JSON.

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/store/run_list.hpp"

namespace genrebench::cli {

/// What is asked for. Keys are those of list_runs().
struct ListingRequest {
  std::string experiment = {};            ///< only the runs of its latest plan; empty: all
  std::string status = {};                ///< empty: any
  std::vector<std::string> where = {};    ///< conditions (harness/store/run_conditions.hpp), all of
                                          ///< which must hold
  std::vector<std::string> columns = {};  ///< keys; each may hold several, with commas between
                                          ///< them; empty: the usual ones
  std::vector<std::string> sort = {};     ///< the same; "key:desc" for the largest first
  std::vector<std::string> group = {};  ///< one row for all runs that have the same values of these
  std::size_t limit = 0;                ///< of rows; 0: all
};

struct ListingColumn {
  std::string name = {};
  RunKeyKind kind = RunKeyKind::field;
  bool numeric = false;  ///< all its values are numbers
};

struct Listing {
  std::vector<ListingColumn> columns = {};
  std::vector<std::vector<std::string>> rows = {};  ///< empty: no value
  std::vector<RunRecord> runs = {};                 ///< one per row, without parameters and facts;
                                                    ///< empty if runs are grouped
  std::size_t n_rows = 0;  ///< rows that there are, of which `limit` may have cut some
  std::size_t n_runs = 0;  ///< runs that fulfil the conditions
  std::size_t n_of = 0;    ///< runs among which they were looked for
};

/// The words of an option that takes names with commas between them.
/// @throws ConfigError  for an empty name
std::vector<std::string> comma_words(const std::vector<std::string>& words,
                                     const std::string& option);

/// The columns where none are asked for.
const std::vector<std::string>& usual_columns();

/// Grouped runs have the columns of the groups, "runs", "done", and for each of the request's
/// columns that holds numbers its mean and its sample standard deviation ("test.accuracy.mean",
/// "test.accuracy.sd"), for others the value that all have, or how many there are ("3 values").
/// @throws ConfigError  for unknown keys, experiments and statuses, and for malformed conditions
/// @throws DataError    if the store cannot be read
Listing make_listing(const std::filesystem::path& store, const ListingRequest& request);

/// For readers: short ids, accuracies in percent.
Table listing_table(const Listing& listing);

/// Every value in full, as CSV with a header.
std::string listing_csv(const Listing& listing);

/// An object per row. Numbers of runs (metrics, seeds, times) are numbers, parameters and facts are
/// the texts that the store has, values that are missing are null.
nlohmann::ordered_json listing_json(const Listing& listing);

}  // namespace genrebench::cli
