#include "base/safetensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/byte_reader.hpp"
#include "base/digest.hpp"
#include "base/element_count.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace {

// As the reference implementation.
constexpr std::uint64_t kMostSafetensorsHeaderBytes = 100'000'000;
constexpr std::string_view kMetadata = "__metadata__";

struct Entry {
  std::string name;
  const ElementType* type = nullptr;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> offsets;
};

/// Takes the header as it is parsed, so that one that is not of the expected form is refused where
/// it strays.
class HeaderHandler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderHandler(std::string_view file) : file_(file) {}

  std::vector<Entry> entries;
  std::map<std::string, std::string> metadata;

  bool start_object(std::size_t) override {
    if (place_ == Place::start) return enter(Place::header);
    if (place_ != Place::header) unexpected("an object");
    fields_.clear();
    return enter(key_ == kMetadata ? Place::metadata : Place::tensor);
  }

  bool end_object() override {
    if (place_ == Place::tensor && (fields_.size() != 3 || entries.back().offsets.size() != 2))
      fail("expected dtype, shape and two data_offsets, found something missing");
    return enter(place_ == Place::header ? Place::end : Place::header);
  }

  bool key(std::string& text) override {
    key_ = text;
    if (!(place_ == Place::header ? names_ : fields_).insert(key_).second)
      fail(fmt::format("expected every name once, found '{}' twice", printable(key_)));
    if (place_ == Place::header && key_ != kMetadata) entries.push_back({key_, nullptr, {}, {}});
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ != Place::tensor || (key_ != "shape" && key_ != "data_offsets"))
      unexpected("a list");
    list_ = key_ == "shape" ? &entries.back().shape : &entries.back().offsets;
    return enter(Place::list);
  }

  bool end_array() override { return enter(Place::tensor); }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ != Place::list ||
        value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max()))
      unexpected(fmt::format("the number {}", value));
    list_->push_back(static_cast<std::int64_t>(value));
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::metadata) {
      metadata[key_] = text;
    } else if (place_ == Place::tensor && key_ == "dtype") {
      const auto types = element_types();
      const auto found = std::ranges::find(types, text, &ElementType::safetensors);
      if (found == types.end())
        fail(fmt::format("expected a type of PyTorch's state dicts (F32, I64, ...), found '{}'",
                         printable(text)));
      entries.back().type = &*found;
    } else {
      unexpected(fmt::format("the text '{}'", printable(text)));
    }
    return true;
  }

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("a truth value"); }
  bool number_integer(number_integer_t value) override {
    unexpected(fmt::format("the number {}", value));
  }
  bool number_float(number_float_t, const string_t& text) override {
    unexpected(fmt::format("the number {}", printable(text)));
  }
  bool binary(binary_t&) override { unexpected("binary data"); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    throw DataError(fmt::format("{}: expected a header in JSON, found a mistake at its byte {}: {}",
                                file_, position, printable(error.what())));
  }

 private:
  enum class Place { start, header, metadata, tensor, list, end };

  bool enter(Place place) {
    place_ = place;
    return true;
  }

  [[noreturn]] void unexpected(std::string_view what) const {
    static constexpr const char* kExpected[] = {"an object",
                                                "an object for every tensor",
                                                "text for every key of the metadata",
                                                "dtype, shape and data_offsets alone",
                                                "whole numbers from 0",
                                                "nothing more"};
    fail(fmt::format("expected {}, found {}{}", kExpected[static_cast<int>(place_)], what,
                     place_ == Place::tensor || place_ == Place::list
                         ? fmt::format(" at '{}'", printable(key_))
                         : ""));
  }

  [[noreturn]] void fail(const std::string& what) const {
    const bool in_tensor = !entries.empty() && place_ != Place::metadata;
    throw DataError(fmt::format(
        "{}: {}{}", file_,
        in_tensor ? fmt::format("tensor {}: ", printable(entries.back().name)) : "header: ", what));
  }

  std::string_view file_;
  std::set<std::string> names_;   ///< of the tensors and the metadata
  std::set<std::string> fields_;  ///< of the object inside
  std::string key_;
  std::vector<std::int64_t>* list_ = nullptr;
  Place place_ = Place::start;
};

/// The header's length and text; leaves the reader at the tensors' bytes.
std::string_view read_header(ByteReader& reader) {
  if (reader.remaining() < 8)
    reader.fail(
        fmt::format("expected the header's length in 8 bytes, found {}", reader.remaining()));
  const auto length = reader.number<std::uint64_t>();
  if (length > kMostSafetensorsHeaderBytes || length > reader.remaining())
    reader.fail(fmt::format(
        "expected a header of at most {} bytes (what is left of the file, and {} at most), found a "
        "length of {}",
        std::min<std::uint64_t>(reader.remaining(), kMostSafetensorsHeaderBytes),
        kMostSafetensorsHeaderBytes, length));
  const std::string_view header = reader.take(length);
  if (!header.starts_with('{'))
    throw DataError(fmt::format(
        "{}: expected a header that begins with a brace, found another character", reader.file()));
  return header;
}

/// That the entries cover the data from its first byte to its last, one after the other.
void check_layout(const std::vector<Entry>& entries, std::uint64_t n_bytes, std::string_view file) {
  std::uint64_t position = 0;
  for (const Entry& entry : entries) {
    const auto fail = [&](const std::string& what) {
      throw DataError(fmt::format("{}: tensor {}: {}", file, printable(entry.name), what));
    };
    const auto begin = static_cast<std::uint64_t>(entry.offsets[0]);
    const auto end = static_cast<std::uint64_t>(entry.offsets[1]);
    if (begin != position)
      fail(fmt::format(
          "expected to begin at byte {} of the data, where the one before ends, found {}", position,
          begin));
    if (end < begin || end > n_bytes)
      fail(fmt::format("expected to end between byte {} and {} of the data, found {}", begin,
                       n_bytes, end));
    const auto count = count_elements(entry.shape);
    if (!count || entry.shape.size() > kMostDimensions)
      fail(fmt::format("expected a shape that fits into memory, found {} sizes: [{}]",
                       entry.shape.size(),
                       printable(fmt::format("{}", fmt::join(entry.shape, ", ")))));
    if (*count * entry.type->size != end - begin)
      fail(fmt::format("expected {} bytes for {} of shape [{}], found {}",
                       *count * entry.type->size, entry.type->safetensors,
                       fmt::join(entry.shape, ", "), end - begin));
    position = end;
  }
  if (position != n_bytes)
    throw DataError(
        fmt::format("{}: expected {} bytes of data, found {}", file, position, n_bytes));
}

using Tensors = std::vector<const TensorLayout*>;

/// Larger elements first, then by name.
Tensors in_file_order(const WeightLayout& weights, std::string_view file) {
  Tensors tensors;
  std::set<std::string_view> names{kMetadata};
  for (const TensorLayout& tensor : weights.tensors) {
    assert(tensor.offset == 0 && tensor.strides == contiguous_strides(tensor.shape));
    if (!names.insert(tensor.name).second)
      throw DataError(fmt::format("{}: tensor {}: expected every name once and none to be {}", file,
                                  printable(tensor.name), kMetadata));
    tensors.push_back(&tensor);
  }
  std::ranges::sort(tensors, {}, [](const TensorLayout* tensor) {
    return std::pair(tensor->type, std::string_view(tensor->name));
  });
  return tensors;
}

std::string header_of(const Tensors& tensors, const std::map<std::string, std::string>& metadata,
                      std::string_view file) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[std::string(kMetadata)] = metadata;
  std::size_t position = 0;
  for (const TensorLayout* tensor : tensors) {
    const std::size_t end = position + tensor->storage.size();
    header[tensor->name] = {{"dtype", tensor->type->safetensors},
                            {"shape", tensor->shape},
                            {"data_offsets", {position, end}}};
    position = end;
  }
  try {
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
  } catch (const nlohmann::json::exception&) {
    throw DataError(
        fmt::format("{}: expected names and metadata in UTF-8, found other bytes", file));
  }
}

/// Where the seal's digits stand in a file, or npos. A text within the JSON cannot look like it,
/// because its quotes are escaped.
std::size_t place_of_seal(std::string_view bytes) {
  const std::string key = fmt::format("\"{}\":\"", kSealKey);
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) return std::string_view::npos;
  std::memcpy(&length, bytes.data(), sizeof length);
  const std::string_view header = bytes.substr(
      sizeof length, static_cast<std::size_t>(std::min<std::uint64_t>(length, bytes.size())));
  const std::size_t place = header.find(key);
  return place == std::string_view::npos || header.size() - place - key.size() < kUnsealed.size()
             ? std::string_view::npos
             : sizeof length + place + key.size();
}

}  // namespace

WeightLayout safetensors_layout(std::string_view bytes, std::string_view file) {
  ByteReader reader(bytes, file);
  const std::string_view header = read_header(reader);
  HeaderHandler handler(file);
  nlohmann::json::sax_parse(header, &handler);
  std::vector<Entry>& entries = handler.entries;
  // Tensors without elements share their place with the one that follows.
  std::ranges::stable_sort(entries, {}, &Entry::offsets);
  check_layout(entries, reader.remaining(), file);

  WeightLayout result{{}, std::move(handler.metadata), {std::string(file), "safetensors", {}}};
  for (Entry& entry : entries) {
    TensorLayout& tensor = result.tensors.emplace_back();
    tensor.name = std::move(entry.name);
    tensor.type = entry.type;
    tensor.shape = std::move(entry.shape);
    tensor.strides = contiguous_strides(tensor.shape);
    tensor.storage = reader.take(static_cast<std::uint64_t>(entry.offsets[1] - entry.offsets[0]));
  }
  return result;
}

std::vector<std::string_view> SafetensorsBytes::pieces() const {
  std::vector<std::string_view> result{head};
  result.insert(result.end(), data.begin(), data.end());
  return result;
}

SafetensorsBytes safetensors_bytes(const WeightLayout& weights, std::string_view file) {
  const Tensors tensors = in_file_order(weights, file);
  const std::string header = header_of(tensors, weights.metadata, file);
  const std::uint64_t length = header.size();
  SafetensorsBytes result;
  result.head.resize(sizeof length);
  std::memcpy(result.head.data(), &length, sizeof length);
  result.head += header;
  for (const TensorLayout* tensor : tensors)
    if (!tensor->storage.empty()) result.data.push_back(tensor->storage);
  return result;
}

bool seal(SafetensorsBytes& bytes) {
  const std::size_t place = place_of_seal(bytes.head);
  if (place == std::string_view::npos) return false;
  bytes.head.replace(place, kUnsealed.size(), kUnsealed);
  const std::string hash = content_hash(bytes.pieces());
  bytes.head.replace(place, hash.size(), hash);
  return true;
}

void check_seal(std::string_view bytes, std::string_view file) {
  const std::size_t place = place_of_seal(bytes);
  if (place == std::string_view::npos)
    throw DataError(
        fmt::format("{}: expected a file of genrebench with a hash of its content, "
                    "found none: it is damaged or another file",
                    file));
  const std::string_view given = bytes.substr(place, kUnsealed.size());
  const std::array<std::string_view, 3> pieces = {bytes.substr(0, place), kUnsealed,
                                                  bytes.substr(place + kUnsealed.size())};
  if (const std::string found = content_hash(pieces); found != given)
    throw DataError(
        fmt::format("{}: the file is damaged: expected content with the hash {}, found "
                    "{}",
                    file, printable(given), found));
}

}  // namespace genrebench
