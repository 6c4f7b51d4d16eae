#include "base/safetensors.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "models/weight_support.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {
namespace safetensors_test {

constexpr std::string_view kFile = "some.safetensors";

/// A file of that header, its length as it is, and n bytes of data.
std::string file_of(const std::string& header, std::size_t n) {
  return little<std::uint64_t>(header.size()) + header + std::string(n, '\1');
}

std::string file_of_tensor(const std::string& info, std::size_t n) {
  return file_of(R"({"a":{)" + info + "}}", n);
}

void expect_refused(const std::string& bytes, const std::vector<std::string>& saying) {
  std::string said;
  try {
    parse_safetensors(bytes, kFile);
    ADD_FAILURE() << "was read: " << bytes;
  } catch (const DataError& error) {
    said = error.what();
  }
  EXPECT_TRUE(said.starts_with(kFile)) << said;
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  for (const std::string& text : saying)
    EXPECT_NE(said.find(text), std::string::npos) << said << "\nshould say: " << text;
}

TEST(Safetensors, AFileWrittenByHandIsRead) {
  const std::string header = R"({"b":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},)"
                             R"("a":{"dtype":"U8","shape":[],"data_offsets":[4,5]}}  )";
  const WeightFile weights = parse_safetensors(
      little<std::uint64_t>(header.size()) + header + std::string("\x01\x00\x00\x80\x07", 5),
      kFile);
  ASSERT_EQ(weights.tensors.size(), 2U);
  EXPECT_EQ(weights.tensors[0].first, "b");
  expect_equal(weights.tensors[0].second, torch::tensor({1, -32768}, torch::kInt16), "b");
  expect_equal(weights.tensors[1].second, torch::tensor(7, torch::kUInt8), "a");
  EXPECT_EQ(weights.source.format, "safetensors");
}

TEST(Safetensors, EveryTypeOfTheReferencePackageIsReadAndWrittenToTheSameBytes) {
  const std::filesystem::path golden = kGoldenWeights / "types.safetensors";
  const WeightFile weights = read_safetensors(golden);
  ASSERT_EQ(weights.tensors.size(), element_types().size());
  for (const auto& [name, tensor] : weights.tensors)
    expect_equal(tensor, counting({2, 3}, tensor.scalar_type()), name);

  const TemporaryFolder folder;
  write_safetensors(folder / "written.safetensors", weights);
  EXPECT_EQ(bytes_of(folder / "written.safetensors"), bytes_of(golden));
}

TEST(Safetensors, MetadataScalarsAndEmptyTensorsAreReadAndWrittenToTheSameBytes) {
  const std::filesystem::path golden = kGoldenWeights / "metadata.safetensors";
  const WeightFile weights = read_safetensors(golden);
  EXPECT_EQ(weights.metadata,
            (std::map<std::string, std::string>{{"made by", "the package \xc3\xa4"}}));
  expect_equal(tensor_named(weights, "scalar"), torch::tensor(7), "scalar");
  expect_equal(tensor_named(weights, "empty"), torch::zeros({0, 3}), "empty");
  expect_equal(tensor_named(weights, "w"), counting({2}, torch::kFloat32), "w");

  const TemporaryFolder folder;
  write_safetensors(folder / "written.safetensors", weights);
  EXPECT_EQ(bytes_of(folder / "written.safetensors"), bytes_of(golden));
}

TEST(Safetensors, ViewsAreWrittenAsTheyAreSeen) {
  const TemporaryFolder folder;
  const torch::Tensor base = counting({3, 4}, torch::kFloat32);
  write_safetensors(
      folder / "views.safetensors",
      {{{"transposed", base.t()}, {"part", base.select(1, 2)}, {"all", base.requires_grad_()}},
       {},
       {}});
  const WeightFile weights = read_safetensors(folder / "views.safetensors");
  expect_equal(tensor_named(weights, "transposed"), base.t().detach(), "transposed");
  expect_equal(tensor_named(weights, "part"), torch::tensor({2.F, 6.F, 10.F}), "part");
  expect_equal(tensor_named(weights, "all"), base.detach(), "all");
}

TEST(Safetensors, ValuesThatAreNoNumbersKeepTheirBits) {
  const TemporaryFolder folder;
  const float infinity = std::numeric_limits<float>::infinity();
  const torch::Tensor odd =
      torch::tensor({-0.0F, infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 1e-45F});
  write_safetensors(folder / "odd.safetensors", {{{"odd", odd}}, {}, {}});
  const WeightFile weights = read_safetensors(folder / "odd.safetensors");
  expect_equal(tensor_named(weights, "odd").view(torch::kInt32), odd.view(torch::kInt32), "bits");
}

TEST(Safetensors, AFileWithoutTensorsIsReadAndWritten) {
  const TemporaryFolder folder;
  write_safetensors(folder / "empty.safetensors", {});
  EXPECT_EQ(bytes_of(folder / "empty.safetensors"), file_of("{}      ", 0));
  EXPECT_TRUE(read_safetensors(folder / "empty.safetensors").tensors.empty());
}

TEST(Safetensors, WhatTheFormatCannotHoldIsNotWritten) {
  const TemporaryFolder folder;
  const auto write = [&](const WeightFile& weights) {
    write_safetensors(folder / "no.safetensors", weights);
  };
  const torch::Tensor one = torch::ones({1});
  EXPECT_THROW_SAYING(write({{{"a", one}, {"a", one}}, {}, {}}), DataError, "no.safetensors",
                      "tensor a", "once");
  EXPECT_THROW_SAYING(write({{{"__metadata__", one}}, {}, {}}), DataError, "__metadata__");
  EXPECT_THROW_SAYING(write({{{"a", one.to(torch::kComplexFloat)}}, {}, {}}), DataError, "tensor a",
                      "ComplexFloat");
  EXPECT_THROW_SAYING(write({{{"a\xff", one}}, {}, {}}), DataError, "UTF-8");
  EXPECT_FALSE(std::filesystem::exists(folder / "no.safetensors"));
}

TEST(Safetensors, LiesAboutTheHeaderSLengthAreRefused) {
  expect_refused("", {"8 bytes"});
  expect_refused("1234567", {"8 bytes", "found 7"});
  expect_refused(little<std::uint64_t>(3) + "{}", {"at most 2 bytes", "found a length of 3"});
  expect_refused(little(std::numeric_limits<std::uint64_t>::max()) + "{}",
                 {"18446744073709551615"});
  expect_refused(little<std::uint64_t>(0), {"begins with a brace"});
  expect_refused(file_of(" {}", 0), {"begins with a brace"});
}

TEST(Safetensors, HeadersOfAnotherFormAreRefusedWhereTheyStray) {
  expect_refused(file_of("{", 0), {"JSON"});
  expect_refused(file_of("{}}", 0), {"JSON"});
  expect_refused(file_of("{\"a\n\":", 0), {"JSON"});
  expect_refused(file_of("{\"\xff\":1}", 0), {"JSON"});
  expect_refused(file_of(R"({"a":1})", 0),
                 {"tensor a", "an object for every tensor", "the number 1"});
  expect_refused(file_of(R"({"a":[]})", 0), {"a list"});
  expect_refused(file_of(R"({"__metadata__":{"a":1}})", 0),
                 {"text for every key of the metadata", "the number 1"});
  expect_refused(file_of(R"({"__metadata__":{"a":"1","a":"2"}})", 0), {"'a' twice"});
  expect_refused(file_of_tensor("", 0), {"tensor a", "dtype, shape and two data_offsets"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":[1],"data_offsets":[0])", 1),
                 {"two data_offsets"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":[1],"data_offsets":[0,1,1])", 1),
                 {"two data_offsets"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1])", 1),
                 {"'shape' twice"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1)", 1),
                 {"the number 1 at 'more'"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":[[1]],"data_offsets":[0,1])", 1),
                 {"whole numbers", "a list"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":[-1],"data_offsets":[0,1])", 1),
                 {"whole numbers", "-1"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":[1.5],"data_offsets":[0,1])", 1),
                 {"whole numbers", "1.5"});
  expect_refused(file_of_tensor(R"("dtype":"U8","shape":null,"data_offsets":[0,1])", 1),
                 {"null at 'shape'"});
  expect_refused(file_of_tensor(R"("dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1])", 1),
                 {"tensor a", "F8_E4M3"});
  const std::string one = R"({"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  expect_refused(file_of(R"({"a":)" + one + R"(,"a":)" + one + "}", 1), {"'a' twice"});
}

TEST(Safetensors, OffsetsThatOverlapLeaveHolesOrLeaveTheFileAreRefused) {
  const auto two = [](const std::string& first, const std::string& second, std::size_t n) {
    return file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)" + first +
                       R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + second + "}}",
                   n);
  };
  EXPECT_EQ(parse_safetensors(two("[2,4]", "[0,2]", 4), kFile).tensors.front().first,
            "b");  // the
                   // header's
                   // order
                   // is
                   // free
  expect_refused(two("[0,2]", "[1,3]", 3), {"tensor b", "begin at byte 2", "found 1"});
  expect_refused(two("[0,2]", "[3,5]", 5), {"tensor b", "begin at byte 2", "found 3"});
  expect_refused(two("[0,2]", "[2,4]", 5), {"expected 4 bytes of data, found 5"});
  expect_refused(two("[0,2]", "[2,4]", 3), {"tensor b", "found 4"});
  expect_refused(two("[0,2]", "[2,1]", 2), {"tensor b", "found 1"});
  expect_refused(two("[1,3]", "[3,5]", 5), {"tensor a", "begin at byte 0", "found 1"});
  expect_refused(two("[0,2]", "[2,9223372036854775807]", 4), {"tensor b", "9223372036854775807"});
  expect_refused(two("[0,2]", "[2,18446744073709551615]", 4), {"18446744073709551615"});
}

TEST(Safetensors, ShapesThatContradictTheBytesOrOverflowAreRefused) {
  const auto shaped = [](const std::string& shape, const std::string& type, std::size_t n) {
    return file_of_tensor(R"("dtype":")" + type + R"(","shape":)" + shape +
                              R"(,"data_offsets":[0,)" + std::to_string(n) + "]",
                          n);
  };
  expect_refused(shaped("[2,3]", "F32", 20),
                 {"expected 24 bytes for F32 of shape [2, 3], found 20"});
  expect_refused(shaped("[]", "F64", 4), {"expected 8 bytes"});
  expect_refused(shaped("[4294967296,4294967296]", "U8", 0), {"fits into memory"});    // 2^64
  expect_refused(shaped("[4611686018427387904,2,2]", "U8", 0), {"fits into memory"});  // wraps to 0
  expect_refused(shaped("[0,9223372036854775807,9223372036854775807]", "U8", 0),
                 {"fits into memory"});
  expect_refused(shaped("[2305843009213693952]", "F64", 0), {"fits into memory"});  // times 8 wraps
                                                                                    // to 0
  std::string ones = "[1";
  for (int i = 0; i < 64; ++i) ones += ",1";
  expect_refused(shaped(ones + "]", "U8", 1), {"65 sizes"});
}

TEST(Safetensors, BytesThatAreNoTruthValuesAreTakenAsTrue) {
  const std::string header = R"({"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}})";
  const WeightFile weights = parse_safetensors(
      little<std::uint64_t>(header.size()) + header + std::string("\x00\x01\x80", 3), kFile);
  expect_equal(weights.tensors[0].second, torch::tensor({0, 1, 1}).to(torch::kBool), "a");
}

TEST(Safetensors, ADeepHeaderIsRefusedAtOnce) {
  expect_refused(file_of("{\"a\":" + std::string(5'000'000, '['), 0), {"a list"});
}

TEST(Safetensors, DamagedFilesAreReadOrRefusedAndNeverCrash) {
  for (const char* name : {"types.safetensors", "metadata.safetensors"})
    survive_damage(bytes_of(kGoldenWeights / name),
                   [](std::string_view bytes) { parse_safetensors(bytes, kFile); });
}

TEST(Safetensors, FilesThatCannotBeReadAreNamed) {
  EXPECT_THROW_SAYING(read_safetensors("/nowhere/a.safetensors"), DataError,
                      "/nowhere/a.safetensors", "No such file");
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(read_safetensors(folder.path()), DataError, "expected a file");
}

}  // namespace safetensors_test
}  // namespace genrebench::testing
