// Arrays of NumPy, against files that NumPy wrote (tests/golden/npy/make.py).
#include "base/npy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/zip_members.hpp"
#include "support/temporary_folder.hpp"
#include "support/zip.hpp"

namespace genrebench::testing {
namespace npy_test {

namespace fs = std::filesystem;

using Shape = std::vector<std::size_t>;

fs::path golden(const std::string& name) {
  return fs::path(GENREBENCH_SOURCE_DIR "/tests/golden/npy") / name;
}

template <typename T>
std::vector<T> counting(std::size_t n) {
  std::vector<T> values(n);
  std::iota(values.begin(), values.end(), T{0});
  return values;
}

/// A .npy with that dictionary and so many bytes of zeros.
std::string npy(const std::string& dictionary, std::size_t n_bytes = 0) {
  std::string bytes = "\x93NUMPY";
  bytes += '\x01';
  bytes += '\0';
  return bytes + little(static_cast<std::uint16_t>(dictionary.size())) + dictionary +
         std::string(n_bytes, '\0');
}

TEST(Npy, TypesThatNumPyWroteAreRead) {
  const std::vector<std::pair<std::string, NpyType>> types = {
      {"uint8", NpyType::uint8},     {"int32", NpyType::int32},     {"int64", NpyType::int64},
      {"float16", NpyType::float16}, {"float32", NpyType::float32}, {"float64", NpyType::float64}};
  for (const auto& [name, type] : types) {
    const NpyFile file(golden(name + ".npy"));
    EXPECT_EQ(file.array().type, type);
    EXPECT_EQ(to_string(type), name);
    EXPECT_EQ(file.array().shape, (Shape{2, 3, 4})) << name;
    EXPECT_FALSE(file.array().fortran_order) << name;
    EXPECT_EQ(file.array().size(), 24u);
    EXPECT_EQ(float_values(file.array()), counting<float>(24)) << name;
    EXPECT_EQ(double_values(file.array()), counting<double>(24)) << name;
  }
}

TEST(Npy, FortranOrderOtherVersionsOneNumberAndEmptyArraysAreRead) {
  const NpyFile fortran(golden("fortran.npy"));
  EXPECT_TRUE(fortran.array().fortran_order);
  EXPECT_EQ(fortran.array().shape, (Shape{2, 3, 4}));
  EXPECT_EQ(float_values(fortran.array()), counting<float>(24)) << "in C order";
  EXPECT_EQ(float_values(NpyFile(golden("version_2.npy")).array()), counting<float>(24));
  const NpyFile one(golden("one_number.npy"));
  EXPECT_TRUE(one.array().shape.empty());
  EXPECT_EQ(double_values(one.array()), std::vector<double>{3.5});
  const NpyFile empty(golden("empty.npy"));
  EXPECT_EQ(empty.array().shape, (Shape{0, 3}));
  EXPECT_TRUE(float_values(empty.array()).empty());
}

TEST(Npy, HalvesHaveTheirExactValues) {
  const std::vector<float> values = float_values(NpyFile(golden("halves.npy")).array());
  const std::vector<float> expected = {0.0f,     -0.0f,    1.0f,      -2.5f,    65504.0f,
                                       0x1p-14f, 0x1p-24f, -0x3p-24f, INFINITY, -INFINITY};
  ASSERT_EQ(values.size(), expected.size() + 1);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(values[i], expected[i]) << i;
    EXPECT_EQ(std::signbit(values[i]), std::signbit(expected[i])) << i;
  }
  EXPECT_TRUE(std::isnan(values.back()));
}

TEST(Npy, ElementsAreCopiedByTheirPlacesInTheFile) {
  const NpyFile file(golden("float64.npy"));
  std::vector<float> values(4);
  copy_floats(file.array(), 5, 1, 4, values.data());
  EXPECT_EQ(values, (std::vector<float>{5, 6, 7, 8}));
  copy_floats(file.array(), 2, 7, 4, values.data());
  EXPECT_EQ(values, (std::vector<float>{2, 9, 16, 23}));
  copy_floats(NpyFile(golden("fortran.npy")).array(), 0, 1, 4, values.data());
  EXPECT_EQ(values, (std::vector<float>{0, 12, 4, 16})) << "the first index runs fastest";
}

TEST(Npy, DoublesBeyondTheRangeOfFloatAreInfinite) {
  const TemporaryFolder folder;
  const std::vector<double> values = {1e39, -1e39, std::nan(""), 1e-60};
  write_npy(folder / "a.npy", values, Shape{4});
  const std::vector<float> read = float_values(NpyFile(folder / "a.npy").array());
  EXPECT_EQ(read[0], INFINITY);
  EXPECT_EQ(read[1], -INFINITY);
  EXPECT_TRUE(std::isnan(read[2]));
  EXPECT_EQ(read[3], 0.0f);
}

TEST(Npy, TextsThatNumPyWroteAreReadAsUtf8) {
  EXPECT_EQ(parse_npy_texts(read_file_text(golden("texts.npy")), "texts.npy"),
            (std::vector<std::string>{"rock/a", "", "F\u00fcr \u00c9lise", "\u97f3\u697d",
                                      "\U0001d11e"}));
  EXPECT_THROW_SAYING(parse_npy_texts(read_file_text(golden("int32.npy")), "int32.npy"), DataError,
                      "int32.npy", "a list of texts", "2 x 3 x 4");
  EXPECT_THROW_SAYING(
      parse_npy_texts(
          npy("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }") + "\xff\xff\xff\xff",
          "bad.npy"),
      DataError, "bad.npy", "Unicode");
}

TEST(Npy, ArchivesThatNumPyWroteAreRead) {
  const std::string stored = read_file_text(golden("stored.npz"));
  const auto members = zip_directory(stored, "stored.npz");
  EXPECT_EQ(float_values(parse_npy(members.at("rock/a.npy").bytes, "a")), counting<float>(12));
  const std::string packed = read_file_text(golden("compressed.npz"));
  const std::string x = unpacked(zip_directory(packed, "compressed.npz").at("x.npy"), "x");
  EXPECT_EQ(float_values(parse_npy(x, "x")), counting<float>(24));
}

TEST(Npy, WhatIsWrittenIsWhatNumPyWrites) {
  const TemporaryFolder folder;
  const Shape shape = {2, 3, 4};
  const auto expect_same = [&](const std::string& name) {
    EXPECT_EQ(read_file_text(folder / "a.npy"), read_file_text(golden(name))) << name;
  };
  write_npy(folder / "a.npy", counting<float>(24), shape);
  expect_same("float32.npy");
  write_npy(folder / "a.npy", counting<double>(24), shape);
  expect_same("float64.npy");
  write_npy(folder / "a.npy", counting<std::int32_t>(24), shape);
  expect_same("int32.npy");
  write_npy(folder / "a.npy", counting<std::int64_t>(24), shape);
  expect_same("int64.npy");
  write_npy(folder / "a.npy", counting<std::uint8_t>(24), shape);
  expect_same("uint8.npy");
  write_npy(folder / "a.npy", std::vector<double>{3.5}, Shape{});
  expect_same("one_number.npy");
  write_npy(folder / "new" / "a.npy", std::vector<float>{}, Shape{0, 3});
  EXPECT_EQ(read_file_text(folder / "new" / "a.npy"), read_file_text(golden("empty.npy")));
}

TEST(Npy, HeadersHaveTheLengthOfNumPys) {
  for (const Shape& shape : {Shape{}, Shape{7}, Shape{1000000, 20}, Shape(32, 1)}) {
    const std::string header = npy_header(NpyType::float32, shape);
    EXPECT_EQ(header.size() % 64, 0u);
    EXPECT_EQ(header.back(), '\n');
  }
}

TEST(Npy, FilesThatAreNoArraysOfNumbersAreRefusedInOneLine) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(NpyFile(folder / "absent.npy"), DataError, "absent.npy");
  EXPECT_THROW_SAYING(NpyFile(folder.path()), DataError, folder.path().string());
  EXPECT_THROW_SAYING(NpyFile(folder.write("a.npy", "genre,tempo\n")), DataError, "a.npy",
                      "\\x93NUMPY");
  EXPECT_THROW_SAYING(NpyFile(folder.write("empty.npy", "")), DataError, "empty.npy");
  EXPECT_THROW_SAYING(NpyFile(golden("objects.npy")), DataError, "objects.npy", "pickled Python");
  EXPECT_THROW_SAYING(NpyFile(golden("big_endian.npy")), DataError, "big_endian.npy", ">f4",
                      "big-endian");
  EXPECT_THROW_SAYING(NpyFile(golden("texts.npy")), DataError, "texts.npy", "<U9", "float32");
  const std::string whole = read_file_text(golden("float32.npy"));
  EXPECT_THROW_SAYING(parse_npy(whole.substr(0, whole.size() - 4), "cut.npy"), DataError, "cut.npy",
                      "expected 96 bytes", "found 92", "cut short");
  EXPECT_THROW_SAYING(parse_npy(whole + "more", "long.npy"), DataError, "long.npy",
                      "expected 96 bytes", "found 100");
}

TEST(Npy, HostileHeadersAreRefused) {
  const auto fault = [](const std::string& dictionary, const std::string& part) {
    EXPECT_THROW_SAYING(parse_npy(npy(dictionary, 8), "h.npy"), DataError, "h.npy", part);
  };
  fault("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'run': 1}", "'run'");
  fault("{'descr': '<f4', 'fortran_order': False}", "something missing");
  fault("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "twice");
  fault("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "True or False");
  fault("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "a size");
  fault("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} __import__('os')", "nothing");
  fault("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,)}", "structures");
  fault("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
        "fits into memory");
  fault("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "a size");
  std::string axes = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < 40; ++i) axes += "1, ";
  fault(axes.append(")}"), "32 axes");
  fault("{'descr': '<f4", "closing quote");
  fault("", "a dictionary");
  fault(std::string(10'001, ' '), "10000");
  std::string other_version = npy("{}", 100);
  other_version[6] = '\x09';
  EXPECT_THROW_SAYING(parse_npy(other_version, "v.npy"), DataError, "version 9");
}

TEST(Npy, DamagedFilesAreReadOrRefusedAndNeverCrash) {
  survive_damage(read_file_text(golden("float32.npy")),
                 [](std::string_view bytes) { float_values(parse_npy(bytes, "damaged.npy")); });
  survive_damage(read_file_text(golden("texts.npy")),
                 [](std::string_view bytes) { parse_npy_texts(bytes, "damaged.npy"); });
}

}  // namespace npy_test
}  // namespace genrebench::testing
