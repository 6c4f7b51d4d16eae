// Arrays of NumPy: .npy, and .npz with compressed members.
#include "base/npy.hpp"

#include <span>
#include <string>

#include "base/zip_members.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

constexpr std::size_t kMostValues = 1 << 20;  // within the memory that an input may take

void check_array(std::string_view input) {
  const NpyArray array = parse_npy(input, "a.npy");
  std::size_t product = 1;
  for (const std::size_t size : array.shape) product *= size;
  require(array.size() == product, "there are as many elements as the shape says");
  require(array.bytes.empty() ||
              (array.bytes.data() >= input.data() &&
               array.bytes.data() + array.bytes.size() == input.data() + input.size()),
          "the elements lie within the file");
  if (array.size() > kMostValues) return;
  const std::vector<double> values = double_values(array);
  require(values.size() == array.size() && float_values(array).size() == array.size(),
          "every element has a value");
  const std::filesystem::path file = scratch_folder() / "again.npy";
  write_npy(file, std::span<const double>(values), array.shape);
  const NpyFile again(file);
  require(again.array().shape == array.shape, "an array that is written again has its shape");
}

void check_archive(std::string_view input) {
  for (const auto& entry : zip_directory(input, "a.npz")) {
    const ZipMember& member = entry.second;
    const std::string where = "a.npz: a member";
    accepts([&] {
      const std::string content =
          member.compressed ? unpacked(member, where) : std::string(member.bytes);
      require(content.size() == member.size, "a member has the size that the archive says");
      check_array(content);
    });
  }
}

}  // namespace

void fuzz_npy(std::string_view input) {
  accepts([&] { check_array(input); });
  accepts([&] { parse_npy_texts(input, "a.npy"); });
  accepts([&] { check_archive(input); });
}

}  // namespace genrebench::fuzz
