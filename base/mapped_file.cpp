#include "base/mapped_file.hpp"

#include <fmt/format.h>

#include <boost/interprocess/file_mapping.hpp>
#include <boost/interprocess/mapped_region.hpp>

#include "base/error.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace ipc = boost::interprocess;

MappedFile::MappedFile(const fs::path& file) {
  std::error_code ignored;  // the mapping below finds the same error
  const fs::file_status status = fs::status(file, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw DataError(fmt::format("{}: expected a file, found a folder or a device", file.string()));
  try {
    const ipc::file_mapping mapping(file.c_str(), ipc::read_only);
    if (fs::file_size(file) > 0)  // Boost maps no empty file
      region_ = std::make_unique<ipc::mapped_region>(mapping, ipc::read_only);
  } catch (const ipc::interprocess_exception& error) {
    throw DataError(fmt::format("{}: cannot read: {}", file.string(), error.what()));
  }
}

MappedFile::~MappedFile() = default;

std::string_view MappedFile::bytes() const {
  if (!region_) return {};
  return {static_cast<const char*>(region_->get_address()), region_->get_size()};
}

}  // namespace genrebench
