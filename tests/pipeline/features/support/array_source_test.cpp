// Where arrays of tracks lie: folders, .npz, safetensors.
#include "pipeline/features/support/array_source.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"
#include "support/zip.hpp"

namespace genrebench::testing {
namespace array_source_test {

namespace fs = std::filesystem;

const fs::path kGolden = GENREBENCH_SOURCE_DIR "/tests/golden/npy";

Track track(const std::string& id) {
  Track result;
  result.id = id;
  return result;
}

std::vector<float> values(const ArraySource& source, const std::string& key) {
  return float_values(source.array_of(key).array);
}

/// A .npy of floats.
std::string npy(const std::vector<std::size_t>& shape, const std::vector<float>& numbers) {
  return npy_header(NpyType::float32, shape) +
         std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
}

/// A .npy of texts of at most four characters of ASCII.
std::string npy_of_texts(const std::vector<std::string>& texts) {
  std::string header = npy_header(NpyType::float32, std::vector<std::size_t>{texts.size()});
  header.replace(header.find("<f4"), 3, "<U4");
  for (const std::string& text : texts)
    for (std::size_t i = 0; i < 4; ++i)
      header += little(std::uint32_t{i < text.size() ? static_cast<unsigned char>(text[i]) : 0u});
  return header;
}

std::string safetensors(const std::string& header, const std::string& data) {
  return little(static_cast<std::uint64_t>(header.size())) + header + data;
}

TEST(TrackKey, IsThePatternWithTheWordsOfTheTrack) {
  const Track blues = track("blues.00000"), chacha = track("Chacha/100701");
  EXPECT_EQ(track_key("", blues, "blues", true), "blues/blues.00000.npy");
  EXPECT_EQ(track_key("", chacha, "Chacha", true), "Chacha/100701.npy")
      << "the genre stands there once";
  EXPECT_EQ(track_key("", chacha, "Chacha", false), "Chacha/100701");
  EXPECT_EQ(track_key("{genre}-{name}.{id}", chacha, "Chacha", true),
            "Chacha-100701.Chacha/100701");
  EXPECT_EQ(track_key("{name}.npy", track("{id}"), "g", true), "{id}.npy")
      << "what stands for a word is not looked at again";
}

TEST(TrackKey, PatternsThatCannotBeMeantAreRefused) {
  EXPECT_NO_THROW(check_pattern(""));
  EXPECT_NO_THROW(check_pattern("{genre}/{name}.npy"));
  EXPECT_THROW_SAYING(check_pattern("{artist}/{id}.npy"), ConfigError, "'pattern'", "{artist}");
  EXPECT_THROW_SAYING(check_pattern("{id"), ConfigError, "'pattern'", "'{id'");
  EXPECT_THROW_SAYING(check_pattern("{genre}.npy"), ConfigError, "{id} or {name}");
}

TEST(ArraySource, AFolderHasOneFilePerKey) {
  const TemporaryFolder folder;
  write_npy(folder / "blues" / "a.npy", std::vector<float>{1, 2}, std::vector<std::size_t>{2});
  const auto source = open_arrays({.root = folder.path().string()});
  EXPECT_TRUE(source->is_folder());
  EXPECT_EQ(source->file_of("blues/a.npy"), folder / "blues" / "a.npy");
  EXPECT_EQ(values(*source, "blues/a.npy"), (std::vector<float>{1, 2}));
  EXPECT_THROW_SAYING(source->array_of("blues/b.npy"), DataError, "b.npy");
}

TEST(ArraySource, ANpzHasOneArrayPerKeyCompressedOrNot) {
  const auto stored = open_arrays({.root = (kGolden / "stored.npz").string()});
  EXPECT_FALSE(stored->is_folder());
  EXPECT_EQ(stored->file_of("rock/a"), kGolden / "stored.npz");
  EXPECT_EQ(stored->array_of("rock/b").array.shape, (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(values(*stored, "rock/b").front(), 12.0f);
  EXPECT_THROW_SAYING(stored->array_of("rock/c"), DataError, "stored.npz", "'rock/c'", "2 arrays",
                      "'rock/a'");
  const auto packed = open_arrays({.root = (kGolden / "compressed.npz").string()});
  EXPECT_EQ(values(*packed, "x").size(), 24u);
}

TEST(ArraySource, OneArrayMayHaveARowPerTrack) {
  const auto source = open_arrays({.root = (kGolden / "compressed.npz").string(),
                                   .pattern = {},
                                   .array = "x",
                                   .keys = {"ids"}});
  EXPECT_EQ(source->array_of("rock/a").array.shape, (std::vector<std::size_t>{12}));
  EXPECT_EQ(values(*source, "rock/a").front(), 12.0f) << "the second row";
  EXPECT_EQ(values(*source, "rock/b").front(), 0.0f);
  EXPECT_THROW_SAYING(source->array_of("rock/c"), DataError, "compressed.npz", "'rock/c'",
                      "2 arrays");
}

class Rows : public ::testing::Test {
 protected:
  std::unique_ptr<ArraySource> open(const std::vector<Member>& members, const std::string& array,
                                    const std::vector<std::string>& keys) {
    write_file_atomically(folder_ / "rows.npz", zip(members));
    return open_arrays(
        {.root = (folder_ / "rows.npz").string(), .pattern = {}, .array = array, .keys = keys});
  }

  TemporaryFolder folder_;
  const Member x_ = {"x.npy", npy({2, 2}, {1, 2, 3, 4})};
};

TEST_F(Rows, AreNamedByListsThatAreJoined) {
  const auto source =
      open({x_, {"g.npy", npy_of_texts({"rock", "jazz"})}, {"n.npy", npy_of_texts({"a", "a"})}},
           "x", {"g", "n"});
  EXPECT_EQ(values(*source, "jazz/a"), (std::vector<float>{3, 4}));
}

TEST_F(Rows, MayBeInFortransOrder) {
  std::string transposed = npy({2, 2}, {1, 3, 2, 4});
  transposed.replace(transposed.find("False"), 5, "True ");
  const auto source =
      open({{"x.npy", transposed}, {"n.npy", npy_of_texts({"a", "b"})}}, "x", {"n"});
  EXPECT_EQ(values(*source, "b"), (std::vector<float>{3, 4}));
}

TEST_F(Rows, ThatAreNotNamedEachOnceAreRefused) {
  const Member names = {"n.npy", npy_of_texts({"a", "b"})};
  EXPECT_THROW_SAYING(open({x_, names}, "y", {"n"}), DataError, "rows.npz", "'y'");
  EXPECT_THROW_SAYING(open({x_, names}, "x", {"m"}), DataError, "rows.npz", "'m'");
  EXPECT_THROW_SAYING(open({x_, {"n.npy", npy_of_texts({"a"})}}, "x", {"n"}), DataError,
                      "rows.npz: n", "expected 2 texts", "found 1");
  EXPECT_THROW_SAYING(open({x_, {"n.npy", npy_of_texts({"a", "a"})}}, "x", {"n"}), DataError,
                      "'a' twice");
  EXPECT_THROW_SAYING(open({x_, names}, "x", {"x"}), DataError, "rows.npz: x", "a list of texts");
  EXPECT_THROW_SAYING(open({{"x.npy", npy({}, {1})}, names}, "x", {"n"}), DataError,
                      "one row per track");
  EXPECT_THROW_SAYING(open({x_, names}, "x", {}), ConfigError, "'array' and 'keys' go together");
  EXPECT_THROW_SAYING(open({x_, names}, "", {"n"}), ConfigError, "'array' and 'keys' go together");
  EXPECT_THROW_SAYING(
      open_arrays({.root = folder_.path().string(), .pattern = {}, .array = "x", .keys = {"n"}}),
      ConfigError, "'array'", ".npz");
}

TEST(ArraySource, SafetensorsHaveOneTensorPerKey) {
  const TemporaryFolder folder;
  const std::string data =
      little(1.5f) + little(-2.0f) + little(std::uint16_t{0x3fc0}) + std::string("\x07\x09", 2);
  folder.write("a.safetensors",
               safetensors(R"({"rock/a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
                           R"("b":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]},)"
                           R"("c":{"dtype":"I8","shape":[2],"data_offsets":[10,12]}})",
                           data));
  const auto source = open_arrays({.root = (folder / "a.safetensors").string()});
  EXPECT_EQ(source->array_of("rock/a").array.shape, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(values(*source, "rock/a"), (std::vector<float>{1.5f, -2.0f}));
  EXPECT_EQ(values(*source, "b"), std::vector<float>{1.5f}) << "bfloat16";
  EXPECT_THROW_SAYING(source->array_of("c"), DataError, "a.safetensors: c", "I8");
  EXPECT_THROW_SAYING(source->array_of("d"), DataError, "a.safetensors", "'d'", "3 arrays");
}

TEST(ArraySource, RootsThatHoldNoArraysAreRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(open_arrays({}), ConfigError, "'root' is empty");
  EXPECT_THROW_SAYING(open_arrays({.root = (folder / "absent").string()}), DataError, "absent",
                      "not there");
  EXPECT_THROW_SAYING(open_arrays({.root = folder.write("a.csv", "a,b\n1,2\n").string()}),
                      DataError, "a.csv", "something else");
  EXPECT_THROW_SAYING(open_arrays({.root = (kGolden / "float32.npy").string()}), DataError,
                      "a single .npy");
  EXPECT_THROW_SAYING(open_arrays({.root = folder.write("a.npz", "PK\x03\x04").string()}),
                      DataError, "a.npz", "cut short");
  const std::string objects = read_file_text(kGolden / "objects.npy");
  folder.write("o.npz", zip({{"a.npy", objects}}));
  const auto source = open_arrays({.root = (folder / "o.npz").string()});
  EXPECT_THROW_SAYING(source->array_of("a"), DataError, "o.npz: a", "pickled Python");
}

}  // namespace array_source_test
}  // namespace genrebench::testing
