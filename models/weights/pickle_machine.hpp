#pragma once
// A machine for those instructions of Python's pickles that a state dict needs. It calls nothing.
// A pickle may name dicts, storages and the functions that rebuild tensors; the machine only notes
// their arguments.

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/weight_layout.hpp"

namespace genrebench::pickle {

struct Value;

struct None {};
using Text = std::string_view;  ///< within the pickle
struct List {
  std::vector<const Value*> items;
};
struct Tuple {
  std::vector<const Value*> items;
};
struct Dict {
  std::vector<std::pair<const Value*, const Value*>> items;  ///< in the order of insertion; keys
                                                             ///< may recur
};

/// A function or class that a pickle may name.
enum class Callable {
  ordered_dict,
  rebuild_tensor,
  rebuild_tensor_v2,
  rebuild_parameter,
  parameter
};

/// Elements that lie elsewhere in the file.
struct Storage {
  const ElementType* type = nullptr;
  Text key;
  std::int64_t n_elements = 0;
};

/// A view of a storage; nothing of it is checked yet.
struct TensorView {
  Storage storage;
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

struct Value {
  std::variant<None, bool, std::int64_t, double, Text, List, Tuple, Dict, Callable,
               const ElementType*, Storage, TensorView>
      content;
};

/// "a number", "a tensor", ...: for messages.
std::string_view kind_of(const Value& value);

/// Reads pickles, one after the other. The values live as long as the machine and refer to the
/// pickles' bytes. Time and memory are linear in the pickles' length, which is limited.
class Machine {
 public:
  /// Runs the pickle at the reader's place. The reader then stands after the pickle's last
  /// instruction.
  /// @return  the pickle's value
  /// @throws DataError  naming the place, if the pickle is damaged, names another function or has
  ///                    an instruction that no state dict needs
  const Value& run(ByteReader& reader);

  /// Every storage that the pickles refer to, by key.
  const std::map<Text, Storage>& storages() const { return storages_; }

 private:
  struct Instruction {
    unsigned char code;
    std::string_view name;
    void (*run)(Machine& machine, ByteReader& reader);
  };
  static const Instruction kInstructions[];

  void charge(std::size_t steps, ByteReader& reader);
  void step(unsigned char code, ByteReader& reader);
  void push(Value value);
  const Value* pop(ByteReader& reader);
  std::vector<const Value*> pop_items(std::size_t n, ByteReader& reader);
  std::vector<const Value*> pop_to_mark(ByteReader& reader);
  template <typename T>
  T& top_as(ByteReader& reader, std::string_view expected);
  void remember(std::uint32_t place, ByteReader& reader);
  void recall(std::uint32_t place, ByteReader& reader);
  void append(std::span<const Value* const> items, ByteReader& reader);
  void set_items(std::span<const Value* const> items, ByteReader& reader);
  Dict pairs_of(const Value* value, ByteReader& reader);
  void push_global(ByteReader& reader);
  void reduce(ByteReader& reader);
  void build(ByteReader& reader);
  void load_storage(ByteReader& reader);

  std::deque<Value> values_;  ///< flat, so that no destructor recurses into a pickle's depth
  std::vector<Value*> stack_;
  std::vector<std::size_t> marks_;  ///< heights of the stack
  std::unordered_map<std::uint32_t, Value*> memo_;
  std::map<Text, Storage> storages_;
  std::size_t n_steps_ = 0;
};

}  // namespace genrebench::pickle
