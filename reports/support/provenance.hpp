#pragma once
// Which programs, libraries and machines the numbers of a report come from. Every report ends with
// these sentences.

#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/report.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// Sentences on the runs that are done: in which programs, libraries, plug-in versions, processors,
/// GPUs and (for networks) devices and numbers of threads they differ, and whether they are by
/// another program than this one; the segmentations, weights and imported predictions among them.
std::vector<std::string> provenance_notes(const StoreReader& store, const Runs& runs);

/// What a report says of a part of the store: first alarms (alarms.hpp), last the provenance of the
/// runs in its data tables (of all in scope where these name none).
/// @param options  as OptionSchema::resolve() returned them
/// @throws ConfigError  as Report::render()
Document render_report(const ReportPlugin& plugin, const OptionValues& options,
                       const StoreReader& store, const ReportScope& scope);

}  // namespace genrebench
