#pragma once
// Which tracks are being decoded now, told among the threads and processes that fill one cache.

#include <filesystem>
#include <optional>
#include <string>

#include "base/program_start.hpp"

namespace genrebench {

/// Keeps two from computing the same of one track at the same time. A claim is advice: without it
/// work is done twice and gives the same result. Threads may share one.
///
/// A claim is a lock of one byte of the file `claims` in the cache's folder, which the kernel
/// releases when its process ends in any way. The byte follows from the track, so two tracks in
/// 2^60 share one.
class TrackClaims {
 public:
  /// @param folder  that of the cache; empty: every claim is granted
  explicit TrackClaims(std::filesystem::path folder);

  /// Holds until it is destroyed.
  class Claim {
   public:
    explicit Claim(Descriptor locked) : locked_(std::move(locked)) {}

   private:
    Descriptor locked_;
  };

  /// @param track  the content of its file and its span
  /// @return       nothing if another thread or process has it. Where the file system has no locks
  ///               or cannot be written, every claim is granted
  std::optional<Claim> take(const std::string& track) const;

 private:
  std::filesystem::path file_;
};

}  // namespace genrebench
