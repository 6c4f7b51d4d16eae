#include "harness/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "harness/files.hpp"
#include "signal/error.hpp"

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

/// @throws DataError  if the file cannot be read
template <typename Take>
void read_blocks(const std::filesystem::path& file, const Take& take) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rb"), &std::fclose);
  if (!stream) throw DataError(fmt::format("{}: {}", file.string(), std::strerror(errno)));
  std::vector<char> block(1 << 20);
  while (const std::size_t n = std::fread(block.data(), 1, block.size(), stream.get())) take(block.data(), n);
  if (std::ferror(stream.get()) != 0) throw DataError(fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno)));
}

std::string digest_of_file(const std::filesystem::path& file, const EVP_MD* algorithm) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1)
    throw DataError(fmt::format("{}: its {} sum is not available in this build of OpenSSL", file.string(), EVP_MD_name(algorithm)));
  read_blocks(file, [&](const char* bytes, std::size_t n) { EVP_DigestUpdate(context.get(), bytes, n); });
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &length);
  return hex(digest.data(), length);
}

}  // namespace

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return hex(digest.data(), length);
}

std::string sha256_of_file(const std::filesystem::path& file) { return digest_of_file(file, EVP_sha256()); }

std::string md5_of_file(const std::filesystem::path& file) { return digest_of_file(file, EVP_md5()); }

std::string content_hash(std::string_view bytes) { return hex(XXH3_128bits(bytes.data(), bytes.size())); }

std::string content_hash(std::span<const std::string_view> pieces) {
  ContentHasher hasher;
  for (const std::string_view piece : pieces) hasher.add(piece);
  return hasher.hash();
}

struct ContentHasher::State {
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> xxh3{XXH3_createState(), &XXH3_freeState};
};

ContentHasher::ContentHasher() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->xxh3.get()); }
ContentHasher::~ContentHasher() = default;
void ContentHasher::add(std::string_view piece) { XXH3_128bits_update(state_->xxh3.get(), piece.data(), piece.size()); }
std::string ContentHasher::hash() const { return hex(XXH3_128bits_digest(state_->xxh3.get())); }

FileHashes::FileHashes(std::filesystem::path memory) : memory_(std::move(memory)) {
  if (memory_.empty()) return;
  std::ifstream stream(memory_);
  for (std::string line; std::getline(stream, line);)
    if (const std::size_t tab = line.rfind('\t'); tab != std::string::npos && line.size() - tab == 33)
      known_[line.substr(0, tab)] = line.substr(tab + 1);
}

std::string FileHashes::operator()(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) throw DataError(fmt::format("{}: {}", file.string(), std::strerror(errno)));
  const std::string key = fmt::format("{}\t{}\t{}.{:09}", std::filesystem::absolute(file).string(), status.st_size,
                                      status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  ContentHasher hasher;
  read_blocks(file, [&](const char* bytes, std::size_t n) { hasher.add({bytes, n}); });
  const std::string hash = hasher.hash();
  const std::lock_guard lock(mutex_);
  if (key.find('\n') == std::string::npos) {
    known_[key] = hash;
    changed_ = true;
  }
  return hash;
}

void FileHashes::save() {
  if (memory_.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!changed_) return;
  std::string text;
  for (const auto& [key, hash] : known_) text += key + '\t' + hash + '\n';
  try {
    write_file_atomically(memory_, text);
  } catch (const DataError&) {
    return;
  }
  changed_ = false;
}

}  // namespace genrebench
