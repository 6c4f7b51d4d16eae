#include "models/weights/pickle_weights.hpp"

#include <gtest/gtest.h>

#include "models/weight_support.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {
namespace pickle_weights_test {

using namespace std::string_literals;

constexpr std::string_view kFile = "some.pth";

// Instructions of Python's pickles.
const std::string kProto = "\x80\x02";
std::string text(const std::string& value) {
  return "X" + little(static_cast<std::uint32_t>(value.size())) + value;
}
std::string integer(std::int32_t value) { return "J" + little(value); }
std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
std::string tuple(const std::string& items) { return "(" + items + "t"; }
std::string tuple_of(const std::vector<std::int32_t>& values) {
  std::string items;
  for (const std::int32_t value : values) items += integer(value);
  return tuple(items);
}
std::string dict(const std::string& items) { return "}(" + items + "u"; }

std::string storage(const std::string& key, std::int32_t n_elements) {
  return tuple(text("storage") + global("torch", "FloatStorage") + text(key) + text("cpu") +
               integer(n_elements)) +
         "Q";
}

std::string tensor(const std::string& of_storage, std::int32_t offset,
                   const std::vector<std::int32_t>& shape,
                   const std::vector<std::int32_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple(of_storage + integer(offset) + tuple_of(shape) + tuple_of(strides) + "\x89" +
               global("collections", "OrderedDict") + ")R") +
         "R";
}

/// A tensor of six floats in storage "0", which every archive of these tests has.
const std::string kPlain = tensor(storage("0", 6), 0, {2, 3}, {3, 1});

std::string six_floats() {
  std::string bytes;
  for (int i = 0; i < 6; ++i) bytes += little(static_cast<float>(i));
  return bytes;
}

/// torch.save's archive of that pickle, with storage "0".
std::string archive_of(const std::string& pickle) {
  return zip({{"archive/data.pkl", kProto + pickle + "."}, {"archive/data/0", six_floats()}});
}

std::string archive_of_tensor(const std::string& instructions) {
  return archive_of(dict(text("w") + instructions));
}

void expect_refused(const std::string& bytes, const std::vector<std::string>& saying) {
  std::string said;
  try {
    parse_pickle_weights(bytes, kFile);
    ADD_FAILURE() << "was read, expected: " << ::testing::PrintToString(saying);
  } catch (const DataError& error) {
    said = error.what();
  }
  EXPECT_TRUE(said.starts_with(kFile)) << said;
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  for (const std::string& part : saying)
    EXPECT_NE(said.find(part), std::string::npos) << said << "\nshould say: " << part;
}

std::vector<std::string> names_of(const WeightFile& weights) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : weights.tensors) names.push_back(name);
  return names;
}

class BothForms : public ::testing::TestWithParam<const char*> {
 protected:
  std::filesystem::path golden(const std::string& what) const {
    return kGoldenWeights / (what + "_" + GetParam() + ".pth");
  }
};
INSTANTIATE_TEST_SUITE_P(PickleWeights, BothForms, ::testing::Values("zip", "legacy"),
                         [](const auto& form) { return std::string(form.param); });

TEST_P(BothForms, EveryTypeThatPytorchWroteIsReadInTheStateDictSOrder) {
  const WeightFile weights = read_pickle_weights(golden("types"));
  EXPECT_EQ(names_of(weights),
            (std::vector<std::string>{"bool", "uint8", "int8", "int16", "float16", "bfloat16",
                                      "int32", "float32", "float64", "int64"}));
  for (std::size_t i = 0; i < weights.tensors.size(); ++i)
    expect_equal(weights.tensors[i].second,
                 counting({2, 3}, scalar_type(element_types()[element_types().size() - 1 - i])),
                 weights.tensors[i].first);
  EXPECT_EQ(weights.source.format, "PyTorch "s + GetParam());
}

TEST_P(BothForms, ViewsScalarsEmptyTensorsAndParametersAreRead) {
  const WeightFile weights = read_pickle_weights(golden("views"));
  expect_equal(tensor_named(weights, "matrix"), counting({2, 3}, torch::kFloat32), "matrix");
  expect_equal(tensor_named(weights, "transposed"), counting({3, 4}, torch::kFloat32),
               "transposed");
  EXPECT_FALSE(tensor_named(weights, "transposed").is_contiguous());
  expect_equal(tensor_named(weights, "scalar"), torch::tensor(7), "scalar");
  expect_equal(tensor_named(weights, "empty"), torch::zeros({0, 3}), "empty");
  const torch::Tensor base = counting({10}, torch::kFloat32);
  expect_equal(tensor_named(weights, "shared.first"), base.slice(0, 0, 4), "shared.first");
  expect_equal(tensor_named(weights, "shared.second"), base.slice(0, 4), "shared.second");
  EXPECT_TRUE(
      tensor_named(weights, "shared.first").is_alias_of(tensor_named(weights, "shared.second")));
  expect_equal(tensor_named(weights, "parameter"), counting({2}, torch::kFloat32), "parameter");
}

TEST_P(BothForms, TheStateDictInsideACheckpointIsFound) {
  const WeightFile weights = read_pickle_weights(golden("checkpoint"));
  EXPECT_EQ(names_of(weights), std::vector<std::string>{"w"});
  expect_equal(tensor_named(weights, "w"), counting({2}, torch::kFloat32), "w");
}

TEST_P(BothForms, DamagedFilesAreReadOrRefusedAndNeverCrash) {
  for (const char* name : {"types", "views", "checkpoint"})
    survive_damage(bytes_of(golden(name)),
                   [](std::string_view bytes) { parse_pickle_weights(bytes, kFile); });
}

TEST(PickleWeights, WhatPython2AndTheFirstPytorchWroteIsRead) {
  const WeightFile weights = read_pickle_weights(kGoldenWeights / "python2_legacy.pth");
  EXPECT_EQ(names_of(weights), (std::vector<std::string>{"features.0.weight", "features.0.bias"}));
  expect_equal(weights.tensors[0].second, counting({2, 3}, torch::kFloat32), "weight");
  expect_equal(weights.tensors[1].second, counting({6}, torch::kFloat32), "bias");
}

TEST(PickleWeights, AnArchiveWrittenByHandIsRead) {
  const WeightFile weights = parse_pickle_weights(archive_of_tensor(kPlain), kFile);
  expect_equal(tensor_named(weights, "w"), counting({2, 3}, torch::kFloat32), "w");
  const std::string reversed = "\x80\x04\x95" + std::string(8, '\0') +
                               dict("\x8c\x01w\x94" + tensor(storage("0", 6), 1, {2}, {3})) + ".";
  const WeightFile framed = parse_pickle_weights(
      zip({{"w/data.pkl", reversed}, {"w/data/0", six_floats()}, {"w/byteorder", "little"}}),
      kFile);
  expect_equal(tensor_named(framed, "w"), torch::tensor({1.F, 4.F}), "protocol 4, strided");
}

TEST(PickleWeights, CallsOfAnythingElseAreRefusedByName) {
  const std::string shout = text("echo harm") + "\x85R";
  expect_refused(archive_of_tensor(global("os", "system") + shout), {"os.system", "refused"});
  expect_refused(archive_of_tensor(global("posix", "system") + shout), {"posix.system"});
  expect_refused(archive_of_tensor(global("builtins", "eval") + shout), {"builtins.eval"});
  expect_refused(archive_of_tensor(global("__builtin__", "eval") + shout), {"__builtin__.eval"});
  expect_refused(archive_of_tensor(text("builtins") + text("eval") + "\x93" + shout),
                 {"builtins.eval"});
  expect_refused(archive_of_tensor(text("os\n") + text("system") + "\x93" + shout), {"os?.system"});
  expect_refused(archive_of_tensor(global("torch", "load") + shout), {"torch.load"});
  expect_refused(archive_of_tensor(global("torch.storage", "_load_from_bytes") + shout),
                 {"torch.storage._load_from_bytes"});
  expect_refused(archive_of_tensor(global("argparse", "Namespace") + ")R"), {"argparse.Namespace"});
  expect_refused(archive_of_tensor(global("torch", "FloatStorage") + ")R"),
                 {"expected a function", "a storage type"});
}

TEST(PickleWeights, InstructionsThatNoStateDictNeedsAreRefusedByNumber) {
  expect_refused(archive_of_tensor(global("collections", "OrderedDict") + ")\x81"),
                 {"instruction 0x81"});                               // NEWOBJ
  expect_refused(archive_of("ios\nsystem\n"), {"instruction 0x69"});  // INST
  expect_refused(archive_of("(ios\nsystem\n"), {"instruction 0x69"});
  expect_refused(archive_of("P0\n"), {"instruction 0x50"});      // PERSID
  expect_refused(archive_of("\x82\x01"), {"instruction 0x82"});  // EXT1
}

TEST(PickleWeights, PicklesThatMisuseTheirStackAreRefused) {
  expect_refused(archive_of(""), {"expected a value"});
  expect_refused(archive_of("}u"), {"expected a mark"});
  expect_refused(archive_of("(N"), {"expected a state dict"});
  expect_refused(archive_of("N(\x85"), {"expected a value"});  // reaches below the mark
  expect_refused(archive_of("}(Nu"), {"a key without one"});
  expect_refused(archive_of("N" + text("w") + "Ns"), {"a dict to add to", "None"});
  expect_refused(archive_of("(" + text("w") + "Nu"), {"a dict to add to", "nothing"});
  expect_refused(archive_of("}Na"), {"a list to append to", "a dict"});
  expect_refused(archive_of("h\x07"), {"remembered value 7"});
  expect_refused(archive_of("q\x07"), {"a value to remember"});
  expect_refused(archive_of("NNb"), {"state for a dict or a tensor"});
  expect_refused(archive_of("Nb"), {"state for a dict or a tensor"});
  expect_refused(archive_of("\x80\x01"), {"protocol", "found 1"});
  expect_refused(archive_of("\x8a\x09" + std::string(9, '\1')), {"64 bits"});
  expect_refused(archive_of("X\xff\xff\xff\xff"), {"text", "4294967295"});
  expect_refused(archive_of(global("collections", "OrderedDict") + "NR"),
                 {"a function's arguments"});
  expect_refused(archive_of(global("collections", "OrderedDict") + "](Kp1etR"), {"some.pth"});
  expect_refused(archive_of(global("collections", "OrderedDict") + "(](K\x01" + "etR"), {"a pair"});
  expect_refused(archive_of(global("torch._utils", "_rebuild_tensor_v2") + ")R"),
                 {"6 to 7 arguments, found 0"});
  expect_refused(archive_of(global("torch._utils", "_rebuild_parameter") + "(KatR"),
                 {"a parameter's tensor"});
}

TEST(PickleWeights, WhatIsNoStateDictIsRefusedSayingWhatItIs) {
  expect_refused(archive_of("K\x01"), {"expected a state dict, found a number"});
  expect_refused(archive_of("]"), {"found a list"});
  expect_refused(archive_of(dict(text("epoch") + "K\x01")), {"found a number under 'epoch'"});
  expect_refused(archive_of(dict("K\x01" + kPlain)), {"found a tensor under a number"});
  expect_refused(archive_of(dict(text("w") + kPlain + text("w") + kPlain)), {"tensor w", "twice"});
  expect_refused(zip({{"a/version", "3"}}), {"data.pkl"});
  expect_refused(zip({{"a/data.pkl", "."}, {"a/constants.pkl", "."}}), {"TorchScript"});
  expect_refused(zip({{"a/data.pkl", kProto + "}."}, {"a/byteorder", "big"}}),
                 {"little-endian", "'big'"});
}

TEST(PickleWeights, TensorsOutsideTheirStorageAreRefused) {
  const auto expect_outside = [](std::int32_t offset, const std::vector<std::int32_t>& shape,
                                 const std::vector<std::int32_t>& strides) {
    expect_refused(archive_of_tensor(tensor(storage("0", 6), offset, shape, strides)),
                   {"tensor w", "within its storage of 6 elements"});
  };
  expect_outside(1, {2, 3}, {3, 1});
  expect_outside(-1, {2}, {1});
  expect_outside(0, {7}, {1});
  expect_outside(6, {}, {});
  expect_outside(7, {0}, {1});
  expect_outside(0, {2, 3}, {4, 1});
  expect_outside(5, {2}, {-1});
  expect_outside(0, {1'000'000}, {0});  // one element seen a million times
  expect_outside(0, {2, 2}, {2147483647, 2147483647});
  expect_refused(archive_of_tensor(tensor(storage("0", 6), 0, {2, 3}, {1})),
                 {"2 sizes and 1 strides"});
  expect_refused(archive_of_tensor(
                     tensor(storage("0", 6), 0, {2147483647, 2147483647, 2147483647}, {1, 1, 1})),
                 {"fits into memory"});
  expect_refused(archive_of_tensor(tensor(storage("0", 6), 0, {-2}, {1})), {"fits into memory"});
  expect_refused(
      archive_of_tensor(tensor(storage("0", 6), 0, std::vector(65, 1), std::vector(65, 1))),
      {"at most 64 dimensions"});
}

TEST(PickleWeights, StoragesThatAreNotAsClaimedAreRefused) {
  expect_refused(archive_of_tensor(tensor(storage("0", 7), 0, {1}, {1})),
                 {"storage 0", "expected 7 elements of 4 bytes, found 24 bytes"});
  expect_refused(archive_of_tensor(tensor(storage("0", 5), 0, {1}, {1})),
                 {"storage 0", "expected 5 elements"});
  expect_refused(archive_of_tensor(tensor(storage("0", -1), 0, {0}, {1})), {"some.pth"});
  expect_refused(archive_of_tensor(tensor(storage("1", 6), 0, {1}, {1})),
                 {"storage 1", "found 0 bytes"});
  expect_refused(
      archive_of(dict(text("a") + kPlain + text("b") + tensor(storage("0", 3), 0, {1}, {1}))),
      {"storage 0", "found two"});
  expect_refused(archive_of_tensor(tensor("N", 0, {1}, {1})), {"a storage", "None"});
  expect_refused(archive_of_tensor("NQ"), {"of a storage", "None"});
  expect_refused(archive_of_tensor(tuple(text("module") + "NNNN") + "Q"), {"of a storage"});
}

TEST(PickleWeights, ArchivesThatAreNotTorchSaveSAreRefused) {
  const std::string pickle = kProto + dict(text("w") + kPlain) + ".";
  expect_refused(zip({{"a/data.pkl", pickle}, {"a/data/0", six_floats(), /*method=*/8}}),
                 {"a/data/0", "compressed"});
  expect_refused(
      zip({{"a/data.pkl", pickle}, {"a/data/0", six_floats(), 0, /*claimed_size=*/0x7fffffff}}),
      {"2147483647 bytes", "cut short"});
  expect_refused(
      zip({{"a/data.pkl", pickle}, {"a/data/0", six_floats()}, {"a/data/0", six_floats()}}),
      {"a/data/0 twice"});
  // A member that has another inside itself.
  std::string nested = zip({{"a/data.pkl", pickle},
                            {"a/data/0", six_floats(), 0, /*claimed_size=*/24 + 30 + 8 + 24},
                            {"a/data/1", six_floats()}});
  expect_refused(nested, {"overlap"});
  expect_refused("PK\x03\x04" + std::string(100, '\0'), {"end record"});
  expect_refused("PK", {"end record"});
}

/// A file of the older form, whose pickle is given.
std::string legacy(const std::string& system, const std::string& pickle, const std::string& keys,
                   const std::string& storages) {
  const std::string magic = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19."s;
  return magic + kProto + "M\xe9\x03." + kProto + system + "." + kProto + pickle + "." + kProto +
         keys + "." + storages;
}
const std::string kLittle = dict(text("little_endian") + "\x88");
const std::string kKeys = "](" + text("0") + "e";

TEST(PickleWeights, TheOlderFormIsCheckedToo) {
  const std::string pickle = dict(text("w") + kPlain);
  const std::string storages = little<std::int64_t>(6) + six_floats();
  expect_equal(
      tensor_named(parse_pickle_weights(legacy(kLittle, pickle, kKeys, storages), kFile), "w"),
      counting({2, 3}, torch::kFloat32), "w");
  expect_refused("\x80\x02K\x01.", {"torch.save"});
  expect_refused(legacy(dict(text("little_endian") + "\x89"), pickle, kKeys, storages),
                 {"little-endian"});
  expect_refused(legacy("}", pickle, kKeys, storages), {"little-endian"});
  expect_refused(legacy("N", pickle, kKeys, storages), {"little-endian"});
  expect_refused(legacy(kLittle, pickle, "N", storages), {"list of the storages' keys"});
  expect_refused(legacy(kLittle, pickle,
                        "](K\x01"
                        "e",
                        storages),
                 {"key of a storage"});
  expect_refused(legacy(kLittle, pickle, "](" + text("1") + "e", storages), {"key of a storage"});
  expect_refused(legacy(kLittle, pickle, "]", storages), {"storage 0", "found 0 bytes"});
  expect_refused(legacy(kLittle, pickle, kKeys, little<std::int64_t>(7) + six_floats()),
                 {"storage 0", "found a size of 7"});
  expect_refused(legacy(kLittle, pickle, kKeys, little<std::int64_t>(6) + six_floats().substr(1)),
                 {"23 bytes left"});
  expect_refused(legacy(kLittle, dict(text("w") + tensor(storage("0", -1), 0, {0}, {1})), kKeys,
                        little<std::int64_t>(-1)),
                 {"storage 0"});
}

TEST(PickleWeights, BombsEndBeforeMemoryDoes) {
  // Dicts of dicts of dicts, each twice: a tree of 2^200 leaves, were it walked.
  std::string doubled = "}q\x01";
  for (int i = 0; i < 200; ++i) doubled += "}(" + text("a") + "h\x01" + text("b") + "h\x01uq\x01";
  expect_refused(archive_of(doubled), {"found a dict under 'a'"});
  // A list that holds itself, and depth that would overflow a stack that recursed.
  expect_refused(archive_of("]q\x01h\x01"
                            "a"),
                 {"found a list"});
  expect_refused(archive_of(")" + std::string(900'000, '\x85')), {"found a tuple"});
  expect_refused(archive_of(std::string(2'000'000, '}')), {"at most 1000000 instructions"});
  expect_refused(archive_of(std::string(2'000'000, '(')), {"at most 1000000 instructions"});
  // One long list of pairs, made a dict of again and again.
  std::string pairs = global("collections", "OrderedDict") + "q\x01]q\x02(";
  for (int i = 0; i < 100'000; ++i) pairs += "NN\x86";
  pairs += "e\x85q\x03";
  for (int i = 0; i < 100'000; ++i) pairs += "h\x01h\x03R";
  expect_refused(archive_of(pairs), {"at most 1000000 instructions"});
}

}  // namespace pickle_weights_test
}  // namespace genrebench::testing
