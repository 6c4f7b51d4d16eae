#include "harness/data/track_deformer.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "signal/audio/audio.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {

void register_noise(Registry& registry);
void register_speed(Registry& registry);
void register_start_cut(Registry& registry);

namespace {

class TrackDeformerTest : public ::testing::Test {
 protected:
  TrackDeformerTest() {
    register_noise(registry_);
    register_speed(registry_);
    register_start_cut(registry_);
    std::vector<float> samples(16000);
    for (std::size_t n = 0; n < samples.size(); ++n) samples[n] = n / 40 % 2 == 0 ? 0.25f : -0.25f;
    write_wav(folder_ / "a.wav", samples, 8000);
    track_.audio = folder_ / "a.wav";
  }

  TrackDeformer make(const std::string& name, const OptionValues& given = {},
                     const std::map<std::string, std::string>& contents = {}) const {
    const DeformationPlugin& plugin = registry_.deformations.get(name, "test");
    return {{.name = name, .options = plugin.options.resolve(given, name)}, contents, registry_};
  }

  Registry registry_;
  testing::TemporaryFolder folder_;
  Track track_;
};

TEST_F(TrackDeformerTest, DeformsAtTheRateOfTheFileAndThenResamples) {
  EXPECT_EQ(make("speed", {{"factor", 2.0}})(track_, "content", 8000.0).size(), 8000u);
  EXPECT_EQ(make("speed", {{"factor", 2.0}})(track_, "content", 16000.0).size(), 16000u);
  EXPECT_EQ(make("start_cut", {{"cut_s", 1.5}})(track_, "content", 8000.0).size(), 4000u);
}

TEST_F(TrackDeformerTest, DeformsTheSpanOfALongerFileAlone) {
  track_.start_s = 0.5;
  track_.end_s = 1.5;
  EXPECT_EQ(make("start_cut", {{"cut_s", 0.25}})(track_, "content", 8000.0).size(), 6000u);
  EXPECT_THROW_SAYING(make("start_cut", {{"cut_s", 1.0}})(track_, "content", 8000.0), DataError,
                      "1 s");
}

TEST_F(TrackDeformerTest, SeedsEachTrackByItsContentAndNotByItsPlace) {
  const TrackDeformer noise = make("noise");
  const auto first = noise(track_, "content", 8000.0);
  std::filesystem::rename(folder_ / "a.wav", folder_ / "b.wav");
  track_.audio = folder_ / "b.wav";
  EXPECT_EQ(noise(track_, "content", 8000.0), first);
  EXPECT_NE(noise(track_, "another", 8000.0), first);
  Track span = track_;
  span.end_s = 1.0;
  EXPECT_NE(deformation_seed(span, "content"), deformation_seed(track_, "content"));
}

TEST_F(TrackDeformerTest, HasARecipeOfWhatDecidesTheSamples) {
  const std::string plain = make("noise").recipe();
  EXPECT_NE(make("noise", {{"snr_db", 5.0}}).recipe(), plain);
  EXPECT_EQ(make("noise", {{"severity", std::string("3")}}).recipe(),
            make("noise", {{"snr_db", 10.0}}).recipe())
      << "the values count, not the word for them";
  const OptionValues files = {{"colour", std::string("files")},
                              {"files", std::vector<std::string>{"/here/hum.wav"}}},
                     moved = {{"colour", std::string("files")},
                              {"files", std::vector<std::string>{"/there/hum.wav"}}};
  EXPECT_EQ(make("noise", files, {{"files#000", "f00d"}}).recipe(),
            make("noise", moved, {{"files#000", "f00d"}}).recipe());
  EXPECT_NE(make("noise", files, {{"files#000", "f00d"}}).recipe(),
            make("noise", files, {{"files#000", "beef"}}).recipe());
}

}  // namespace
}  // namespace genrebench
