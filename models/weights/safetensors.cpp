#include "models/weights/safetensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "models/weights/byte_reader.hpp"
#include "models/weights/mapped_file.hpp"

namespace genrebench {
namespace {

constexpr std::uint64_t kMostHeaderBytes = 100'000'000;  // as the reference implementation
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
  if (length > kMostHeaderBytes || length > reader.remaining())
    reader.fail(fmt::format(
        "expected a header of at most {} bytes (what is left of the file, and {} at most), found a "
        "length of {}",
        std::min<std::uint64_t>(reader.remaining(), kMostHeaderBytes), kMostHeaderBytes, length));
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

const ElementType& type_of(const torch::Tensor& tensor, const std::string& name,
                           const std::filesystem::path& file) {
  const auto types = element_types();
  const auto found = std::ranges::find(types, tensor.scalar_type(), &ElementType::type);
  if (found == types.end() || tensor.layout() != torch::kStrided)
    throw DataError(
        fmt::format("{}: tensor {}: expected a dense tensor of a type of safetensors, found {}",
                    file.string(), name, torch::toString(tensor.scalar_type())));
  return *found;
}

/// A tensor as it will lie in the file.
struct Item {
  std::string name;
  const ElementType* type;
  torch::Tensor tensor;  // contiguous, on the CPU
};

std::vector<Item> items_in_file_order(const std::filesystem::path& file,
                                      const WeightFile& weights) {
  std::vector<Item> items;
  std::set<std::string_view> names{kMetadata};
  for (const auto& [name, tensor] : weights.tensors) {
    if (!names.insert(name).second)
      throw DataError(fmt::format("{}: tensor {}: expected every name once and none to be {}",
                                  file.string(), name, kMetadata));
    items.push_back({name, &type_of(tensor, name, file), tensor.detach().cpu().contiguous()});
  }
  std::ranges::sort(items, {}, [](const Item& item) {
    return std::pair(item.type, std::string_view(item.name));
  });
  return items;
}

std::string header_of(const std::filesystem::path& file, const std::vector<Item>& items,
                      const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[std::string(kMetadata)] = metadata;
  std::int64_t position = 0;
  for (const Item& item : items) {
    const std::int64_t end = position + static_cast<std::int64_t>(item.tensor.nbytes());
    header[item.name] = {{"dtype", item.type->safetensors},
                         {"shape", item.tensor.sizes().vec()},
                         {"data_offsets", {position, end}}};
    position = end;
  }
  try {
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
  } catch (const nlohmann::json::exception&) {
    throw DataError(
        fmt::format("{}: expected names and metadata in UTF-8, found other bytes", file.string()));
  }
}

}  // namespace

WeightFile parse_safetensors(std::string_view bytes, std::string_view file) {
  ByteReader reader(bytes, file);
  const std::string_view header = read_header(reader);
  HeaderHandler handler(file);
  nlohmann::json::sax_parse(header, &handler);
  std::vector<Entry>& entries = handler.entries;
  // Tensors without elements share their place with the one that follows.
  std::ranges::stable_sort(entries, {}, &Entry::offsets);
  check_layout(entries, reader.remaining(), file);

  WeightFile result{{}, std::move(handler.metadata), {std::string(file), "safetensors", {}}};
  for (const Entry& entry : entries) {
    const std::string_view data =
        reader.take(static_cast<std::uint64_t>(entry.offsets[1] - entry.offsets[0]));
    result.tensors.emplace_back(entry.name, elements_of(data, *entry.type).reshape(entry.shape));
  }
  return result;
}

WeightFile read_safetensors(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  return parse_safetensors(mapped.bytes(), file.string());
}

void write_safetensors(const std::filesystem::path& file, const WeightFile& weights) {
  const std::vector<Item> items = items_in_file_order(file, weights);
  const std::string header = header_of(file, items, weights.metadata);
  const std::uint64_t length = header.size();
  std::array<char, sizeof length> prefix;
  std::memcpy(prefix.data(), &length, sizeof length);

  std::vector<std::string_view> pieces{{prefix.data(), prefix.size()}, header};
  for (const Item& item : items)
    if (item.tensor.nbytes() > 0)
      pieces.emplace_back(static_cast<const char*>(item.tensor.data_ptr()), item.tensor.nbytes());
  write_file_atomically(file, pieces);
}

}  // namespace genrebench
