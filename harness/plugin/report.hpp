#pragma once
// What a report plug-in is: it reads the run store, and nothing else, and gives a document.

#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

/// Which part of the store a report is about.
struct ReportScope {
  std::vector<std::string> experiments;  ///< names; empty: all in the store
};

/// Makes one kind of document. Immutable.
class Report {
 public:
  virtual ~Report() = default;

  /// Equal stores give equal documents, to the byte: no time of day, no order of a hash table.
  /// @throws ConfigError  if the store holds nothing that the report is about; the message says
  /// what
  ///                      it expected
  virtual Document render(const StoreReader& store, const ReportScope& scope) const = 0;
};

}  // namespace genrebench
