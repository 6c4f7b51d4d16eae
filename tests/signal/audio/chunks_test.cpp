#include "signal/audio/chunks.hpp"

#include <gtest/gtest.h>

#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace chunks_test {

using testing::message_of;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;

TEST(UnknownSize, IsWhatProgramsWriteIntoPipes) {
  for (const std::uint64_t size :
       {0x7FFFFFFFull, 0x80000000ull, 0xFFFFFFFFull, 0x7FFFF000ull, 0x7F000008ull, 0x7FFFFFDBull,
        0xFFFFFFDBull, 0x7FFFFFFFFFFFFFFFull, 0xFFFFFFFFFFFFFFFFull, 0x7FFFFFFFFFFFFFA0ull})
    EXPECT_TRUE(is_unknown_size(size)) << std::hex << size;
  for (const std::uint64_t size :
       {0ull, 1ull, 44100ull, 0x70000000ull, 0x7EFFFFFFull, 0x7F100000ull, 0x80000001ull,
        0xF0000000ull, 0x100000001ull, 0x4000000000000000ull})
    EXPECT_FALSE(is_unknown_size(size)) << std::hex << size;
}

std::string chunk(const std::string& id, const std::string& data, std::uint64_t claimed) {
  return id + little_endian(claimed, 4) + data;
}

class Chunks : public ::testing::Test {
 protected:
  FoundChunks find(const std::string& content, std::uint64_t form_end = 1) {
    write_bytes(folder_ / "file.wav", content);
    FileBytes bytes(folder_ / "file.wav");
    return find_chunks(bytes, {}, 0, form_end);
  }
  std::string fault(const std::string& content, std::uint64_t form_end = 1) {
    return message_of<DataError>([&] { find(content, form_end); });
  }
  const TemporaryFolder folder_;
};

TEST_F(Chunks, AreFoundInOrderWithAndWithoutPadding) {
  const std::string head = chunk("fmt ", "0123", 4) + chunk("odd ", "012", 3);
  for (const std::string& pad : {std::string(1, '\0'), std::string()}) {
    const FoundChunks found =
        find(head + pad + chunk("data", std::string(10, 'a'), 10) + chunk("LIST", "1234", 4));
    ASSERT_EQ(found.before.size(), 2u);
    EXPECT_EQ(found.before[1].id, "odd ");
    EXPECT_EQ(found.audio_bytes, 10);
    ASSERT_EQ(found.after.size(), 1u);
    EXPECT_EQ(found.after[0].claimed, 4u);
    EXPECT_NE(chunk_named(found.before, "fmt "), nullptr);
    EXPECT_EQ(chunk_named(found.before, "fact"), nullptr);
  }
}

TEST_F(Chunks, GiveAllThatFollowsWhereTheSizeIsUnknown) {
  for (const std::uint64_t size : {0ull, 0xFFFFFFFFull, 0x7FFFF000ull})
    EXPECT_EQ(find(chunk("data", std::string(30, 'a'), size)).audio_bytes, 30) << size;
  EXPECT_EQ(find(chunk("data", "", 0) + chunk("LIST", "1234", 4)).audio_bytes, 0)
      << "an empty clip has texts, not sound";
}

TEST_F(Chunks, BelieveAWholeFormMoreThanTheAudio) {
  const std::string content = chunk("data", std::string(30, 'a'), 77);
  EXPECT_EQ(find(content, /*form_end=*/38).audio_bytes, 30);
  EXPECT_TRUE(says(fault(content, /*form_end=*/85), "cut short"));
  EXPECT_TRUE(says(fault(content, /*form_end=*/85), "claims 77 bytes, 30 are there"));
}

TEST_F(Chunks, RefuseASizeBehindWhichNoChunkFollows) {
  const std::string message = fault(chunk("data", std::string(3000, 'a'), 1000));
  EXPECT_TRUE(says(message, "claims 1000 bytes, and 2000 bytes that are no chunk follow"))
      << message;
  EXPECT_TRUE(says(fault(chunk("data", "aa", 2) + "RIFF" + std::string(100, 'x')), "no chunk"));
  EXPECT_EQ(find(chunk("data", "aa", 2) + std::string(100, '\0')).audio_bytes, 2);
  EXPECT_EQ(find(chunk("data", "aa", 2) + "TAG" + std::string(125, 'x')).audio_bytes, 2);
  EXPECT_EQ(find(chunk("data", "aa", 2) + chunk("LIST", "1234", 400)).audio_bytes, 2)
      << "a cut text costs no sound";
}

TEST_F(Chunks, RefuseSizesBeyondTheFileBeforeTheAudio) {
  const std::string message =
      fault(chunk("JUNK", std::string(10, 'j'), 0xFFFFFFF7) + chunk("data", "aa", 2));
  EXPECT_TRUE(says(message, "claims 4294967287 bytes")) << message;
  EXPECT_TRUE(says(fault(chunk("fmt ", "0123", 4)), "expected a 'data' chunk, found none"));
  EXPECT_TRUE(says(fault(std::string(100000, '\0')), "found none"));
}

TEST_F(Chunks, AreWrittenAsTheyStand) {
  ChunkRules rules;
  FoundChunks found;
  found.audio = 3;
  found.audio_bytes = 3;
  AudioView view;
  add_audio(view, rules, "data", "", found);
  EXPECT_EQ(view.size(), 12) << "an odd size is padded";
}

}  // namespace chunks_test
}  // namespace genrebench
