#pragma once
// What a deformation plug-in is: it damages a recording in a known way and to a known degree, so
// that an experiment can ask whether a method still hears the genre.

#include <cstdint>
#include <string>
#include <vector>

namespace genrebench {

/// Changes the samples of whole tracks. Immutable, shared between threads.
class Deformation {
 public:
  virtual ~Deformation() = default;

  /// How strong it is under its options, on a scale of its own: 0 exactly if it leaves every sample
  /// as it is, and more where it damages more. Reports order levels by it.
  virtual double strength() const = 0;

  /// The level in words: "10 dB SNR".
  virtual std::string level() const = 0;

  /// @param samples         mono, full scale is 1, the whole track at the rate of its file
  /// @param sample_rate_hz  of the samples, and of the result
  /// @param seed            of the track: the same samples, options and seed give the same bits
  /// @return                the samples themselves if strength() is 0; the number may be another
  /// @throws DataError      if this track cannot be deformed so, such as one that is too short; the
  ///                        message need not name it. It becomes a bad track
  virtual std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                                   std::uint64_t seed) const = 0;
};

}  // namespace genrebench
