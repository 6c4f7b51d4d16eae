// Events are compared with those of TensorBoard's own writer, to the byte:
// tests/golden/tensorboard/make_events.py made the reference.
#include "exports/tensorboard/events.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "exports/tensorboard/records.hpp"

namespace genrebench {
namespace events_test {

using namespace std::string_literals;

constexpr double kStart = 1795960800.0;

std::string reference() {
  return read_file_text(GENREBENCH_SOURCE_DIR "/tests/golden/tensorboard/events.tfevents");
}

/// The data of a record of the reference.
std::string record(std::size_t index) {
  std::string rest = reference();
  for (std::size_t i = 0;; ++i) {
    std::size_t length = 0;
    for (std::size_t b = 0; b < 8; ++b)
      length |= std::size_t{static_cast<unsigned char>(rest.at(b))} << (8 * b);
    if (i == index) return rest.substr(12, length);
    rest = rest.substr(12 + length + 4);
  }
}

/// The picture of the reference: 3 x 2 pixels.
std::string png() {
  const std::string data = record(8);
  return data.substr(data.find("\x89PNG"));
}

TEST(Events, AreThoseOfTensorboardsWriter) {
  EXPECT_EQ(file_version_event(kStart), record(0));
  EXPECT_EQ(restart_event(kStart), record(1));
  EXPECT_EQ(session_start_event(kStart, {.parameters = {{"method.c", "0.5"},
                                                        {"method.name", "svm"},
                                                        {"seed", "0"},
                                                        {"split.leaky", "false"},
                                                        {"split.stratify", "true"}},
                                         .group = "group",
                                         .start_time = kStart}),
            record(2));
  EXPECT_EQ(text_event(kStart, 0, "run", "| a | b |\n| --- | --- |\n| é | 1 |\n"), record(3));
  EXPECT_EQ(scalar_event(kStart + 0.25, 1, "loss/train", 2.0), record(4));
  EXPECT_EQ(scalar_event(kStart + 0.25, 300, "loss/valid", 0.1), record(5));
  EXPECT_EQ(scalar_event(kStart + 1.5, 0, "test/accuracy", 0.0), record(6));
  EXPECT_EQ(session_end_event(kStart + 1.5, SessionStatus::success, kStart + 1.5), record(7));
  EXPECT_EQ(png_event(kStart + 1.5, 0, "confusion", png()), record(8));
}

TEST(Events, AreFramedAsTheWholeFileIs) {
  std::string file;
  for (std::size_t i = 0; i < 9; ++i) file += record_of(record(i));
  EXPECT_EQ(file, reference());
  EXPECT_EQ(whole_records(file).count, 9u);
}

TEST(Events, RefuseWhatIsNoPicture) {
  EXPECT_THROW(png_event(0.0, 0, "confusion", ""), DataError);
  EXPECT_THROW(png_event(0.0, 0, "confusion", "<svg>" + std::string(100, ' ')), DataError);
}

}  // namespace events_test
}  // namespace genrebench
