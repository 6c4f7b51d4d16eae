#include "exports/tensorboard/records.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace records_test {

using namespace std::string_literals;

// python3 -c "from tensorboard.summary.writer.record_writer import RecordWriter as W; import io;
//   f = io.BytesIO(); W(f).write(b'123456789'); print(f.getvalue().hex())"
TEST(Records, AreFramedAsTensorboardDoes) {
  std::string hex;
  for (const char c : record_of("123456789")) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  EXPECT_EQ(hex, "090000000000000037f97139313233343536373839e5b08ac7");
}

TEST(Records, AreCountedUpToTheFirstThatIsCutOrDamaged) {
  const std::string one = record_of("one"), two = record_of(std::string(300, 'x'));
  EXPECT_EQ(whole_records("").count, 0u);
  for (std::size_t cut = 0; cut < two.size(); ++cut) {
    const WholeRecords whole = whole_records(one + two.substr(0, cut));
    ASSERT_EQ(whole.count, 1u) << cut;
    ASSERT_EQ(whole.bytes, one.size());
  }
  EXPECT_EQ(whole_records(one + two).count, 2u);
  std::string damaged = one + two;
  damaged[one.size() + 20] ^= 1;
  EXPECT_EQ(whole_records(damaged).count, 1u);
  // A length beyond what any file has.
  EXPECT_EQ(whole_records(std::string(8, '\xff') + one).count, 0u);
}

}  // namespace records_test
}  // namespace genrebench
