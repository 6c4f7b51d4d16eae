#include <gtest/gtest.h>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace au_reader_test {

using testing::bytes_of;
using testing::fault_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

TEST(Au, IsReadToItsEndWhateverItsSizeIs) {
  const TemporaryFolder folder;
  for (const bool little : {false, true}) {
    const int endian = little ? SF_ENDIAN_LITTLE : 0;
    ASSERT_TRUE(write_sound(folder / "a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16 | endian, noise(900)));
    const std::string bytes = bytes_of(folder / "a.au");
    const std::vector<float> expected = read_audio(folder / "a.au");
    ASSERT_EQ(expected.size(), 900u);
    const auto sized = [&](std::uint64_t size) {
      return std::string(bytes).replace(8, 4,
                                        little ? little_endian(size, 4) : big_endian(size, 4));
    };
    for (const std::uint64_t size : {0ull, 1ull, 800ull, 1799ull, 1824ull, 0xFFFFFFFFull,
                                     0x7FFFFFFFull, 0x7FFFF000ull, 0x80000000ull}) {
      write_bytes(folder / "b.au", sized(size));
      EXPECT_EQ(read_audio(folder / "b.au"), expected) << size;
    }
    for (const std::uint64_t size : {1900ull, 100000ull, 0x70000000ull}) {
      write_bytes(folder / "b.au", sized(size));
      EXPECT_TRUE(says(fault_of(folder / "b.au"), "cut short")) << size;
    }
    write_bytes(folder / "b.au", bytes.substr(0, 20));
    EXPECT_TRUE(says(fault_of(folder / "b.au"), "cut short"));
    const std::string far = little ? little_endian(1u << 30, 4) : big_endian(1u << 30, 4);
    write_bytes(folder / "b.au", std::string(bytes).replace(4, 4, far));
    EXPECT_TRUE(says(fault_of(folder / "b.au"), "header"));
  }
}

}  // namespace au_reader_test
}  // namespace genrebench
