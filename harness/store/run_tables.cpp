#include "harness/store/run_tables.hpp"

#include <array>

namespace genrebench {
namespace {

constexpr std::array<RunColumn, 2> kPair = {{{"name", Refers::text}, {"value", Refers::text}}};
constexpr std::array<RunColumn, 4> kMetric = {
    {{"step"}, {"split", Refers::text}, {"name", Refers::text}, {"value"}}};
constexpr std::array<RunColumn, 4> kPrediction = {
    {{"split", Refers::text}, {"tracks", Refers::track_list}, {"predicted"}, {"probabilities"}}};
constexpr std::array<RunColumn, 2> kBadTrack = {
    {{"track", Refers::text}, {"message", Refers::text}}};
constexpr std::array<RunColumn, 3> kArtifact = {{{"name"}, {"sha256"}, {"bytes"}}};

constexpr std::array<RunTable, 7> kRunTables = {{{"parameters", kPair},
                                              {"facts", kPair},
                                              {"environment", kPair},
                                              {"metrics", kMetric},
                                              {"predictions", kPrediction},
                                              {"bad_tracks", kBadTrack},
                                              {"artifacts", kArtifact}}};

}  // namespace

std::span<const RunTable> run_tables() { return kRunTables; }

}  // namespace genrebench
