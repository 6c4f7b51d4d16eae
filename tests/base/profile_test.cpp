#include "base/profile.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/parallel.hpp"

namespace genrebench {
namespace profile_test {

void work(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

TEST(Profile, WorkWithinOtherWorkIsBelowIt) {
  begin_profile();
  for (int i = 0; i < 3; ++i) {
    const ProfileSpan outer("outer");
    work(2);
    const ProfileSpan inner("inner");
    work(1);
  }
  { const ProfileSpan alone("alone"); }
  const Profile profile = end_profile();
  EXPECT_EQ(profile.root.count, 1u);
  ASSERT_EQ(profile.root.within.size(), 2u);
  const ProfileNode* outer = profile.root.find("outer");
  ASSERT_NE(outer, nullptr);
  EXPECT_EQ(outer->count, 3u);
  const ProfileNode* inner = outer->find("inner");
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->count, 3u);
  EXPECT_GE(inner->seconds, 0.003);
  EXPECT_GE(outer->own_seconds(), 0.006);
  EXPECT_GE(profile.root.seconds, outer->seconds);
  EXPECT_EQ(profile.root.find("inner"), nullptr);
  EXPECT_TRUE(profile.tracks.empty());
}

TEST(Profile, NothingIsRecordedOutsideOfOne) {
  end_profile();
  { const ProfileSpan span("before"); }
  const Profile profile = end_profile();
  EXPECT_TRUE(profile.root.within.empty());
  EXPECT_EQ(profile.root.count, 0u);
}

TEST(Profile, ASpanThatIsOpenWhenAProfileEndsBelongsToNeither) {
  begin_profile();
  {
    const ProfileSpan open("open");
    const Profile first = end_profile();
    EXPECT_EQ(first.root.find("open")->count, 0u);
    begin_profile();
    const ProfileSpan own("own");
  }
  const Profile second = end_profile();
  EXPECT_EQ(second.root.find("open"), nullptr);
  ASSERT_NE(second.root.find("own"), nullptr) << "not within what began before";
}

TEST(Profile, ThreadsWorkWithinTheSpanOfTheThreadThatStartedThem) {
  constexpr std::size_t kTracks = 8;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < kTracks; ++i) ids.push_back(std::to_string(i));
  begin_profile();
  {
    const ProfileSpan all("all");
    parallel_for(kTracks, {.threads = 4}, [&](std::size_t i) {
      const ProfiledTrack track(ids[i]);
      const ProfileSpan one("one");
      work(1);
      const ProfileSpan part("part");
      work(1);
    });
  }
  const Profile profile = end_profile();
  ASSERT_EQ(profile.root.within.size(), 1u);
  const ProfileNode& all = profile.root.within.front();
  ASSERT_EQ(all.within.size(), 1u);
  EXPECT_EQ(all.within.front().count, kTracks);
  EXPECT_EQ(all.within.front().within.front().count, kTracks);
  EXPECT_GE(all.own_seconds(), 0.0);
  ASSERT_EQ(profile.tracks.size(), kTracks);
  for (const auto& [id, stages] : profile.tracks) {
    ASSERT_EQ(stages.size(), 2u) << id;
    EXPECT_GE(stages.at("one"), 0.001);
    EXPECT_GE(stages.at("part"), 0.001);
  }
  double sum = 0.0;
  for (const auto& [id, stages] : profile.tracks) sum += stages.at("one") + stages.at("part");
  EXPECT_NEAR(sum, all.within.front().seconds, 1e-9) << "each second is of one stage of one track";
}

TEST(Profile, ProfilesAreAddedNameByName) {
  Profile one{.root = {.name = "run", .seconds = 3, .count = 1, .within = {{"a", 1.0, 2, {}}}},
              .tracks = {{"t", {{"a", 1.0}}}}};
  const Profile other{.root = {.name = "run",
                               .seconds = 4,
                               .count = 1,
                               .within = {{"b", 2.0, 1, {}}, {"a", 1.5, 1, {}}}},
                      .tracks = {{"t", {{"a", 0.5}, {"b", 2.0}}}, {"u", {{"b", 1.0}}}}};
  one.add(other);
  EXPECT_EQ(one.root.seconds, 7.0);
  ASSERT_EQ(one.root.within.size(), 2u);
  EXPECT_EQ(one.root.find("a")->seconds, 2.5);
  EXPECT_EQ(one.root.find("a")->count, 3u);
  EXPECT_EQ(one.root.own_seconds(), 2.5);
  EXPECT_EQ(one.tracks.at("t").at("a"), 1.5);
  EXPECT_EQ(one.tracks.at("u").at("b"), 1.0);
}

}  // namespace profile_test
}  // namespace genrebench
