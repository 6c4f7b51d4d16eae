#include "models/weights/pickle_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/byte_reader.hpp"
#include "base/element_count.hpp"
#include "base/error.hpp"
#include "base/zip_members.hpp"
#include "models/weights/pickle_machine.hpp"

namespace genrebench {
namespace {

using pickle::Dict;
using pickle::Machine;
using pickle::TensorView;
using pickle::Value;

/// The bytes of every storage, by key.
using StorageBytes = std::map<std::string_view, std::string_view>;

bool is_tensor(const Value& value) { return std::holds_alternative<TensorView>(value.content); }

const Dict* as_dict(const Value* value) {
  return value == nullptr ? nullptr : std::get_if<Dict>(&value->content);
}

const Value* find(const Dict& dict, std::string_view name) {
  for (const auto& [key, value] : dict.items)
    if (const auto* text = std::get_if<pickle::Text>(&key->content);
        text != nullptr && *text == name)
      return value;
  return nullptr;
}

/// The dict that has the tensors: the pickle's own or the one inside a checkpoint.
const Dict& state_dict_in(const Value& root, std::string_view file) {
  const Dict* dict = as_dict(&root);
  if (dict == nullptr)
    throw DataError(fmt::format("{}: expected a state dict, found {}", file, kind_of(root)));
  for (const std::string_view name : {"state_dict", "model"})
    if (const Dict* inner = as_dict(find(*dict, name))) return *inner;
  return *dict;
}

/// Finds the bytes of views.
class ViewReader {
 public:
  ViewReader(const StorageBytes& bytes, std::string_view file) : bytes_(bytes), file_(file) {}

  TensorLayout operator()(std::string_view name, const TensorView& view) const {
    const auto fail = [&](std::string_view what) {
      throw DataError(fmt::format("{}: tensor {}: {}", file_, printable(name), what));
    };
    const auto count = count_elements(view.shape);
    if (!count || view.strides.size() != view.shape.size() || view.shape.size() > kMostDimensions)
      fail(
          fmt::format("expected a shape that fits into memory and as many strides, found {} sizes "
                      "and {} strides",
                      view.shape.size(), view.strides.size()));
    // More elements than the storage has are one element seen many times: no state dict has such
    // tensors, and a few bytes could claim any amount of memory.
    if (!lies_within(view) || *count > static_cast<std::uint64_t>(view.storage.n_elements))
      fail(
          fmt::format("expected it within its storage of {} elements, found offset {}, shape [{}], "
                      "strides [{}]",
                      view.storage.n_elements, view.offset, fmt::join(view.shape, ", "),
                      fmt::join(view.strides, ", ")));
    TensorLayout layout;
    layout.name = name;
    layout.type = view.storage.type;
    layout.shape = view.shape;
    layout.strides = view.strides;
    layout.offset = view.offset;
    layout.storage = storage(view.storage);
    return layout;
  }

 private:
  static bool lies_within(const TensorView& view) {
    const std::int64_t n = view.storage.n_elements;
    if (view.offset < 0 || view.offset > n) return false;
    if (std::ranges::any_of(view.strides, [](std::int64_t stride) { return stride < 0; }))
      return false;
    if (std::ranges::find(view.shape, 0) != view.shape.end()) return true;
    std::int64_t last = view.offset;  // the last element's place
    for (std::size_t i = 0; i < view.shape.size(); ++i) {
      const std::int64_t steps = view.shape[i] - 1;
      if (steps > 0 && view.strides[i] > (n - last) / steps) return false;
      last += steps * view.strides[i];
    }
    return last < n;
  }

  std::string_view storage(const pickle::Storage& of) const {
    const auto found = bytes_.find(of.key);
    const std::string_view bytes = found == bytes_.end() ? std::string_view() : found->second;
    if (found == bytes_.end() || of.n_elements < 0 ||
        static_cast<std::uint64_t>(of.n_elements) != bytes.size() / of.type->size ||
        bytes.size() % of.type->size != 0)
      throw DataError(
          fmt::format("{}: storage {}: expected {} elements of {} bytes, found {} bytes", file_,
                      printable(of.key), of.n_elements, of.type->size, bytes.size()));
    return bytes;
  }

  const StorageBytes& bytes_;
  std::string_view file_;
};

WeightLayout weights_in(const Value& root, const StorageBytes& bytes, std::string_view file,
                        std::string_view format) {
  WeightLayout result{{}, {}, {std::string(file), std::string(format), {}}};
  const ViewReader layout_of(bytes, file);
  std::set<std::string_view> names;
  for (const auto& [key, value] : state_dict_in(root, file).items) {
    const auto* name = std::get_if<pickle::Text>(&key->content);
    if (name == nullptr || !is_tensor(*value))
      throw DataError(
          fmt::format("{}: expected a state dict, which holds tensors by name, found {} under {}",
                      file, kind_of(*value),
                      name == nullptr ? std::string(kind_of(*key)) : "'" + printable(*name) + "'"));
    if (!names.insert(*name).second)
      throw DataError(fmt::format("{}: tensor {}: expected every name once, found it twice", file,
                                  printable(*name)));
    result.tensors.push_back(layout_of(*name, std::get<TensorView>(value->content)));
  }
  return result;
}

WeightLayout parse_zip(std::string_view bytes, std::string_view file) {
  constexpr std::string_view kPickle = "/data.pkl";
  const std::map<std::string_view, std::string_view> members = zip_members(bytes, file);
  const auto found = std::ranges::find_if(
      members, [&](const auto& member) { return member.first.ends_with(kPickle); });
  if (found == members.end())
    throw DataError(fmt::format(
        "{}: expected an archive of torch.save with a member data.pkl, found none", file));
  const std::string folder(found->first.substr(0, found->first.size() - kPickle.size() + 1));
  if (members.contains(folder + "constants.pkl"))
    throw DataError(fmt::format(
        "{}: expected a state dict, found a TorchScript program; save its state_dict() instead",
        file));
  if (const auto order = members.find(folder + "byteorder");
      order != members.end() && order->second != "little")
    throw DataError(
        fmt::format("{}: expected a file of a little-endian machine, found byte order '{}'", file,
                    printable(order->second)));

  StorageBytes storages;
  const std::string prefix = folder + "data/";
  for (const auto& [name, content] : members)
    if (name.starts_with(prefix)) storages.emplace(name.substr(prefix.size()), content);
  Machine machine;
  ByteReader reader(found->second, file);
  return weights_in(machine.run(reader), storages, file, "PyTorch zip");
}

void check_system(const Value& system, std::string_view file) {
  const Dict* dict = as_dict(&system);
  const Value* little = dict == nullptr ? nullptr : find(*dict, "little_endian");
  const bool* truth = little == nullptr ? nullptr : std::get_if<bool>(&little->content);
  if (truth == nullptr || !*truth)
    throw DataError(fmt::format(
        "{}: expected a file of a little-endian machine, found another or nothing said of it",
        file));
}

/// The storages follow the pickles, each after its size, in the order of a list of their keys.
StorageBytes read_storages(Machine& machine, ByteReader& reader) {
  const auto* keys = std::get_if<pickle::List>(&machine.run(reader).content);
  if (keys == nullptr) reader.fail("expected the list of the storages' keys, found something else");
  StorageBytes storages;
  for (const Value* value : keys->items) {
    const auto* key = std::get_if<pickle::Text>(&value->content);
    const auto known = key == nullptr ? machine.storages().end() : machine.storages().find(*key);
    if (known == machine.storages().end())
      reader.fail("expected the key of a storage that a tensor has, found another value");
    const auto count = reader.number<std::int64_t>();
    if (count != known->second.n_elements || count < 0 ||
        static_cast<std::uint64_t>(count) > reader.remaining() / known->second.type->size)
      reader.fail(fmt::format(
          "storage {}: expected {} elements of {} bytes, found a size of {} and {} bytes left",
          printable(*key), known->second.n_elements, known->second.type->size, count,
          reader.remaining()));
    storages[*key] = reader.take(static_cast<std::uint64_t>(count) * known->second.type->size);
  }
  return storages;
}

WeightLayout parse_legacy(std::string_view bytes, std::string_view file) {
  static constexpr std::string_view kMagic =
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  static constexpr std::int64_t kVersion = 1001;
  if (!bytes.starts_with(kMagic))
    throw DataError(
        fmt::format("{}: expected the beginning of a file of torch.save, found other bytes", file));
  ByteReader reader(bytes, file, kMagic.size());
  Machine machine;
  const auto* version = std::get_if<std::int64_t>(&machine.run(reader).content);
  if (version == nullptr || *version != kVersion)
    reader.fail(fmt::format("expected torch.save's format {}, found another", kVersion));
  check_system(machine.run(reader), file);
  const Value& root = machine.run(reader);
  const StorageBytes storages = read_storages(machine, reader);
  return weights_in(root, storages, file, "PyTorch legacy");
}

}  // namespace

WeightLayout pickle_layout(std::string_view bytes, std::string_view file) {
  return bytes.starts_with("PK") ? parse_zip(bytes, file) : parse_legacy(bytes, file);
}

}  // namespace genrebench
