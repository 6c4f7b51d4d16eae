#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/error.hpp"
#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace write_test {

using namespace genrebench::testing;

namespace fs = std::filesystem;

TEST(Formats, NamesAreReadBack) {
  for (const Format format : all_formats()) EXPECT_EQ(parse_format(to_string(format)), format);
}

TEST(Formats, AnUnknownFormatNamesTheNearest) {
  EXPECT_THROW_SAYING(parse_format("htlm"), ConfigError, "'htlm'", "html");
}

TEST_F(Folder, ADocumentIsWrittenInEveryFormat) {
  const std::vector<fs::path> files = write_document(example(), folder_ / "new" / "folder");
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    names.push_back(file.filename().string());
    EXPECT_TRUE(fs::is_regular_file(file)) << file;
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"example.md", "example.tex", "example.html", "example.json",
                                      "tricky.csv", "tricky_data.csv", "curve.svg"}));
  EXPECT_EQ(static_cast<std::size_t>(
                std::distance(fs::directory_iterator(folder_ / "new" / "folder"), {})),
            7u)
      << "a temporary file was left";
}

TEST_F(Folder, OnlyTheFormatsAskedForAreWritten) {
  EXPECT_EQ(write_document(example(), folder_, {Format::html}),
            (std::vector<fs::path>{folder_ / "example.html"}));
  EXPECT_EQ(n_files(), 1u);
}

TEST_F(Folder, AFileThatExistsIsReplaced) {
  std::ofstream(folder_ / "example.md") << "old and longer than nothing";
  write_document(without_figure(), folder_, {Format::markdown});
  EXPECT_EQ(content("example.md"), render_markdown(without_figure()));
}

TEST_F(Folder, AFolderThatCannotBeMadeIsNamed) {
  std::ofstream(folder_ / "file") << "x";
  const fs::path below = folder_ / "file" / "below";
  EXPECT_THROW_SAYING(write_document(example(), below), DataError, below.string());
}

TEST_F(Folder, AFileThatCannotBeWrittenIsNamed) {
  // A folder has the name: renaming onto it fails, for root too.
  fs::create_directory(folder_ / "example.md");
  EXPECT_THROW_SAYING(write_document(example(), folder_, {Format::markdown}), DataError,
                      (folder_ / "example.md").string());
  EXPECT_EQ(n_files(), 1u) << "a temporary file was left";
}

TEST_F(Folder, AFolderWithoutPermissionIsAnError) {
  if (::geteuid() == 0) GTEST_SKIP() << "permissions do not stop root";
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THROW(write_document(example(), folder_, {Format::markdown}), DataError);
}

TEST_F(Folder, AFullDiskLeavesTheOldFileAndNamesIt) {
  std::ofstream(folder_ / "example.md") << "old";
  Document document = without_figure();
  document.body.emplace_back(Paragraph{std::string(10000, 'x')});
  // A limit on file sizes fails a write in its middle, as a full disk does.
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string message;
  try {
    write_document(document, folder_, {Format::markdown});
  } catch (const DataError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(contains(message, (folder_ / "example.md").string())) << message;
  EXPECT_EQ(content("example.md"), "old");
  EXPECT_EQ(n_files(), 1u) << "a temporary file was left";
}

TEST_F(Folder, TwoTablesOfOneIdAreABug) {
  Document document = example();
  document.data.push_back(document.data.front());
  EXPECT_THROW(write_document(document, folder_), std::logic_error);
  EXPECT_EQ(n_files(), 0u);
}

TEST_F(Folder, AnIdThatIsNoFileNameIsABug) {
  for (const char* id : {"", "../up", "a b", ".hidden"}) {
    Document document = example();
    document.data.front().id = id;
    EXPECT_THROW(write_document(document, folder_), std::logic_error) << id;
  }
}

}  // namespace write_test
}  // namespace genrebench
