#include "base/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <xxhash.h>

#include <array>
#include <memory>

#include "base/error.hpp"
#include "base/open_file.hpp"

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

std::string digest_of_file(const std::filesystem::path& file, const EVP_MD* algorithm) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1)
    throw DataError(fmt::format("{}: its {} sum is not available in this build of OpenSSL",
                                file.string(), EVP_MD_name(algorithm)));
  OpenFile(file).read(
      [&](std::string_view block) { EVP_DigestUpdate(context.get(), block.data(), block.size()); });
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

}  // namespace genrebench
