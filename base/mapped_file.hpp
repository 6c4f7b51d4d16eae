#pragma once
// A read-only memory-mapped file.

#include <filesystem>
#include <memory>
#include <string_view>

namespace boost::interprocess {
class mapped_region;
}

namespace genrebench {

class MappedFile {
 public:
  /// @throws DataError  naming the file and the system's reason, or saying that it is no regular
  /// file
  explicit MappedFile(const std::filesystem::path& file);
  ~MappedFile();

  /// Valid while this object lives.
  std::string_view bytes() const;

 private:
  std::unique_ptr<boost::interprocess::mapped_region> region_;  ///< null: the file is empty
};

}  // namespace genrebench
