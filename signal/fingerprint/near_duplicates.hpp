#pragma once
// Finds recordings that differ only in coding, level, trimming, speed and pitch.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "signal/fingerprint/fingerprint.hpp"

namespace genrebench {

/// Two recordings that hold the same sound, and how the second came from the first.
struct NearDuplicate {
  std::size_t first = 0, second = 0;  ///< indices, first < second
  /// Share of the peaks of either recording, where they overlap, that the other has too. Corrected
  /// for chance as Cohen's kappa: 0 is the share that the same two recordings reach when shifted
  /// against each other, 1 means every peak.
  double score = 0.0;
  double speed = 1.0;            ///< above 1: the second is faster
  double pitch_semitones = 0.0;  ///< how much higher the second is
  double offset_s = 0.0;   ///< where in the second the first begins; negative: the second begins
                           ///< later
  double overlap_s = 0.0;  ///< of the first
};

struct NearDuplicateOptions {
  /// Least score of a reported pair, 0 to 1. The default lies between the highest score of
  /// different songs that was measured, 0.34, and the lowest of duplicates, 0.57 (see
  /// tests/datasets/near_duplicates_test.cpp). Lower it to find further pairs to listen to.
  double min_score = 0.45;
  /// Least number of seconds that two recordings share.
  double min_overlap_s = 5.0;
  /// Threads; the result does not depend on them.
  int threads = 1;
};

/// All pairs of recordings that are near duplicates, in order of first and second.
///
/// Triplets of peaks are hashed by two differences of pitch and a ratio of times, which do not
/// change with speed or pitch, and looked up among all recordings. Pairs of recordings whose
/// triplets agree in pitch and in time are candidates. Each candidate is aligned to the frame, and
/// its peaks are compared one by one. This finds shifts of pitch and changes of speed of up to
/// 7.5 %, together or alone. Time grows with the square of the number of recordings, but slowly:
/// two seconds for a thousand recordings of 30 s. Memory: about 30 KB per 30 s. Source: after J.
/// Six and M. Leman, Panako, ISMIR 2014
/// @param progress  told (done, total) from one thread at a time; may be empty
/// @throws ConfigError  if an option is out of range
std::vector<NearDuplicate> near_duplicates(
    std::span<const Fingerprint> recordings, const NearDuplicateOptions& options = {},
    const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace genrebench
