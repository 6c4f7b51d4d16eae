#include "harness/experiment/option_words.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace option_words_test {

/// Every option but the preset's name, as text.
std::map<std::string, std::string> text_of(const OptionValues& values) {
  std::map<std::string, std::string> text;
  for (const auto& [name, value] : values)
    if (name != "preset") text[name] = to_string(value);
  return text;
}

TEST(OptionWords, AreReadAsTheExperimentsOptionsAre) {
  const OptionSchema schema = segmentation_table().schema();
  const OptionValues values = parse_options(
      {"preset=authors", "windows=12", "lags=window", "rate_hz=auto"}, schema, "segment");
  EXPECT_EQ(to_string(values.at("windows")), "12");
  EXPECT_EQ(to_string(values.at("window_s")), "auto");
  EXPECT_EQ(to_string(values.at("lags")), "window");
  EXPECT_EQ(text_of(parse_options({}, schema, "segment")), text_of(schema.resolve({}, "segment")));
  EXPECT_THROW_SAYING(parse_options({"windows=12", "window_s=1"}, schema, "segment"), ConfigError,
                      "segment", "one of windows, window_s");
  EXPECT_THROW_SAYING(parse_options({"window=12"}, schema, "segment"), ConfigError,
                      "unknown option 'window'", "did you mean 'windows'?");
  EXPECT_THROW_SAYING(parse_options({"windows"}, schema, "segment"), ConfigError, "key=value",
                      "'windows'");
}

TEST(OptionWords, AreSplitAtTheFirstEqualsSign) {
  EXPECT_EQ(key_and_text("dataset.root=/a=b").key, "dataset.root");
  EXPECT_EQ(key_and_text("dataset.root=/a=b").value, "/a=b");
  EXPECT_EQ(key_and_text("key=").value, "");
  EXPECT_THROW_SAYING(key_and_text("key"), ConfigError, "key=value", "'key'");
  EXPECT_THROW_SAYING(key_and_text("=value"), ConfigError, "key=value", "'=value'");
}

}  // namespace option_words_test
}  // namespace genrebench
