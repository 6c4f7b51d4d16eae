#pragma once
// The events of one run, in an order in which a run that goes on only adds to them.

#include <string>

#include "exports/exported_runs.hpp"

namespace genrebench {

/// The bytes of a run's event file, without figures: the version, the session's parameters, a text
/// about the run, its curves by epoch, and, once it has ended, its final metrics and the end of the
/// session. The same run gives the same bytes, and a run with more epochs gives bytes that begin
/// with those of before.
///
/// Tags: a curve is "loss/train", so that the parts of one metric share a chart's group; a final
/// value is "test/accuracy", at step 0. The time of an event is that of the run's start, plus the
/// seconds of the epochs up to it where the run recorded them (the curve train/seconds): the store
/// holds no other times.
///
/// @param again  the file takes the place of another one, whose events a TensorBoard that is
///               running is told to forget
std::string run_events(const StoreReader& store, const ExportedRun& exported, bool again = false);

/// The time at which a run's events begin, seconds since 1970.
double start_of(const RunRecord& run);

/// The confusion of the test tracks as PNG; empty: it has no predictions, or too many genres for a
/// picture.
/// @throws DataError  if gnuplot is missing or fails
std::string confusion_png(const StoreReader& store, const RunRecord& run);

}  // namespace genrebench
