#include "pipeline/features/support/array_source.hpp"

#include <fmt/format.h>

#include <cstring>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/mapped_file.hpp"
#include "base/safetensors.hpp"
#include "base/text.hpp"
#include "base/zip_members.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWhere = "features embeddings";
constexpr std::string_view kEnding = ".npy";

std::string name_of(const fs::path& file) { return utf8_name(file.native()); }

[[noreturn]] void refuse_absent(const fs::path& file, const std::string& key, std::size_t n,
                                std::string_view example) {
  throw DataError(fmt::format(
      "{}: expected an array '{}' for the track (option 'pattern'), found none; the file has {}{}",
      name_of(file), utf8_name(key), counted(n, "array"),
      n == 0 ? std::string() : fmt::format(", such as '{}'", printable(example))));
}

class FolderSource final : public ArraySource {
 public:
  explicit FolderSource(fs::path root) : root_(std::move(root)) {}
  bool is_folder() const override { return true; }
  fs::path file_of(const std::string& key) const override { return root_ / key; }

  HeldArray array_of(const std::string& key) const override {
    const auto file = std::make_shared<const NpyFile>(file_of(key));
    return {file->array(), file};
  }

 private:
  fs::path root_;
};

/// One file for all tracks.
class FileSource : public ArraySource {
 public:
  FileSource(fs::path file, std::shared_ptr<const MappedFile> mapped)
      : file_(std::move(file)), mapped_(std::move(mapped)) {}
  bool is_folder() const final { return false; }
  fs::path file_of(const std::string&) const final { return file_; }

 protected:
  const fs::path& file() const { return file_; }
  const std::shared_ptr<const MappedFile>& mapped() const { return mapped_; }

 private:
  fs::path file_;
  std::shared_ptr<const MappedFile> mapped_;
};

/// The content of a member: within the archive, or unpacked to memory of its own.
struct Content {
  std::string_view bytes;
  std::shared_ptr<const std::string> owner;  ///< null: within the archive
};

Content content_of(const ZipMember& member, const std::string& name) {
  if (!member.compressed) return {member.bytes, nullptr};
  auto owner = std::make_shared<const std::string>(unpacked(member, name));
  const std::string_view bytes = *owner;
  return {bytes, std::move(owner)};
}

/// A .npz of one array per track.
class NpzSource final : public FileSource {
 public:
  NpzSource(const fs::path& file, const std::shared_ptr<const MappedFile>& mapped)
      : FileSource(file, mapped), members_(zip_directory(mapped->bytes(), name_of(file))) {}

  HeldArray array_of(const std::string& key) const override {
    const auto found = members_.find(key + std::string(kEnding));
    if (found == members_.end())
      refuse_absent(
          file(), key, members_.size(),
          members_.empty() ? std::string_view() : without_ending(members_.begin()->first));
    const std::string name = fmt::format("{}: {}", name_of(file()), utf8_name(key));
    Content content = content_of(found->second, name);
    NpyArray array = parse_npy(content.bytes, name);
    if (content.owner) return {std::move(array), std::move(content.owner)};
    return {std::move(array), mapped()};
  }

 private:
  static std::string_view without_ending(std::string_view name) {
    if (name.ends_with(kEnding)) name.remove_suffix(kEnding.size());
    return name;
  }

  std::map<std::string_view, ZipMember> members_;
};

/// A .npz of one array for all tracks, with lists that name its rows.
class RowsSource final : public FileSource {
 public:
  RowsSource(const fs::path& file, const std::shared_ptr<const MappedFile>& mapped,
             const ArrayPlace& place)
      : FileSource(file, mapped), members_(zip_directory(mapped->bytes(), name_of(file))) {
    const std::string name = name_of_member(place.array);
    content_ = content_of(member(place.array), name);
    whole_ = parse_npy(content_.bytes, name);
    if (whole_.shape.empty())
      throw DataError(fmt::format("{}: expected an array with one row per track, found {}", name,
                                  shape_text(whole_.shape)));
    if (whole_.fortran_order && whole_.shape.size() > 1) copy_in_c_order();
    row_bytes_ = whole_.shape.front() == 0 ? 0 : whole_.bytes.size() / whole_.shape.front();
    find_rows(place.keys);
    members_.clear();
  }

  HeldArray array_of(const std::string& key) const override {
    const auto found = rows_.find(key);
    if (found == rows_.end())
      refuse_absent(file(), key, rows_.size(),
                    rows_.empty() ? std::string_view() : std::string_view(rows_.begin()->first));
    NpyArray row{.type = whole_.type,
                 .shape = {whole_.shape.begin() + 1, whole_.shape.end()},
                 .fortran_order = false,
                 .bytes = whole_.bytes.substr(found->second * row_bytes_, row_bytes_)};
    if (content_.owner) return {std::move(row), content_.owner};
    return {std::move(row), mapped()};
  }

 private:
  std::string name_of_member(const std::string& array) const {
    return fmt::format("{}: {}", name_of(file()), utf8_name(array));
  }

  const ZipMember& member(const std::string& array) const {
    const auto found = members_.find(array + std::string(kEnding));
    if (found != members_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [name, unused] : members_)
      names.push_back(printable(name.substr(0, name.rfind(kEnding))));
    throw DataError(unknown_name_message("array", array, name_of(file()), names));
  }

  void copy_in_c_order() {
    const std::vector<float> values = float_values(whole_);
    auto owner = std::make_shared<const std::string>(reinterpret_cast<const char*>(values.data()),
                                                     values.size() * sizeof(float));
    whole_ = {.type = NpyType::float32,
              .shape = std::move(whole_.shape),
              .fortran_order = false,
              .bytes = *owner};
    content_ = {whole_.bytes, std::move(owner)};
  }

  void find_rows(const std::vector<std::string>& lists) {
    std::vector<std::string> names(whole_.shape.front());
    for (const std::string& list : lists) {
      const std::string name = name_of_member(list);
      const Content content = content_of(member(list), name);
      const std::vector<std::string> texts = parse_npy_texts(content.bytes, name);
      if (texts.size() != names.size())
        throw DataError(fmt::format("{}: expected {} texts, one per row of the array, found {}",
                                    name, names.size(), texts.size()));
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].empty()) names[i] += '/';
        names[i] += texts[i];
      }
    }
    for (std::size_t i = 0; i < names.size(); ++i)
      if (!rows_.emplace(names[i], i).second)
        throw DataError(fmt::format(
            "{}: expected every row to have a name of its own (option 'keys'), found '{}' twice",
            name_of(file()), printable(names[i])));
  }

  std::map<std::string_view, ZipMember> members_;  ///< while the rows are looked for
  Content content_;
  NpyArray whole_;
  std::size_t row_bytes_ = 0;
  std::map<std::string, std::size_t, std::less<>> rows_;
};

/// The type of .npy files that has the same elements; nothing if there is none.
std::optional<NpyType> npy_type(ElementKind kind) {
  switch (kind) {
    case ElementKind::uint8:
      return NpyType::uint8;
    case ElementKind::int32:
      return NpyType::int32;
    case ElementKind::int64:
      return NpyType::int64;
    case ElementKind::float16:
      return NpyType::float16;
    case ElementKind::float32:
      return NpyType::float32;
    case ElementKind::float64:
      return NpyType::float64;
    default:
      return std::nullopt;
  }
}

/// bfloat16 is the upper half of a float.
std::shared_ptr<const std::string> floats_of_bfloat16(std::string_view bytes) {
  std::string floats(bytes.size() * 2, '\0');
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    std::memcpy(floats.data() + 2 * i + 2, bytes.data() + i, 2);
  return std::make_shared<const std::string>(std::move(floats));
}

class SafetensorsSource final : public FileSource {
 public:
  SafetensorsSource(const fs::path& file, const std::shared_ptr<const MappedFile>& mapped)
      : FileSource(file, mapped), layout_(safetensors_layout(mapped->bytes(), name_of(file))) {
    for (const TensorLayout& tensor : layout_.tensors) tensors_.emplace(tensor.name, &tensor);
  }

  HeldArray array_of(const std::string& key) const override {
    const auto found = tensors_.find(key);
    if (found == tensors_.end())
      refuse_absent(file(), key, tensors_.size(),
                    tensors_.empty() ? std::string_view() : tensors_.begin()->first);
    const TensorLayout& tensor = *found->second;
    NpyArray array{.type = NpyType::float32,
                   .shape = {tensor.shape.begin(), tensor.shape.end()},
                   .fortran_order = false,
                   .bytes = tensor.storage};
    if (tensor.type->kind == ElementKind::bfloat16) {
      auto floats = floats_of_bfloat16(tensor.storage);
      array.bytes = *floats;
      return {std::move(array), std::move(floats)};
    }
    const auto type = npy_type(tensor.type->kind);
    if (!type)
      throw DataError(
          fmt::format("{}: {}: expected U8, I32, I64, BF16, F16, F32 or F64, found the type {}",
                      name_of(file()), printable(key), tensor.type->safetensors));
    array.type = *type;
    return {std::move(array), mapped()};
  }

 private:
  WeightLayout layout_;
  std::map<std::string_view, const TensorLayout*> tensors_;
};

void check_rows(const ArrayPlace& place, bool npz) {
  if (place.array.empty() != place.keys.empty())
    throw ConfigError(fmt::format(
        "{}: options 'array' and 'keys' go together: the array with one row per track, and the "
        "lists in the same .npz that name the rows; found one of them alone",
        kWhere));
  if (!place.array.empty() && !npz)
    throw ConfigError(
        fmt::format("{}: option 'array' names an array of a .npz file, and root is {}", kWhere,
                    name_of(place.root)));
}

}  // namespace

void check_pattern(const std::string& pattern) {
  bool differs = pattern.empty();
  for (std::size_t open = 0; (open = pattern.find('{', open)) != std::string::npos; ++open) {
    const std::size_t close = pattern.find('}', open);
    const std::string word =
        pattern.substr(open, close == std::string::npos ? close : close - open + 1);
    if (word == "{id}" || word == "{name}")
      differs = true;
    else if (word != "{genre}")
      throw ConfigError(fmt::format(
          "{}: option 'pattern' may have {{id}}, {{name}} and {{genre}} in braces, found '{}'",
          kWhere, word));
  }
  if (!differs)
    throw ConfigError(
        fmt::format("{}: option 'pattern' needs {{id}} or {{name}}, or every track of a genre has "
                    "the same numbers; found '{}'",
                    kWhere, pattern));
}

std::string track_key(const std::string& pattern, const Track& track, const std::string& genre,
                      bool in_folder) {
  if (pattern.empty()) {
    if (!in_folder) return track.id;
    const bool begins_with_genre = track.id.starts_with(genre) && track.id.size() > genre.size() &&
                                   track.id[genre.size()] == '/';
    return begins_with_genre ? fmt::format("{}.npy", track.id)
                             : fmt::format("{}/{}.npy", genre, track.id);
  }
  std::string key;
  for (std::size_t i = 0; i < pattern.size();) {
    const std::string_view rest = std::string_view(pattern).substr(i);
    const auto take = [&](std::string_view word, std::string_view text) {
      if (!rest.starts_with(word)) return false;
      key += text;
      i += word.size();
      return true;
    };
    if (take("{id}", track.id) || take("{genre}", genre) ||
        take("{name}", std::string_view(track.id).substr(track.id.rfind('/') + 1)))
      continue;
    key += pattern[i++];
  }
  return key;
}

std::unique_ptr<ArraySource> open_arrays(const ArrayPlace& place) {
  if (place.root.empty())
    throw ConfigError(fmt::format(
        "{}: option 'root' is empty; set it to the folder with one .npy per track, or to a .npz or "
        "safetensors file with one array per track",
        kWhere));
  const fs::path root = place.root;
  std::error_code error;
  const fs::file_status status = fs::status(root, error);
  if (!fs::exists(status))
    throw DataError(fmt::format("{}: root {} is not there", kWhere, name_of(root)));
  if (fs::is_directory(status)) {
    check_rows(place, /*npz=*/false);
    return std::make_unique<FolderSource>(root);
  }
  auto mapped = std::make_shared<const MappedFile>(root);
  const std::string_view bytes = mapped->bytes();
  if (bytes.starts_with("PK")) {
    check_rows(place, /*npz=*/true);
    if (place.array.empty()) return std::make_unique<NpzSource>(root, mapped);
    return std::make_unique<RowsSource>(root, mapped, place);
  }
  constexpr std::size_t kLengthBytes = 8;  // of a safetensors header, which follows
  if (bytes.size() > kLengthBytes && bytes[kLengthBytes] == '{') {
    check_rows(place, /*npz=*/false);
    return std::make_unique<SafetensorsSource>(root, mapped);
  }
  throw DataError(fmt::format(
      "{}: root {}: expected a folder of .npy files, a .npz file or a safetensors file, found {}",
      kWhere, name_of(root),
      bytes.starts_with("\x93NUMPY") ? "a single .npy, which does not say whose its rows are"
                                     : "something else"));
}

}  // namespace genrebench
