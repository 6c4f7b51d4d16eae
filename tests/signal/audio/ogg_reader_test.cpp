#include <gtest/gtest.h>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace ogg_reader_test {

using testing::bytes_of;
using testing::fault_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

class Ogg : public ::testing::Test {
 protected:
  /// Empty where libsndfile lacks the codec.
  std::string made(int codec, std::size_t n_samples, int rate_hz = 48000) {
    const bool can = write_sound(folder_ / "a.ogg", SF_FORMAT_OGG | codec,
                                 noise(n_samples, n_samples), 1, rate_hz);
    return can ? bytes_of(folder_ / "a.ogg") : std::string();
  }
  std::vector<float> read(const std::string& bytes) {
    write_bytes(folder_ / "b.ogg", bytes);
    return read_audio(folder_ / "b.ogg", 0.0);
  }
  std::string fault(const std::string& bytes) {
    write_bytes(folder_ / "b.ogg", bytes);
    return fault_of(folder_ / "b.ogg");
  }
  const TemporaryFolder folder_;
};

TEST_F(Ogg, ChainsAreReadToTheirEnd) {
  for (const int codec : {SF_FORMAT_VORBIS, SF_FORMAT_OPUS}) {
    const std::string one = made(codec, 20000), two = made(codec, 9000), three = made(codec, 30001);
    if (one.empty()) continue;
    std::vector<float> all;
    for (const std::string& part : {one, two, three}) {
      const std::vector<float> samples = read(part);
      all.insert(all.end(), samples.begin(), samples.end());
    }
    EXPECT_EQ(read(one + two + three), all);
    EXPECT_EQ(probe_audio(folder_ / "b.ogg").n_frames, static_cast<std::int64_t>(all.size()));
    std::vector<float> twice(all.begin(), all.begin() + 20000);
    twice.insert(twice.end(), all.begin(), all.begin() + 20000);
    EXPECT_EQ(read(one + one), twice) << "streams of one number, one after the other";
  }
}

TEST_F(Ogg, ChainsOfDifferentRatesAreRefused) {
  const std::string one = made(SF_FORMAT_VORBIS, 9000), two = made(SF_FORMAT_VORBIS, 9000, 44100);
  if (one.empty()) GTEST_SKIP() << "libsndfile writes no Vorbis";
  const std::string message = fault(one + two);
  EXPECT_TRUE(says(message, "48000") && says(message, "44100")) << message;
}

TEST_F(Ogg, BytesAfterTheLastPageDoNotCount) {
  const std::string one = made(SF_FORMAT_VORBIS, 9000);
  if (one.empty()) GTEST_SKIP() << "libsndfile writes no Vorbis";
  const std::vector<float> expected = read(one);
  for (const std::string& tail : {std::string(1, '\0'), std::string(100000, '\0'),
                                  "TAG" + std::string(125, 't'), std::string("Ogg")})
    EXPECT_EQ(read(one + tail), expected) << tail.size();
}

TEST_F(Ogg, WithoutItsEndOrWithAHoleIsRefused) {
  const std::string one = made(SF_FORMAT_VORBIS, 90000);
  if (one.empty()) GTEST_SKIP() << "libsndfile writes no Vorbis";
  const std::size_t last = one.rfind("OggS");
  EXPECT_TRUE(says(fault(one.substr(0, last)), "cut short"));
  EXPECT_TRUE(says(fault(one.substr(0, last) + std::string(5000, '\0')), "cut short"));
  EXPECT_TRUE(says(fault(one.substr(0, last) + one), "cut short"));
  EXPECT_TRUE(says(fault(one.substr(0, last + 20)), "cut short"));
  EXPECT_TRUE(says(fault(one + "junk" + one), "4 bytes at byte"));
  const std::size_t middle = one.find("OggS", one.size() / 2), next = one.find("OggS", middle + 1);
  ASSERT_LT(next, one.size());
  std::string hole = one;
  EXPECT_TRUE(says(fault(hole.erase(middle, next - middle)), "number of the Ogg page"));
}

TEST_F(Ogg, PagesWithAWrongChecksumAreDamaged) {
  const std::string one = made(SF_FORMAT_VORBIS, 90000);
  if (one.empty()) GTEST_SKIP() << "libsndfile writes no Vorbis";
  for (const std::size_t at : {one.rfind("OggS") + 10, one.size() - 1, one.size() / 2}) {
    std::string bytes = one;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    EXPECT_TRUE(says(fault(bytes), "checksum of the Ogg page")) << at;
  }
}

/// The checksum of an Ogg page whose own field is zero.
std::uint32_t checksum(const std::string& page) {
  std::uint32_t crc = 0;
  for (const char c : page) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x80000000u) != 0 ? crc << 1 ^ 0x04C11DB7u : crc << 1;
  }
  return crc;
}

/// The most memory that this process has held, in bytes.
std::int64_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return 1024 * std::stoll(line.substr(6));
  return 0;
}

TEST_F(Ogg, ClaimsDoNotDecideHowMuchMemoryIsTaken) {
  const std::string one = made(SF_FORMAT_VORBIS, 20000);
  if (one.empty()) GTEST_SKIP() << "libsndfile writes no Vorbis";
  const std::size_t last = one.rfind("OggS");
  for (const int power : {28, 36, 45}) {
    std::string page = one.substr(last);
    page.replace(6, 8, little_endian(std::uint64_t{1} << power, 8)).replace(22, 4, 4, '\0');
    page.replace(22, 4, little_endian(checksum(page), 4));
    const std::int64_t before = peak_memory();
    try {
      const std::size_t n = read(one.substr(0, last) + page).size();
      EXPECT_TRUE(n >= 20000 && n < 20000 + 2048) << n << ": to the end of the last block";
    } catch (const DataError& error) {
      EXPECT_TRUE(says(error.what(), "cut short or damaged")) << error.what();
    }
    EXPECT_LT(peak_memory() - before, std::int64_t{64} << 20) << power;
  }
}

TEST_F(Ogg, OfAnotherKindIsNamed) {
  std::string page("OggS\0\6", 6);
  page.resize(26, '\0');
  page.append("\1\x08");
  const auto with_checksum = [](std::string whole) {
    return whole.replace(22, 4, little_endian(checksum(whole), 4));
  };
  EXPECT_TRUE(says(fault(with_checksum(page + "\x80theora!")), "Theora video"));
  EXPECT_TRUE(says(fault(with_checksum(page + "somewhat")), "an unknown codec"));
}

}  // namespace ogg_reader_test
}  // namespace genrebench
