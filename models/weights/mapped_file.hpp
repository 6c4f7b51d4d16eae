#pragma once
// A file seen as memory, read where it is looked at.

#include <filesystem>
#include <string_view>

namespace genrebench {

class MappedFile {
 public:
  /// @throws DataError  naming the file and the system's reason, or what it is if it is no regular
  /// file
  explicit MappedFile(const std::filesystem::path& file);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// Valid while this object lives.
  std::string_view bytes() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace genrebench
