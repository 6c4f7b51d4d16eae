#include "datasets/support/md5.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "signal/error.hpp"

namespace genrebench {

std::string md5_of_file(const std::filesystem::path& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> handle(std::fopen(file.c_str(), "rb"), std::fclose);
  if (!handle)
    throw DataError(fmt::format("{}: cannot be opened: {}", file.string(), std::generic_category().message(errno)));
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) != 1)
    throw DataError(fmt::format("{}: MD5 is not available in this build of OpenSSL", file.string()));
  std::array<unsigned char, 1 << 16> block{};
  while (const std::size_t n = std::fread(block.data(), 1, block.size(), handle.get()))
    EVP_DigestUpdate(context.get(), block.data(), n);
  if (std::ferror(handle.get()))
    throw DataError(fmt::format("{}: cannot be read: {}", file.string(), std::generic_category().message(errno)));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace genrebench
