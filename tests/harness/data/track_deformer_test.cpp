#include "harness/data/track_deformer.hpp"

#include <gtest/gtest.h>

namespace genrebench {

void register_noise(Registry& registry);
void register_speed(Registry& registry);
void register_start_cut(Registry& registry);

namespace track_deformer_test {

class TrackDeformerTest : public ::testing::Test {
 protected:
  TrackDeformerTest() {
    register_noise(registry_);
    register_speed(registry_);
    register_start_cut(registry_);
    for (std::size_t n = 0; n < samples_.size(); ++n)
      samples_[n] = n / 40 % 2 == 0 ? 0.25f : -0.25f;
    track_.audio = "a.wav";
  }

  TrackDeformer make(const std::string& name, const OptionValues& given = {},
                     const std::map<std::string, std::string>& contents = {}) const {
    const DeformationPlugin& plugin = registry_.deformations.get(name, "test");
    return {{.name = name, .options = plugin.options.resolve(given, name)}, contents, registry_};
  }

  std::vector<float> deformed(const TrackDeformer& deform, const std::string& content = "content",
                              double sample_rate_hz = 8000.0) const {
    return deform(samples_, 8000.0, track_, content, sample_rate_hz);
  }

  Registry registry_;
  std::vector<float> samples_ = std::vector<float>(16000);  ///< of the track, at 8 kHz
  Track track_;
};

TEST_F(TrackDeformerTest, DeformsAtTheRateOfTheFileAndThenResamples) {
  const TrackDeformer twice = make("speed", {{"factor", 2.0}});
  EXPECT_EQ(deformed(twice).size(), 8000u);
  EXPECT_EQ(deformed(twice, "content", 16000.0).size(), 16000u);
  EXPECT_EQ(deformed(make("start_cut", {{"cut_s", 1.5}})).size(), 4000u);
}

TEST_F(TrackDeformerTest, SeedsEachTrackByItsContentAndNotByItsPlace) {
  const TrackDeformer noise = make("noise");
  const auto first = deformed(noise);
  track_.audio = "b.wav";
  EXPECT_EQ(deformed(noise), first);
  EXPECT_NE(deformed(noise, "another"), first);
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

}  // namespace track_deformer_test
}  // namespace genrebench
