#include "harness/run/kept_models.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "support/run_ids.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace kept_models_test {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

/// A method whose model is one word.
class OneWord final : public Method {
 public:
  void fit(const Examples&, const Examples&, FitContext&) override {}
  Predictions predict(const Examples&) const override { return {}; }
  bool save(const fs::path& file) const override {
    write_file_atomically(file, word);
    return true;
  }
  void load(const fs::path& file) override { word = read_file_text(file); }

  std::string word;
};

class KeptModelOfOneRun : public ::testing::Test {
 protected:
  KeptModelOfOneRun() {
    method_.word = "weights";
    artifacts_ = models_.keep(lease_, method_, {.genres = {"polka", "rock"}, .standardiser = {}});
    models_.publish(lease_, artifacts_);
    models_.clean(lease_.run_id);
  }

  /// Writes a file in place of one of the run, and its hash into the store's record of it.
  void replace(std::size_t i, const std::string& content) {
    const fs::path file = folder_ / "files" / lease_.run_id / artifacts_[i].name;
    write_file_atomically(file, content);
    artifacts_[i].sha256 = sha256(content);
    artifacts_[i].bytes = static_cast<std::int64_t>(content.size());
  }

  TemporaryFolder folder_;
  KeptModels models_{folder_ / "files"};
  Lease lease_{.run_id = "aa"_run, .token = 1};
  OneWord method_;
  std::vector<ArtifactRecord> artifacts_;
};

TEST_F(KeptModelOfOneRun, IsReadBack) {
  OneWord read;
  const Preprocessing preprocessing = models_.load("aa"_run, artifacts_, read);
  EXPECT_EQ(read.word, "weights");
  EXPECT_EQ(preprocessing.genres, (std::vector<std::string>{"polka", "rock"}));
  EXPECT_FALSE(preprocessing.standardiser);
}

TEST_F(KeptModelOfOneRun, KeepsItsTemperatureToTheBit) {
  OneWord read;
  EXPECT_FALSE(models_.load("aa"_run, artifacts_, read).temperature);
  const double temperature = 1.0 / 3.0;
  artifacts_ =
      models_.keep(lease_, method_,
                   {.genres = {"polka", "rock"}, .standardiser = {}, .temperature = temperature});
  models_.publish(lease_, artifacts_);
  EXPECT_EQ(models_.load("aa"_run, artifacts_, read).temperature, temperature);
}

TEST_F(KeptModelOfOneRun, PreprocessingThatDoesNotFitTogetherIsRefused) {
  for (const std::string text :
       {R"({"genres": []})", R"({"genres": "polka"})", R"({"genres": ["polka", 7]})",
        R"({"genres": ["polka", "rock"], "standardise": {"mean": [1, 2], "scale": [1]}})",
        R"({"genres": ["polka", "rock"], "standardise": {"mean": [1], "scale": [0]}})",
        R"({"genres": ["polka", "rock"], "standardise": {"mean": [1e999], "scale": [1]}})",
        R"({"genres": ["polka", "rock"], "standardise": {"mean": [null], "scale": [1]}})",
        R"({"genres": ["polka", "rock"], "temperature": 0})",
        R"({"genres": ["polka", "rock"], "temperature": "hot"})",
        R"({"genres": ["polka", "rock"], "standardise": 5})", "[[[[", ""}) {
    SCOPED_TRACE(text);
    replace(1, text);
    OneWord read;
    EXPECT_THROW_SAYING(models_.load("aa"_run, artifacts_, read), DataError, "preprocessing.json");
  }
}

TEST_F(KeptModelOfOneRun, FilesThatTheStoreDoesNotKnowAreNotRead) {
  artifacts_.pop_back();
  OneWord read;
  EXPECT_THROW_SAYING(models_.load("aa"_run, artifacts_, read), DataError, "model",
                      "preprocessing.json", "1 file");
  EXPECT_EQ(read.word, "");
}

TEST_F(KeptModelOfOneRun, NamesAndIdsThatLeadElsewhereAreRefused) {
  const fs::path precious = folder_.write("checkpoints/precious", "");
  OneWord read;
  artifacts_.push_back({.name = "../../etc/passwd", .sha256 = "", .bytes = 0});
  EXPECT_THROW_SAYING(models_.load("aa"_run, artifacts_, read), DataError, "../../etc/passwd");
  for (const std::string id : {"..", "", folder_.path().c_str()}) {
    EXPECT_THROW(models_.checkpoints(id), DataError);
    EXPECT_THROW(models_.clean(id), DataError);
    EXPECT_THROW(models_.keep({.run_id = id, .token = 1}, method_, {}), DataError);
  }
  EXPECT_TRUE(fs::exists(precious));
}

}  // namespace kept_models_test
}  // namespace genrebench
