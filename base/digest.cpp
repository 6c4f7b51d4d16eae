#include "base/digest.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"

namespace genrebench {
namespace {

std::string hex(const unsigned char* bytes, std::size_t n) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

std::string hex(const XXH128_hash_t& hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return hex(canonical.digest, sizeof canonical.digest);
}

std::int64_t in_ns(const timespec& time) {
  return std::int64_t{1'000'000'000} * time.tv_sec + time.tv_nsec;
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return in_ns(now);
}

/// A regular file, open for reading.
class OpenFile {
 public:
  /// @throws FileUnreadable
  explicit OpenFile(const std::filesystem::path& file) : file_(file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) fail(errno);
    require_regular(status);  // before it is opened: a pipe would keep us waiting
    descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail(errno);
  }
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  FileState state() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail(errno);
    require_regular(status);
    return {.device = status.st_dev,
            .inode = status.st_ino,
            .size = status.st_size,
            .modified_ns = in_ns(status.st_mtim),
            .changed_ns = in_ns(status.st_ctim)};
  }

  /// Reads it from its beginning to its end.
  template <typename Take>
  void read(const Take& take) const {
    constexpr std::size_t kBlock = 1 << 20;
    const auto block = std::make_unique_for_overwrite<char[]>(kBlock);
    for (off_t offset = 0;;) {
      const ssize_t n = ::pread(descriptor_, block.get(), kBlock, offset);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(errno);
      if (n == 0) return;
      take(block.get(), static_cast<std::size_t>(n));
      offset += n;
    }
  }

 private:
  [[noreturn]] void fail(int code) const { throw FileUnreadable(file_, std::strerror(code)); }
  void require_regular(const struct stat& status) const {
    if (S_ISDIR(status.st_mode)) throw FileUnreadable(file_, "it is a folder");
    if (!S_ISREG(status.st_mode)) throw FileUnreadable(file_, "it is no regular file");
  }

  const std::filesystem::path& file_;
  int descriptor_ = -1;
};

std::string digest_of_file(const std::filesystem::path& file, const EVP_MD* algorithm) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1)
    throw DataError(fmt::format("{}: its {} sum is not available in this build of OpenSSL",
                                file.string(), EVP_MD_name(algorithm)));
  OpenFile(file).read(
      [&](const char* bytes, std::size_t n) { EVP_DigestUpdate(context.get(), bytes, n); });
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &length);
  return hex(digest.data(), length);
}

// The memory of hashes: this line, a line a file, and the content_hash() of all that.
constexpr std::string_view kMemoryHeader = "genrebench hashes of files, version 2\n";
constexpr std::size_t kHashDigits = 32;

/// Takes a number and the character after it off the front of a line.
template <typename Number>
bool take_number(std::string_view& line, Number& number, char after) {
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || stop == line.data() + line.size() || *stop != after) return false;
  line.remove_prefix(static_cast<std::size_t>(stop - line.data()) + 1);
  return true;
}

}  // namespace

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return hex(digest.data(), length);
}

std::string sha256_of_file(const std::filesystem::path& file) {
  return digest_of_file(file, EVP_sha256());
}

std::string md5_of_file(const std::filesystem::path& file) {
  return digest_of_file(file, EVP_md5());
}

std::string content_hash(std::string_view bytes) {
  return hex(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string content_hash(std::span<const std::string_view> pieces) {
  ContentHasher hasher;
  for (const std::string_view piece : pieces) hasher.add(piece);
  return hasher.hash();
}

struct ContentHasher::State {
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> xxh3{XXH3_createState(),
                                                                       &XXH3_freeState};
};

ContentHasher::ContentHasher() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(state_->xxh3.get());
}
ContentHasher::~ContentHasher() = default;
void ContentHasher::add(std::string_view piece) {
  XXH3_128bits_update(state_->xxh3.get(), piece.data(), piece.size());
}
std::string ContentHasher::hash() const { return hex(XXH3_128bits_digest(state_->xxh3.get())); }

FileUnreadable::FileUnreadable(std::filesystem::path file, const std::string& reason)
    : DataError(fmt::format("{}: cannot be read: {}", file.string(), reason)),
      file_(std::move(file)) {}

bool is_readable(const std::filesystem::path& file) {
  try {
    const OpenFile opened(file);
    return true;
  } catch (const FileUnreadable&) {
    return false;
  }
}

FileHashes::FileHashes(std::filesystem::path memory, double settle_s)
    : memory_(std::move(memory)), settle_ns_(static_cast<std::int64_t>(settle_s * 1e9)) {
  if (!memory_.empty()) load();
}

void FileHashes::load() {
  std::string text;
  try {
    text = read_file_text(memory_);
  } catch (const DataError&) {
    return;
  }
  const std::size_t end = text.size() - std::min(text.size(), kHashDigits + 1);
  if (!text.starts_with(kMemoryHeader) ||
      text.substr(end) != content_hash(std::string_view(text).substr(0, end)) + "\n")
    return;
  std::string_view lines =
      std::string_view(text).substr(kMemoryHeader.size(), end - kMemoryHeader.size());
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    if (line.size() <= kHashDigits) continue;
    Look one{.state = {}, .hash = std::string(line.substr(0, kHashDigits)), .settled = true};
    line.remove_prefix(kHashDigits + 1);
    FileState& state = one.state;
    if (take_number(line, state.device, ' ') && take_number(line, state.inode, ' ') &&
        take_number(line, state.size, ' ') && take_number(line, state.modified_ns, ' ') &&
        take_number(line, state.changed_ns, '\t'))
      known_[std::string(line)] = std::move(one);
  }
}

std::string FileHashes::operator()(const std::filesystem::path& file) {
  return look(file, /*anew=*/false).hash;
}

FileHashes::Look FileHashes::look(const std::filesystem::path& file, bool anew) {
  constexpr int kTries = 3;
  const std::string name = std::filesystem::absolute(file).string();
  const OpenFile opened(file);
  Look result{.state = opened.state(), .hash = {}, .settled = false};
  if (!anew) {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(name);
        found != known_.end() && found->second.state == result.state)
      return found->second;
  }
  for (int i = 0; i < kTries; ++i) {
    const FileState before = result.state;
    const std::int64_t now = now_ns();
    // A time of modification in the future was set by somebody; then the time of change alone has
    // to tell.
    const auto is_old = [&](std::int64_t time) { return time < now - settle_ns_; };
    result.settled = is_old(before.changed_ns) &&
                     (is_old(before.modified_ns) || before.modified_ns > now + settle_ns_);
    ContentHasher hasher;
    opened.read([&](const char* bytes, std::size_t n) { hasher.add({bytes, n}); });
    result.state = opened.state();
    if (result.state != before) continue;
    result.hash = hasher.hash();
    if (result.settled && name.find('\n') == std::string::npos) {
      const std::lock_guard lock(mutex_);
      known_[name] = result;
      changed_ = true;
    }
    return result;
  }
  throw FileChanged(fmt::format(
      "{}: the file changed while it was being read; run the command again", file.string()));
}

void FileHashes::save() {
  if (memory_.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!changed_) return;
  std::string text(kMemoryHeader);
  for (const auto& [name, one] : known_)
    text += fmt::format("{} {} {} {} {} {}\t{}\n", one.hash, one.state.device, one.state.inode,
                        one.state.size, one.state.modified_ns, one.state.changed_ns, name);
  text += content_hash(text) + "\n";
  try {
    write_file_atomically(memory_, text);
  } catch (const DataError&) {
    return;
  }
  changed_ = false;
}

ContentGuard::ContentGuard(std::filesystem::path file, std::string hash, FileHashes& hashes)
    : file_(std::move(file)),
      hash_(std::move(hash)),
      hashes_(hashes),
      before_(hashes.look(file_, /*anew=*/false)) {
  expect(before_.hash);
}

bool ContentGuard::untouched() const {
  if (OpenFile(file_).state() != before_.state) return false;
  return before_.settled || hashes_.look(file_, /*anew=*/true).hash == hash_;
}

void ContentGuard::read_again() const { expect(hashes_.look(file_, /*anew=*/true).hash); }

void ContentGuard::expect(const std::string& hash) const {
  if (hash != hash_)
    throw FileChanged(fmt::format(
        "{}: the file changed since the run was planned; run the command again", file_.string()));
}

}  // namespace genrebench
