// Hashes of files: when a remembered one is trusted, and what is noticed while a file is read.
#include "base/file_hashes.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "base/digest.hpp"
#include "support/file_changes.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace file_hashes_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr double kSettle_s = 0.03;

/// Until a change of now is told from one of before.
void let_settle() { std::this_thread::sleep_for(std::chrono::duration<double>(3.0 * kSettle_s)); }

/// A file of 1000 bytes as memory that can be written.
class Mapping {
 public:
  explicit Mapping(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR);
    memory_ = ::mmap(nullptr, 1000, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (memory_ == MAP_FAILED) throw std::runtime_error("cannot map " + file.string());
  }
  ~Mapping() { ::munmap(memory_, 1000); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  void fill(char letter) const { std::memset(memory_, letter, 1000); }

 private:
  void* memory_ = nullptr;
};

class HashesOfFiles : public ::testing::Test {
 protected:
  fs::path memory() const { return folder_ / "memory/hashes.tsv"; }

  /// As another process would.
  std::string hash(const fs::path& file) const {
    FileHashes hashes(memory(), kSettle_s);
    const std::string result = hashes(file);
    hashes.save();
    return result;
  }

  /// Replaces every hash in the memory by zeros, so that one that is trusted shows.
  void falsify_memory() const {
    const std::string text = content_of(memory());
    ASSERT_GT(text.size(), 33u);
    std::string lines = text.substr(0, text.size() - 33);
    for (std::size_t at = lines.find('\n'); at != std::string::npos && at + 33 < lines.size();
         at = lines.find('\n', at + 1))
      lines.replace(at + 1, kZeros.size(), kZeros);
    write_over(memory(), lines + content_hash(lines) + "\n");
  }

  /// Two files of one size and one time of modification.
  void write_pair() {
    file_ = folder_.write("music/a", std::string(1000, 'a'));
    other_ = folder_.write("music/b", std::string(1000, 'b'));
    copy_time(file_, other_);
  }

  const std::string kZeros = std::string(32, '0');
  TemporaryFolder folder_;
  fs::path file_, other_;
};

TEST_F(HashesOfFiles, AreThoseOfTheirBytes) {
  FileHashes hashes({});
  EXPECT_EQ(hashes(folder_.write("abc", "abc")), content_hash("abc"));
  EXPECT_EQ(hashes(folder_.write("empty", "")), content_hash(""));
  const std::string long_text(5'000'000, 'x');
  EXPECT_EQ(hashes(folder_.write("long", long_text)), content_hash(long_text));
}

TEST_F(HashesOfFiles, OfAFileLeftAloneAreRememberedBetweenProcesses) {
  write_pair();
  let_settle();
  hash(file_);
  falsify_memory();
  EXPECT_EQ(hash(file_), kZeros) << "it was not read again";
  EXPECT_EQ(hash(other_), content_hash(std::string(1000, 'b')));
  EXPECT_EQ(hash(file_), kZeros) << "others were added to the memory";
}

TEST_F(HashesOfFiles, WithATimeInTheFutureAreRememberedToo) {
  write_pair();
  const timespec times[2] = {{4'000'000'000, 0}, {4'000'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, file_.c_str(), times, 0), 0);
  let_settle();
  hash(file_);
  falsify_memory();
  EXPECT_EQ(hash(file_), kZeros);
}

TEST_F(HashesOfFiles, AreNotTrustedAfterAnyChangeThoughSizeAndTimeStay) {
  for (const FileChange& change : file_changes()) {
    SCOPED_TRACE(change.name);
    fs::remove_all(folder_ / "music");
    fs::remove_all(folder_ / "memory");
    write_pair();
    let_settle();
    EXPECT_EQ(hash(file_), content_hash(std::string(1000, 'a')));
    EXPECT_EQ(hash(other_), content_hash(std::string(1000, 'b')));
    change.apply(file_, other_);
    EXPECT_EQ(hash(file_), content_hash(std::string(1000, 'b')));
    EXPECT_EQ(hash(other_), content_hash(content_of(other_)));
    let_settle();
    EXPECT_EQ(hash(file_), content_hash(std::string(1000, 'b')));
    falsify_memory();
    EXPECT_EQ(hash(file_), kZeros) << "the new content is remembered in place of the old";
  }
}

TEST_F(HashesOfFiles, AreNotTrustedAfterTheirFoldersExchangedPlaces) {
  const fs::path a = folder_.write("music/one/song", std::string(500, 'a')),
                 b = folder_.write("music/two/song", std::string(500, 'b'));
  copy_time(a, b);
  let_settle();
  hash(a);
  hash(b);
  exchange(folder_ / "music/one", folder_ / "music/two");
  EXPECT_EQ(hash(a), content_hash(std::string(500, 'b')));
  EXPECT_EQ(hash(b), content_hash(std::string(500, 'a')));
}

TEST_F(HashesOfFiles, WrittenTwiceWithinATickOfTheClockAreThoseOfTheLastBytes) {
  FileHashes shared(memory());
  for (int i = 0; i < 300; ++i) {
    const std::string first = "first " + std::to_string(1000 + i),
                      second = "other " + std::to_string(1000 + i);
    file_ = folder_ / ("tick" + std::to_string(i % 3));
    write_over(file_, first);
    ASSERT_EQ(shared(file_), content_hash(first));
    shared.save();
    write_over(file_, second);
    ASSERT_EQ(shared(file_), content_hash(second)) << i;
    ASSERT_EQ(FileHashes(memory())(file_), content_hash(second)) << i;
  }
}

TEST_F(HashesOfFiles, OfAFileThatWasJustWrittenAreNotRemembered) {
  write_pair();
  FileHashes hashes(memory());
  EXPECT_EQ(hashes(file_), content_hash(std::string(1000, 'a')));
  hashes.save();
  EXPECT_FALSE(fs::exists(memory()));
}

TEST_F(HashesOfFiles, ChangedWithoutATraceSoonAfterwardsAreThoseOfTheLastBytes) {
  write_pair();
  const Mapping mapping(file_);  // writing there once more leaves all times as they are
  mapping.fill('a');
  FileHashes hashes(memory());
  EXPECT_EQ(hashes(file_), content_hash(std::string(1000, 'a')));
  mapping.fill('b');
  EXPECT_EQ(hashes(file_), content_hash(std::string(1000, 'b')));
}

TEST_F(HashesOfFiles, TheMemoryOfEarlierVersionsIsIgnored) {
  write_pair();
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  char time[64];
  std::snprintf(time, sizeof time, "%lld.%09ld", static_cast<long long>(status.st_mtim.tv_sec),
                status.st_mtim.tv_nsec);
  folder_.write("memory/hashes.tsv", file_.string() + "\t1000\t" + time + "\t" + kZeros + "\n");
  let_settle();
  EXPECT_EQ(hash(file_), content_hash(std::string(1000, 'a')));
  falsify_memory();
  EXPECT_EQ(hash(file_), kZeros) << "it is replaced by one of this version";
}

TEST_F(HashesOfFiles, ADamagedMemoryIsIgnored) {
  write_pair();
  let_settle();
  hash(file_);
  falsify_memory();
  const std::string whole = content_of(memory());
  std::string flipped = whole, other_version = whole;
  flipped[flipped.find(kZeros) + 5] = '1';
  other_version[other_version.find('2')] = '3';
  const std::size_t body = other_version.size() - 33;
  other_version = other_version.substr(0, body) +
                  content_hash(std::string_view(other_version).substr(0, body)) + "\n";
  for (const std::string& damaged :
       {flipped, other_version, whole.substr(0, whole.size() / 2),
        whole.substr(0, whole.size() - 1), whole.substr(10), std::string(), std::string("\n\n"),
        std::string("\0\t\0\n", 4), whole + whole}) {
    write_over(memory(), damaged);
    EXPECT_EQ(FileHashes(memory(), kSettle_s)(file_), content_hash(std::string(1000, 'a')))
        << damaged;
  }
  fs::remove(memory());
  fs::create_directories(memory());
  EXPECT_EQ(hash(file_), content_hash(std::string(1000, 'a'))) << "a folder in its place";
}

TEST_F(HashesOfFiles, WhatIsNoFileIsUnreadableAndSaysWhy) {
  FileHashes hashes({});
  const auto link = [&](const std::string& name, const fs::path& target) {
    fs::create_symlink(target, folder_ / name);
    return folder_ / name;
  };
  EXPECT_THROW_SAYING(hashes(folder_ / "nothing"), FileUnreadable,
                      "nothing: cannot be read: No such file");
  EXPECT_THROW_SAYING(hashes(folder_.path()), FileUnreadable, "it is a folder");
  EXPECT_THROW_SAYING(hashes(link("dangling", folder_ / "nowhere")), FileUnreadable,
                      "dangling: cannot be read: No such file");
  EXPECT_THROW_SAYING(hashes(link("circle", folder_ / "circle")), FileUnreadable,
                      "circle: cannot be read: ");
  EXPECT_THROW_SAYING(hashes("/dev/null"), FileUnreadable, "no regular file");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THROW_SAYING(hashes(folder_ / "pipe"), FileUnreadable, "no regular file");  // and it does
                                                                                     // not wait for
                                                                                     // a writer
  EXPECT_THROW_SAYING(hashes(folder_.write("file", "x") / "below"), FileUnreadable,
                      "Not a directory");
  EXPECT_FALSE(is_readable(folder_ / "pipe"));
  EXPECT_TRUE(is_readable(folder_ / "file"));
}

TEST_F(HashesOfFiles, OfAFileThatIsGoneOrReplacedAreNotRemembered) {
  write_pair();
  let_settle();
  hash(file_);
  fs::rename(file_, folder_ / "away");
  EXPECT_THROW_SAYING(hash(file_), FileUnreadable, "No such file");
  fs::create_directories(file_);
  EXPECT_THROW_SAYING(hash(file_), FileUnreadable, "it is a folder");
  fs::remove(file_);
  fs::rename(folder_ / "away", file_);
  EXPECT_EQ(hash(file_), content_hash(std::string(1000, 'a')));
}

TEST_F(HashesOfFiles, ThatMayNotBeReadAnyMoreAreNotTakenFromTheMemory) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  write_pair();
  fs::permissions(folder_.path(), fs::perms::all);
  fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write);
  let_settle();
  FileHashes hashes(memory(), kSettle_s);
  hashes(file_);
  ASSERT_EQ(::seteuid(65534), 0);
  struct stat status {};
  const int seen = ::stat(file_.c_str(), &status);
  std::string said;
  try {
    hashes(file_);
  } catch (const FileUnreadable& error) {
    said = error.what();
  }
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(seen, 0) << "size and times can be seen";
  EXPECT_NE(said.find("Permission denied"), std::string::npos) << said;
}

// What happens to a file while others read it.

class WhileAFileIsRead : public HashesOfFiles {
 protected:
  WhileAFileIsRead() { write_pair(); }

  /// Reads the file as a decoder does, by its path; `meanwhile` happens first, if this is the first
  /// time.
  std::string read(const std::function<void()>& meanwhile) {
    FileHashes hashes({}, kSettle_s);
    n_reads_ = 0;
    return read_content(file_, content_hash(std::string(1000, 'a')), hashes, [&] {
      if (n_reads_++ == 0) meanwhile();
      return content_of(file_);
    });
  }

  int n_reads_ = 0;
};

TEST_F(WhileAFileIsRead, NothingHappensAndItIsReadOnce) {
  for (const bool settled : {false, true}) {
    if (settled) let_settle();
    EXPECT_EQ(read([] {}), std::string(1000, 'a'));
    EXPECT_EQ(n_reads_, 1);
  }
}

TEST_F(WhileAFileIsRead, AnyChangeIsNoticed) {
  for (const FileChange& change : file_changes())
    for (const bool settled : {false, true}) {
      SCOPED_TRACE(change.name);
      fs::remove_all(folder_ / "music");
      write_pair();
      if (settled) let_settle();
      EXPECT_THROW_SAYING(
          read([&] { change.apply(file_, other_); }), FileChanged,
          "music/a: the file changed since the run was planned; run the command again");
    }
}

TEST_F(WhileAFileIsRead, AChangeWithinATickOfTheClockIsNoticed) {
  for (int i = 0; i < 100; ++i) {
    write_over(file_, std::string(1000, 'a'));
    EXPECT_THROW_SAYING(read([&] { write_over(file_, std::string(1000, 'b')); }), FileChanged,
                        "music/a");
  }
}

TEST_F(WhileAFileIsRead, AChangeWithoutATraceIsNoticedWhereTheFileWasJustWritten) {
  const Mapping mapping(file_);
  mapping.fill('a');
  EXPECT_THROW_SAYING(read([&] { mapping.fill('b'); }), FileChanged,
                      "music/a: the file changed since the run was planned");
}

TEST_F(WhileAFileIsRead, AChangeOfItsNameOrRightsOnlyHasItReadAgain) {
  let_settle();
  const std::vector<std::function<void()>> touches = {
      [&] { fs::create_hard_link(file_, folder_ / "backup"); },
      [&] { fs::permissions(file_, fs::perms::owner_read); }, [&] { copy_time(other_, file_); },
      [&] {
        exchange(file_, other_);
        content_of(file_);
        exchange(file_, other_);
      }};
  for (const auto& touch : touches) {
    EXPECT_EQ(read(touch), std::string(1000, 'a'));
    EXPECT_EQ(n_reads_, 2);
    let_settle();
  }
}

TEST_F(WhileAFileIsRead, OneThatIsTouchedAgainAndAgainIsGivenUp) {
  let_settle();
  FileHashes hashes({}, kSettle_s);
  int n = 0;
  EXPECT_THROW_SAYING(read_content(file_, content_hash(std::string(1000, 'a')), hashes,
                                   [&] {
                                     fs::create_hard_link(
                                         file_, folder_ / ("backup" + std::to_string(++n)));
                                     std::this_thread::sleep_for(std::chrono::milliseconds(15));
                                     return n;
                                   }),
                      FileChanged, "music/a", "again and again");
  EXPECT_EQ(n, 3);
}

TEST_F(WhileAFileIsRead, AFaultOfItsContentIsPassedOn) {
  EXPECT_THROW_SAYING(read([] { throw DataError("a: cut short"); }), DataError, "a: cut short");
  EXPECT_EQ(n_reads_, 1);
}

TEST_F(WhileAFileIsRead, WhatLooksLikeAFaultOfItsContentMayBeAnotherFileOrNone) {
  const auto fail_after = [&](const std::function<void()>& meanwhile) {
    return [=] {
      meanwhile();
      throw DataError("a: cut short");
    };
  };
  EXPECT_THROW_SAYING(read(fail_after([&] { write_over(file_, "other"); })), FileChanged,
                      "the file changed since the run was planned");
  write_over(file_, std::string(1000, 'a'));
  EXPECT_THROW_SAYING(read(fail_after([&] { fs::remove(file_); })), FileUnreadable,
                      "music/a: cannot be read: No such file");
  fs::create_directories(file_);
  EXPECT_THROW_SAYING(read([] {}), FileUnreadable, "it is a folder");
  EXPECT_EQ(n_reads_, 0);
}

TEST_F(WhileAFileIsRead, OneThatHoldsSomethingElseIsNotReadAtAll) {
  write_over(file_, "other");
  EXPECT_THROW_SAYING(read([] {}), FileChanged,
                      "music/a: the file changed since the run was planned; run the command again");
  EXPECT_EQ(n_reads_, 0);
}

}  // namespace file_hashes_test
}  // namespace genrebench
