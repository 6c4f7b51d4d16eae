#include "harness/data/track_claims.hpp"

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/digest.hpp"

namespace genrebench {

TrackClaims::TrackClaims(std::filesystem::path folder) {
  if (folder.empty()) return;
  std::error_code error;  // whoever writes to the cache reports it
  std::filesystem::create_directories(folder, error);
  file_ = std::move(folder) / "claims";
}

std::optional<TrackClaims::Claim> TrackClaims::take(const std::string& track) const {
  if (file_.empty()) return Claim(Descriptor());
  // A lock belongs to the opened file, so that threads exclude each other as well.
  Descriptor opened(::open(file_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (opened.number() < 0) return Claim(Descriptor());
  constexpr std::size_t kDigits = 15;  // 60 bits: an offset in a file has 63
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = std::stoll(content_hash(track).substr(0, kDigits), nullptr, 16);
  lock.l_len = 1;
  if (::fcntl(opened.number(), F_OFD_SETLK, &lock) == 0) return Claim(std::move(opened));
  if (errno == EAGAIN || errno == EACCES) return std::nullopt;
  return Claim(Descriptor());
}

}  // namespace genrebench
