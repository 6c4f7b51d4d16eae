#include "datasets/manifests/manifest_options.hpp"

#include <string>
#include <utility>
#include <vector>

#include "datasets/dataset_test_support.hpp"

namespace genrebench {
namespace manifest_options_test {

using testing::message_of;
using Pair = std::pair<std::string, std::string>;

TEST(ManifestOptions, AColumnMayHaveAnotherName) {
  EXPECT_EQ(parse_named_column("label", "group_columns"), Pair("label", "label"));
  EXPECT_EQ(parse_named_column("producer=made by", "group_columns"), Pair("producer", "made by"));
  for (const char* word : {"", "=x", "x="})
    EXPECT_CONTAINS(message_of<ConfigError>([&] { parse_named_column(word, "group_columns"); }),
                    "option 'group_columns': expected 'name=column' or 'column', found '");
}

TEST(ManifestOptions, FilesMayBePartsOfALists) {
  const std::vector<ListedFile> files =
      parse_files({"songs.csv", "training=a.csv", "hear/0=fold00.json", "x/y/val=b.csv"});
  ASSERT_EQ(files.size(), 4U);
  EXPECT_EQ(files[0].file, "songs.csv");
  EXPECT_TRUE(files[0].list.empty());
  EXPECT_EQ(files[1].list, "published");
  EXPECT_EQ(files[1].part, "train");
  EXPECT_EQ(files[2].list, "hear");
  EXPECT_EQ(files[2].part, "0");
  EXPECT_EQ(files[2].file, "fold00.json");
  EXPECT_EQ(files[3].list, "x/y");
  EXPECT_EQ(files[3].part, "valid");
  for (const char* word : {"", "train=", "=a.csv", "/train=a.csv", "list/=a.csv"})
    EXPECT_CONTAINS(message_of<ConfigError>([&] { parse_files({word}); }),
                    "option 'files': expected 'file', 'part=file' or 'list/part=file'");
}

TEST(ManifestOptions, ConditionsNameTheValuesThatACellMayHave) {
  const std::vector<RowCondition> conditions = parse_conditions({"set=small|medium", "x="});
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_EQ(conditions[0].column, "set");
  EXPECT_EQ(conditions[0].values, (std::vector<std::string>{"small", "medium"}));
  EXPECT_EQ(conditions[1].values, (std::vector<std::string>{""})) << "an empty cell";
  EXPECT_CONTAINS(message_of<ConfigError>([] { parse_conditions({"small"}); }),
                  "option 'where': expected 'column=value'");
}

TEST(ManifestOptions, EveryOptionHasAHelpTextAndEveryPresetKnownOptions) {
  const OptionSchema schema = manifest_option_table().schema();
  for (const OptionInfo& option : schema.options()) EXPECT_FALSE(option.help.empty());
  EXPECT_EQ(schema.presets().front().name, "own");
  EXPECT_TRUE(schema.presets().front().values.empty());
  EXPECT_EQ(sign_of(CellSeparator::tab), '\t');
  EXPECT_EQ(sign_of(CellSeparator::pipe), '|');
}

}  // namespace manifest_options_test
}  // namespace genrebench
