#include "harness/experiment/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

TEST(YamlTree, KnowsTheKindTheTextAndThePlaceOfEveryNode) {
  const YamlNode root = parse_yaml("a: 1\nb: [x, \"2\"]\nc: ~\n", "file.yaml");
  ASSERT_TRUE(root.is_map());
  ASSERT_EQ(root.entries.size(), 3u);
  const YamlNode& list = *root.find("b");
  ASSERT_TRUE(list.is_list());
  EXPECT_EQ(list.items[0].text, "x");
  EXPECT_FALSE(list.items[0].quoted);
  EXPECT_TRUE(list.items[1].quoted);
  EXPECT_EQ(list.items[1].where, "file.yaml:2:8");
  EXPECT_EQ(root.find("c")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("d"), nullptr);
}

TEST(YamlTree, AQuotedNumberIsText) {
  const YamlNode root = parse_yaml("a: \"12\"\nb: 12\n", "file.yaml");
  EXPECT_EQ(to_value(*root.find("a"), "test"), OptionValue(std::string("12")));
  EXPECT_EQ(to_value(*root.find("b"), "test"), OptionValue(std::int64_t{12}));
}

TEST(YamlTree, NumbersAreReadAsYamlReadsThem) {
  const YamlNode root = parse_yaml("[7, -7, 0.5, .inf, x, ~, [1]]", "test");
  EXPECT_EQ(to_int(root.items[1]), -7);
  EXPECT_EQ(to_unsigned(root.items[0]), 7u);
  EXPECT_EQ(to_unsigned(root.items[1]), std::nullopt);
  EXPECT_EQ(to_number(root.items[2]), 0.5);
  EXPECT_EQ(to_int(root.items[2]), std::nullopt);
  for (const std::size_t other : {4u, 5u, 6u})
    EXPECT_EQ(to_number(root.items[other]), std::nullopt);
}

TEST(YamlTree, AnAnchorIsCopiedToWhereItIsUsed) {
  const YamlNode root = parse_yaml("a: &x {k: 3}\nb: *x\n", "file.yaml");
  EXPECT_EQ(root.find("b")->find("k")->text, "3");
}

TEST(YamlTree, AnAnchorInItselfOrManyTimesIsRefused) {
  EXPECT_THROW_SAYING(parse_yaml("a: &x [*x]\n", "file.yaml"), ConfigError, "file.yaml:", "anchor");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THROW_SAYING(parse_yaml(bomb, "file.yaml"), ConfigError, "anchor");
}

}  // namespace
}  // namespace genrebench
