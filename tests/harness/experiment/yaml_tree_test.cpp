#include "harness/experiment/yaml_tree.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace yaml_tree_test {

YamlNode value_of(const std::string& text) {
  return *parse_yaml("key: " + text + "\n", "file.yaml").find("key");
}

TEST(YamlTree, KnowsTheKindTheTextAndThePlaceOfEveryNode) {
  const YamlNode root = parse_yaml("a: 1\nb: [x, \"2\"]\nc:\n", "file.yaml");
  ASSERT_TRUE(root.is_map());
  ASSERT_EQ(root.entries.size(), 3u);
  const YamlNode& list = *root.find("b");
  ASSERT_TRUE(list.is_list());
  EXPECT_EQ(list.items[0].text, "x");
  EXPECT_EQ(list.items[1].text, "2");
  EXPECT_EQ(list.items[1].where, "file.yaml:2:8");
  EXPECT_EQ(root.find("c")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("d"), nullptr);
}

TEST(YamlTree, WordsAreTextAsItIsWritten) {
  for (const std::string word :
       {"2024.10", "007",   "1e3",  "0x10", "1_000",      "yes", "No",  "null",
        "Null",    "~",     "true", ".inf", "a b",        "a:b", "a#b", "b\\c",
        "C:\\x",   "Müsik", "-x",   "1.10", "2001-01-01", "<x>", "a, b"})
    EXPECT_EQ(to_value(value_of(word), "test"), OptionValue(word)) << word;
  EXPECT_EQ(to_value(value_of("\"  \\\" # \\\\ \""), "test"),
            OptionValue(std::string("  \" # \\ ")));
  EXPECT_EQ(to_value(value_of("' it''s '"), "test"), OptionValue(std::string(" it's ")));
  EXPECT_EQ(to_value(value_of("[~, 010, 'a, b', !!str 1]"), "test"),
            OptionValue(std::vector<std::string>{"~", "010", "a, b", "1"}));
  EXPECT_EQ(to_value(value_of(""), "test"), OptionValue()) << "nothing is written";
  EXPECT_EQ(value_of("~  # comment").text, "~");
}

TEST(YamlTree, WhatYamlMakesOfUnquotedTextIsRefused) {
  for (const std::string text :
       {"a: b", "@eaDir",  "*x",  "&y",      "&y z",    "!t",       "!t z",   "! z",
        "[a",   "{a",      "'",   "\"",      "'a",      "\"a",      "- a",    "%x",
        "`a`",  "\"a\" b", "] a", "\"\\q\"", "\"\\0\"", "music #2", "a #b c", "Zouk #ragga"}) {
    SCOPED_TRACE(text);
    EXPECT_THROW_SAYING(value_of(text), ConfigError, "file.yaml:");
  }
  EXPECT_THROW_SAYING(to_value(value_of("{x}"), "test"), ConfigError, "found a map", "quotes");
  EXPECT_THROW_SAYING(value_of("music #2"), ConfigError, "'#2' behind 'music'", "\"music #2\"");
  for (const std::string text : {"music  # 2", "music #", "music ## x", "1 #one", "true #yes"})
    EXPECT_NO_THROW(value_of(text)) << text;
}

TEST(YamlTree, AFileIsOneDocument) {
  EXPECT_NO_THROW(parse_yaml("---\na: 1\n...\n# end\n", "file.yaml"));
  for (const std::string text :
       {"a: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n", "a: 1\n---\n", "[a] b", "{a: 1}\nb: 2\n"})
    EXPECT_THROW_SAYING(parse_yaml(text, "file.yaml"), ConfigError, "file.yaml:", "one document");
}

TEST(YamlTree, KeysStandOnceAndAreNotMerged) {
  EXPECT_THROW_SAYING(parse_yaml("a: 1\n\"a\": 2\n", "file.yaml"), ConfigError, "file.yaml:2:1",
                      "'a' is given twice");
  EXPECT_THROW_SAYING(parse_yaml("x: [{b: 1, c: 2, b: 3}]\n", "file.yaml"), ConfigError, "'b'");
  EXPECT_THROW_SAYING(parse_yaml("x: &x {b: 1}\ny: {<<: *x}\n", "file.yaml"), ConfigError,
                      "file.yaml:2:5", "merge keys", "extends");
}

TEST(YamlTree, BytesThatAreNoTextAreRefusedWithTheirPlace) {
  const auto parse = [](const std::string& text) { return parse_yaml(text, "file.yaml"); };
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "a: ~\n")
                .find("a")
                ->text,
            "~")
      << "a byte order mark is fine";
  EXPECT_EQ(parse("a: ü\r\nb: ~\r\n").find("b")->text, "~");
  EXPECT_THROW_SAYING(parse("a: 1\nb: \x04\nc: 2\n"), ConfigError, "file.yaml:2:4", "byte x04");
  EXPECT_THROW_SAYING(parse("a: caf\xE9\n"), ConfigError, "file.yaml:1:7", "byte xE9");
  EXPECT_THROW_SAYING(parse(std::string("a: \0b", 5)), ConfigError, "file.yaml:1:4", "binary");
  EXPECT_THROW_SAYING(parse(std::string("\xFF\xFE"
                                        "a\0:\0",
                                        6)),
                      ConfigError, "UTF-16", "UTF-8");
  EXPECT_THROW_SAYING(parse("\x1B[2J: 1"), ConfigError, "byte x1B");
}

TEST(YamlTree, SizeAndDepthHaveLimits) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_NO_THROW(parse_yaml(nested(kMaxYamlDepth), "file.yaml"));
  EXPECT_THROW_SAYING(parse_yaml(nested(kMaxYamlDepth + 1), "file.yaml"), ConfigError, "64 deep");
  EXPECT_THROW_SAYING(parse_yaml(std::string(400000, '['), "file.yaml"), ConfigError, "64 deep");
  EXPECT_THROW_SAYING(parse_yaml(std::string(400000, '{'), "file.yaml"), ConfigError, "64 deep");
  std::string dashes, questions, items = "a: [";
  for (int i = 0; i < 100000; ++i) {
    dashes += "- ";
    questions += "? ";
    items += "1,";
  }
  EXPECT_THROW_SAYING(parse_yaml(dashes, "file.yaml"), ConfigError, "64 deep");
  EXPECT_THROW_SAYING(parse_yaml(questions, "file.yaml"), ConfigError, "64 deep");
  EXPECT_THROW_SAYING(parse_yaml(items + "]", "file.yaml"), ConfigError, "100000 values");
  EXPECT_THROW_SAYING(parse_yaml(std::string(kMaxYamlBytes + 1, '#'), "file.yaml"), ConfigError,
                      "524288 bytes");
}

TEST(YamlTree, AnAnchorIsCopiedToWhereItIsUsed) {
  const YamlNode root = parse_yaml("a: &x {k: 3}\nb: *x\n", "file.yaml");
  EXPECT_EQ(root.find("b")->find("k")->text, "3");
}

TEST(YamlTree, AnAnchorInItselfOrManyTimesIsRefused) {
  for (const std::string text : {"a: &x [*x]\n", "a: &x {b: *x}\n", "&x {b: [1, {c: *x}]}\n"})
    EXPECT_THROW_SAYING(parse_yaml(text, "file.yaml"), ConfigError, "&x is used within itself");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THROW_SAYING(parse_yaml(bomb, "file.yaml"), ConfigError, "file.yaml:", "100000 values");
  std::string deep = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i) deep += fmt::format("a{}: &a{} [[*a{}]]\n", i, i, i - 1);
  EXPECT_THROW_SAYING(parse_yaml(deep, "file.yaml"), ConfigError, "64 deep");
}

}  // namespace yaml_tree_test
}  // namespace genrebench
