#pragma once
// Digests of text and files: SHA-256 where a result is named by it, xxHash where content is only
// compared.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace genrebench {

/// @return  64 hex digits
std::string sha256(std::string_view text);

/// The SHA-256 of a file's bytes. @throws FileUnreadable
std::string sha256_of_file(const std::filesystem::path& file);

/// The MD5 of a file's bytes, as published lists give it: 32 lower-case hex digits. Not for
/// security. @throws FileUnreadable
std::string md5_of_file(const std::filesystem::path& file);

/// XXH3, 128 bits, of any bytes. @return  32 hex digits
std::string content_hash(std::string_view bytes);

/// The content_hash() of all pieces joined.
std::string content_hash(std::span<const std::string_view> pieces);

/// The content_hash() of bytes that come piece by piece.
class ContentHasher {
 public:
  ContentHasher();
  ~ContentHasher();
  void add(std::string_view piece);
  /// Of all pieces so far. @return  32 hex digits
  std::string hash() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genrebench
