#include "models/weights/pickle_machine.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <optional>

namespace genrebench::pickle {
namespace {

// The largest of torchvision's networks need fewer than 100 000 steps. A step makes one value of at
// most 1 kB.
constexpr std::size_t kMostSteps = 1'000'000;

constexpr std::uint64_t kMostTextBytes = 1 << 20;

constexpr std::array<std::pair<std::string_view, Callable>, 5> kCallables{{
    {"collections.OrderedDict", Callable::ordered_dict},
    {"torch._utils._rebuild_tensor", Callable::rebuild_tensor},  // PyTorch before 0.4:
                                                                 // torchvision's VGG16
    {"torch._utils._rebuild_tensor_v2", Callable::rebuild_tensor_v2},
    {"torch._utils._rebuild_parameter", Callable::rebuild_parameter},
    {"torch.nn.parameter.Parameter", Callable::parameter},
}};

/// The value of a name. Names are all that a pickle can reach outside itself.
Value global(std::string_view module, std::string_view name, const ByteReader& reader) {
  const std::string full = fmt::format("{}.{}", module, name);
  if (const auto found =
          std::ranges::find(kCallables, full, &std::pair<std::string_view, Callable>::first);
      found != kCallables.end())
    return {found->second};
  const auto types = element_types();
  const auto found =
      module == "torch" ? std::ranges::find(types, name, &ElementType::storage) : types.end();
  if (found == types.end())
    reader.fail(fmt::format(
        "expected a state dict, which only holds tensors, found a call of {}, which is refused",
        printable(full)));
  return {&*found};
}

Value global_of_lines(ByteReader& reader) {
  const std::string_view module = reader.line();
  return global(module, reader.line(), reader);
}

void check_protocol(ByteReader& reader) {
  if (const auto version = reader.number<unsigned char>(); version < 2 || version > 5)
    reader.fail(fmt::format("expected a pickle of protocol 2 to 5, found {}", version));
}

template <typename T>
const T& as(const Value* value, std::string_view expected, const ByteReader& reader) {
  const T* content = std::get_if<T>(&value->content);
  if (content == nullptr)
    reader.fail(fmt::format("expected {}, found {}", expected, kind_of(*value)));
  return *content;
}

/// The items of a list or tuple, or nothing.
std::optional<std::span<const Value* const>> items_of(const Value& value) {
  if (const auto* list = std::get_if<List>(&value.content)) return list->items;
  if (const auto* tuple = std::get_if<Tuple>(&value.content)) return tuple->items;
  return std::nullopt;
}

std::vector<std::int64_t> integers(const Value* value, std::string_view expected,
                                   const ByteReader& reader) {
  const std::vector<const Value*>& items = as<Tuple>(value, expected, reader).items;
  if (items.size() > kMostDimensions)
    reader.fail(
        fmt::format("expected at most {} dimensions, found {}", kMostDimensions, items.size()));
  std::vector<std::int64_t> result;
  for (const Value* item : items) result.push_back(as<std::int64_t>(item, expected, reader));
  return result;
}

TensorView rebuilt_tensor(std::span<const Value* const> arguments, const ByteReader& reader) {
  return {as<Storage>(arguments[0], "a storage", reader),
          as<std::int64_t>(arguments[1], "a storage's offset", reader),
          integers(arguments[2], "a tensor's sizes", reader),
          integers(arguments[3], "a tensor's strides", reader)};
}

/// Python 2 writes an OrderedDict as a list of pairs.
Dict dict_of_pairs(const List& list, const ByteReader& reader) {
  Dict result;
  for (const Value* item : list.items) {
    const auto pair = items_of(*item);
    if (!pair || pair->size() != 2)
      reader.fail(fmt::format("expected a pair, found {}", kind_of(*item)));
    result.items.emplace_back((*pair)[0], (*pair)[1]);
  }
  return result;
}

/// Python's LONG1: little-endian, of any length, in two's complement.
std::int64_t long_integer(ByteReader& reader) {
  const std::string_view bytes = reader.take(reader.number<std::uint8_t>());
  if (bytes.size() > sizeof(std::int64_t))
    reader.fail(fmt::format("expected a number of 64 bits, found {} bytes", bytes.size()));
  const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = bytes.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(value);
}

double big_endian_double(ByteReader& reader) {
  std::array<char, sizeof(double)> bytes;
  std::ranges::reverse_copy(reader.take(bytes.size()), bytes.begin());
  return std::bit_cast<double>(bytes);
}

template <typename T>
std::int64_t integer(ByteReader& reader) {
  return std::int64_t{reader.number<T>()};
}

template <typename Length>
Text text(ByteReader& reader) {
  const std::uint64_t length = reader.number<Length>();
  if (length > kMostTextBytes)
    reader.fail(fmt::format("expected text of at most {} bytes, found {}", kMostTextBytes, length));
  return reader.take(length);
}

}  // namespace

std::string_view kind_of(const Value& value) {
  static constexpr std::array<std::string_view, 12> kKinds{
      "None",    "a truth value", "a number",   "a number",       "text",      "a list",
      "a tuple", "a dict",        "a function", "a storage type", "a storage", "a tensor"};
  static_assert(std::variant_size_v<decltype(Value::content)> == kKinds.size());
  return kKinds[value.content.index()];
}

const Value& Machine::run(ByteReader& reader) {
  stack_.clear();
  marks_.clear();
  memo_.clear();
  for (;;) {
    charge(1, reader);
    const auto instruction = reader.number<unsigned char>();
    if (instruction == '.') return *pop(reader);
    step(instruction, reader);
  }
}

void Machine::charge(std::size_t steps, ByteReader& reader) {
  n_steps_ += steps;
  if (n_steps_ > kMostSteps)
    reader.fail(
        fmt::format("expected a pickle of at most {} instructions, found more", kMostSteps));
}

// The names are those of Python's pickletools, whose documentation of the instructions this
// follows. BINSTRING and SHORT_BINSTRING are Python 2's.
const Machine::Instruction Machine::kInstructions[] = {
    {0x80, "PROTO", [](Machine&, ByteReader& r) { check_protocol(r); }},
    {0x95, "FRAME", [](Machine&, ByteReader& r) { r.take(8); }},  // a size, only a hint
    {'(', "MARK", [](Machine& m, ByteReader&) { m.marks_.push_back(m.stack_.size()); }},
    {'N', "NONE", [](Machine& m, ByteReader&) { m.push({None{}}); }},
    {0x88, "NEWTRUE", [](Machine& m, ByteReader&) { m.push({true}); }},
    {0x89, "NEWFALSE", [](Machine& m, ByteReader&) { m.push({false}); }},
    {'K', "BININT1", [](Machine& m, ByteReader& r) { m.push({integer<std::uint8_t>(r)}); }},
    {'M', "BININT2", [](Machine& m, ByteReader& r) { m.push({integer<std::uint16_t>(r)}); }},
    {'J', "BININT", [](Machine& m, ByteReader& r) { m.push({integer<std::int32_t>(r)}); }},
    {0x8a, "LONG1", [](Machine& m, ByteReader& r) { m.push({long_integer(r)}); }},
    {'G', "BINFLOAT", [](Machine& m, ByteReader& r) { m.push({big_endian_double(r)}); }},
    {'U', "SHORT_BINSTRING", [](Machine& m, ByteReader& r) { m.push({text<std::uint8_t>(r)}); }},
    {0x8c, "SHORT_BINUNICODE", [](Machine& m, ByteReader& r) { m.push({text<std::uint8_t>(r)}); }},
    {'T', "BINSTRING", [](Machine& m, ByteReader& r) { m.push({text<std::uint32_t>(r)}); }},
    {'X', "BINUNICODE", [](Machine& m, ByteReader& r) { m.push({text<std::uint32_t>(r)}); }},
    {')', "EMPTY_TUPLE", [](Machine& m, ByteReader&) { m.push({Tuple{}}); }},
    {0x85, "TUPLE1", [](Machine& m, ByteReader& r) { m.push({Tuple{m.pop_items(1, r)}}); }},
    {0x86, "TUPLE2", [](Machine& m, ByteReader& r) { m.push({Tuple{m.pop_items(2, r)}}); }},
    {0x87, "TUPLE3", [](Machine& m, ByteReader& r) { m.push({Tuple{m.pop_items(3, r)}}); }},
    {'t', "TUPLE", [](Machine& m, ByteReader& r) { m.push({Tuple{m.pop_to_mark(r)}}); }},
    {']', "EMPTY_LIST", [](Machine& m, ByteReader&) { m.push({List{}}); }},
    {'a', "APPEND", [](Machine& m, ByteReader& r) { m.append(m.pop_items(1, r), r); }},
    {'e', "APPENDS", [](Machine& m, ByteReader& r) { m.append(m.pop_to_mark(r), r); }},
    {'}', "EMPTY_DICT", [](Machine& m, ByteReader&) { m.push({Dict{}}); }},
    {'s', "SETITEM", [](Machine& m, ByteReader& r) { m.set_items(m.pop_items(2, r), r); }},
    {'u', "SETITEMS", [](Machine& m, ByteReader& r) { m.set_items(m.pop_to_mark(r), r); }},
    {'q', "BINPUT", [](Machine& m, ByteReader& r) { m.remember(r.number<std::uint8_t>(), r); }},
    {'r', "LONG_BINPUT",
     [](Machine& m, ByteReader& r) { m.remember(r.number<std::uint32_t>(), r); }},
    {0x94, "MEMOIZE",
     [](Machine& m, ByteReader& r) { m.remember(static_cast<std::uint32_t>(m.memo_.size()), r); }},
    {'h', "BINGET", [](Machine& m, ByteReader& r) { m.recall(r.number<std::uint8_t>(), r); }},
    {'j', "LONG_BINGET", [](Machine& m, ByteReader& r) { m.recall(r.number<std::uint32_t>(), r); }},
    {'c', "GLOBAL", [](Machine& m, ByteReader& r) { m.push(global_of_lines(r)); }},
    {0x93, "STACK_GLOBAL", [](Machine& m, ByteReader& r) { m.push_global(r); }},
    {'R', "REDUCE", [](Machine& m, ByteReader& r) { m.reduce(r); }},
    {'b', "BUILD", [](Machine& m, ByteReader& r) { m.build(r); }},
    {'Q', "BINPERSID", [](Machine& m, ByteReader& r) { m.load_storage(r); }},
};

void Machine::step(unsigned char code, ByteReader& reader) {
  const auto* found = std::ranges::find(kInstructions, code, &Instruction::code);
  if (found == std::end(kInstructions))
    reader.fail(fmt::format(
        "expected an instruction that a state dict needs, found instruction {:#04x}", code));
  found->run(*this, reader);
}

void Machine::push_global(ByteReader& reader) {
  const std::string_view name = as<Text>(pop(reader), "a function's name", reader);
  push(global(as<Text>(pop(reader), "a module's name", reader), name, reader));
}

void Machine::push(Value value) {
  values_.push_back(std::move(value));
  stack_.push_back(&values_.back());
}

const Value* Machine::pop(ByteReader& reader) { return pop_items(1, reader).front(); }

std::vector<const Value*> Machine::pop_items(std::size_t n, ByteReader& reader) {
  const std::size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() < floor + n)
    reader.fail("expected a value for the instruction, found none: the pickle is damaged");
  const auto first = stack_.end() - static_cast<std::ptrdiff_t>(n);
  std::vector<const Value*> items(first, stack_.end());
  stack_.erase(first, stack_.end());
  return items;
}

std::vector<const Value*> Machine::pop_to_mark(ByteReader& reader) {
  if (marks_.empty()) reader.fail("expected a mark, found none: the pickle is damaged");
  const std::size_t n = stack_.size() - marks_.back();
  std::vector<const Value*> items = pop_items(n, reader);
  marks_.pop_back();
  return items;
}

template <typename T>
T& Machine::top_as(ByteReader& reader, std::string_view expected) {
  if (stack_.empty())
    reader.fail(fmt::format("expected {}, found nothing: the pickle is damaged", expected));
  as<T>(stack_.back(), expected, reader);
  return std::get<T>(stack_.back()->content);
}

void Machine::remember(std::uint32_t place, ByteReader& reader) {
  if (stack_.empty())
    reader.fail("expected a value to remember, found none: the pickle is damaged");
  memo_[place] = stack_.back();
}

void Machine::recall(std::uint32_t place, ByteReader& reader) {
  const auto found = memo_.find(place);
  if (found == memo_.end())
    reader.fail(
        fmt::format("expected a remembered value {}, found none: the pickle is damaged", place));
  stack_.push_back(found->second);
}

void Machine::append(std::span<const Value* const> items, ByteReader& reader) {
  List& list = top_as<List>(reader, "a list to append to");
  list.items.insert(list.items.end(), items.begin(), items.end());
}

void Machine::set_items(std::span<const Value* const> items, ByteReader& reader) {
  if (items.size() % 2 != 0)
    reader.fail("expected pairs of key and value, found a key without one: the pickle is damaged");
  Dict& dict = top_as<Dict>(reader, "a dict to add to");
  for (std::size_t i = 0; i < items.size(); i += 2) dict.items.emplace_back(items[i], items[i + 1]);
}

Dict Machine::pairs_of(const Value* value, ByteReader& reader) {
  const List& list = as<List>(value, "a list of pairs", reader);
  charge(list.items.size(), reader);  // one list can be named many times
  return dict_of_pairs(list, reader);
}

void Machine::reduce(ByteReader& reader) {
  const Value* arguments_value = pop(reader);
  const auto callable = as<Callable>(pop(reader), "a function", reader);
  const std::vector<const Value*>& arguments =
      as<Tuple>(arguments_value, "a function's arguments", reader).items;
  const auto expect = [&](std::size_t least, std::size_t most) {
    if (arguments.size() < least || arguments.size() > most)
      reader.fail(
          fmt::format("expected {} to {} arguments, found {}", least, most, arguments.size()));
  };
  switch (callable) {
    case Callable::ordered_dict:
      expect(0, 1);
      return push({arguments.empty() ? Dict{} : pairs_of(arguments[0], reader)});
    case Callable::rebuild_tensor:
      expect(4, 4);
      return push({rebuilt_tensor(arguments, reader)});
    case Callable::rebuild_tensor_v2:
      expect(6, 7);
      if (arguments.size() == 7 &&
          !as<Dict>(arguments[6], "a tensor's metadata", reader).items.empty())
        reader.fail("expected a plain tensor, found one with metadata (conjugated or negated)");
      return push({rebuilt_tensor(arguments, reader)});
    case Callable::rebuild_parameter:
    case Callable::parameter:
      expect(1, 3);
      return push({as<TensorView>(arguments[0], "a parameter's tensor", reader)});
  }
}

/// The state of an OrderedDict is its _metadata, that of an old Parameter whether it is trained:
/// neither is needed.
void Machine::build(ByteReader& reader) {
  pop(reader);
  if (stack_.empty() || !(std::holds_alternative<Dict>(stack_.back()->content) ||
                          std::holds_alternative<TensorView>(stack_.back()->content)))
    reader.fail("expected a state for a dict or a tensor, found it for something else");
}

void Machine::load_storage(ByteReader& reader) {
  static constexpr std::string_view kExpected = "('storage', type, key, device, size) of a storage";
  const std::vector<const Value*>& id = as<Tuple>(pop(reader), kExpected, reader).items;
  const bool whole =
      id.size() == 5 || (id.size() == 6 && std::holds_alternative<None>(id[5]->content));
  if (!whole || as<Text>(id[0], kExpected, reader) != "storage")
    reader.fail(fmt::format("expected {}, found something else", kExpected));
  const Storage storage{as<const ElementType*>(id[1], "a storage's type", reader),
                        as<Text>(id[2], "a storage's key", reader),
                        as<std::int64_t>(id[4], "a storage's size", reader)};
  const auto [known, is_new] = storages_.emplace(storage.key, storage);
  if (!is_new &&
      (known->second.type != storage.type || known->second.n_elements != storage.n_elements))
    reader.fail(
        fmt::format("storage {}: expected one type and size, found two", printable(storage.key)));
  push({storage});
}

}  // namespace genrebench::pickle
