#include "cli/serve/live_view.hpp"

#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "cli/serve/client_files.hpp"
#include "cli/serve/gate.hpp"
#include "signal/audio/audio.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"
#include "support/tunes.hpp"

namespace genrebench::cli {
namespace live_view_test {

using genrebench::testing::ExampleStore;
using genrebench::testing::TemporaryFolder;
using Json = nlohmann::json;

constexpr std::size_t kMost = 2 << 20;

/// A live view of a store with a few runs, and a client of it.
class LiveViews : public ::testing::Test {
 protected:
  LiveViews() {
    register_all(registry_);
    fill(store_);
    view_ = std::make_unique<LiveView>(store_.file(), registry_, 1);
    HttpServerSettings settings{.token = make_token(),
                                .upload_path = LiveView::kUploadPath,
                                .largest_upload = kMost,
                                .most_streams = 3};
    token_ = settings.token;
    settings.answer = [this](const HttpRequest& request) { return view_->answer(request); };
    settings.take_upload = [this](const HttpRequest&, const UploadReader& upload) {
      return view_->segment(upload, kMost);
    };
    server_ = std::make_unique<HttpServer>(std::move(settings));
  }

  ~LiveViews() override {
    view_->stop();
    server_->stop();
  }

  httplib::Client client() const {
    httplib::Client client("127.0.0.1", server_->port());
    client.set_read_timeout(60);
    return client;
  }

  std::string at(const std::string& path) const { return "/" + token_ + "/" + path; }

  httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) const {
    return client().Get(at(path), headers);
  }

  Json json(const std::string& path) const {
    const httplib::Result answer = get(path);
    EXPECT_TRUE(answer);
    EXPECT_EQ(answer->status, 200) << answer->body;
    return Json::parse(answer->body);
  }

  /// Records the tracks of the runs' dataset, one of which has this file.
  void add_tracks(const std::filesystem::path& audio) const {
    store_->add_tracks({{.fingerprint = "data",
                         .tracks = {{.id = "polka.1",
                                     .genre = 0,
                                     .groups = {},
                                     .duration_s = {},
                                     .content = {},
                                     .audio = audio.string()},
                                    {.id = "polka.2",
                                     .genre = 1,
                                     .groups = {},
                                     .duration_s = {},
                                     .content = {},
                                     .audio = "/nowhere/polka.2.wav"}}}});
  }

  TemporaryFolder folder_;
  Registry registry_;
  ExampleStore store_{folder_ / "runs.db"};
  std::unique_ptr<LiveView> view_;
  std::unique_ptr<HttpServer> server_;
  std::string token_;
};

/// Reads a stream of events in a thread of its own.
class Listener {
 public:
  Listener(httplib::Client client, const std::string& path)
      : client_(std::move(client)), thread_([this, path] {
          client_.Get(path, [this](const char* data, std::size_t length) {
            const std::lock_guard lock(mutex_);
            text_.append(data, length);
            heard_.notify_all();
            return !leaving_;
          });
          const std::lock_guard lock(mutex_);
          ended_ = true;
          heard_.notify_all();
        }) {}
  ~Listener() {
    {
      const std::lock_guard lock(mutex_);
      leaving_ = true;
    }
    client_.stop();
    thread_.join();
  }

  /// @return  false if the words did not come within a minute
  bool hears(const std::string& words) {
    std::unique_lock lock(mutex_);
    return heard_.wait_for(lock, std::chrono::minutes(1),
                           [&] { return text_.find(words) != std::string::npos; });
  }
  bool ends() {
    std::unique_lock lock(mutex_);
    return heard_.wait_for(lock, std::chrono::minutes(1), [&] { return ended_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable heard_;
  std::string text_;
  bool ended_ = false, leaving_ = false;
  httplib::Client client_;
  std::thread thread_;
};

TEST_F(LiveViews, RefuseAMissingTokenAForeignOriginAWrongHostAndOtherMethods) {
  httplib::Client plain = client();
  EXPECT_EQ(plain.Get("/")->status, 403);
  EXPECT_EQ(plain.Get("/api/runs")->status, 403);
  EXPECT_EQ(plain.Get("/" + std::string(32, '0') + "/api/runs")->status, 403);
  EXPECT_EQ(get("api/runs", {{"Origin", "https://example.org"}})->status, 403);
  EXPECT_EQ(get("api/runs", {{"Host", "example.org"}})->status, 403);
  EXPECT_EQ(get("api/runs")->status, 200);
  EXPECT_EQ(client().Head(at("api/runs"))->status, 200);
  EXPECT_EQ(client().Post(at("api/runs"), "x", "application/octet-stream")->status, 405);
  EXPECT_EQ(client().Put(at("api/runs"), "x", "text/plain")->status, 405);
  EXPECT_EQ(client().Delete(at("api/runs"))->status, 405);
  EXPECT_EQ(client().Options(at("api/runs"))->status, 405);
}

TEST_F(LiveViews, SendAPageThatRunsItsOwnScriptsOnly) {
  const httplib::Result page = get("");
  ASSERT_EQ(page->status, 200);
  const std::string policy = page->get_header_value("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("script-src 'self'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(page->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page->get_header_value("Referrer-Policy"), "no-referrer");
  // What the page names is there.
  for (const char* file : {"app.js", "style.css", "uPlot.iife.min.js", "uPlot.min.css"}) {
    EXPECT_NE(page->body.find(file), std::string::npos) << file;
    EXPECT_EQ(get(file)->body, client_file(file)->bytes) << file;
  }
}

TEST_F(LiveViews, RefusePathsThatLeadElsewhere) {
  for (const char* path : {"../runs.db", "..%2fruns.db", "%2e%2e/%2e%2e/etc/passwd", "api/", "none",
                           "app.js/", "/etc/passwd", "api/run?id=../../etc/passwd", "api/log?id=..",
                           "api/audio?id=x&track=/etc/passwd"}) {
    const int status = get(path)->status;
    EXPECT_TRUE(status == 404 || status == 400 || status == 403) << path << ": " << status;
  }
}

TEST_F(LiveViews, ListAllRunsColumnByColumn) {
  const Json list = json("api/runs");
  ASSERT_EQ(list["n"], 4);
  std::map<std::string, std::string> status;
  std::map<std::string, double> accuracy;
  for (std::size_t i = 0; i < 4; ++i) {
    status[list["ids"][i]] = list["statuses"][list["status"][i].get<int>()];
    for (const Json& metric : list["metrics"])
      if (metric["name"] == "test/accuracy" && !metric["of"][i].is_null())
        accuracy[list["ids"][i]] = metric["of"][i];
  }
  EXPECT_EQ(status["aa"_run], "done");
  EXPECT_EQ(status["kk"_run], "failed");
  EXPECT_EQ(status["dd"_run], "planned");
  EXPECT_EQ(accuracy["aa"_run], 0.75);
  EXPECT_EQ(accuracy.count("kk"_run), 0u);
  EXPECT_EQ(list["constants"]["dataset.name"], "synthetic");
  ASSERT_EQ(list["parameters"].size(), 1u);
  EXPECT_EQ(list["parameters"][0]["name"], "method.name");
  EXPECT_EQ(list["plans"][0]["name"], "table2");
  EXPECT_EQ(list["plans"][0]["runs"].size(), 4u);
}

TEST_F(LiveViews, TellSeveralViewersWhatWasRecorded) {
  const std::string since = std::to_string(json("api/runs")["version"].get<int>());
  Listener one(client(), at("api/events?since=" + since)),
      two(client(), at("api/events?since=" + since));
  const Lease lease = store_.take("dd"_run);
  view_->look();
  EXPECT_TRUE(one.hears("\"status\":1"));
  store_->add_curves(lease, {{"valid", "accuracy", 2, 0.5}});
  view_->look();
  EXPECT_TRUE(one.hears("\"step\":2"));
  store_->finish(lease, ExampleStore::result(0.875));
  view_->look();
  EXPECT_TRUE(one.hears("\"test/accuracy\":0.875"));
  EXPECT_TRUE(two.hears("\"test/accuracy\":0.875"));
}

TEST_F(LiveViews, TellThoseWhoKnowNothingToReadTheList) {
  store_.plan("another", {"ee"_run});
  view_->look();
  Listener late(client(), at("api/events?since=0"));
  EXPECT_TRUE(late.hears("\"reload\":true"));
}

TEST_F(LiveViews, RefuseMoreStreamsThanThereAreThreadsFor) {
  Listener one(client(), at("api/events")), two(client(), at("api/events")),
      three(client(), at("api/events"));
  EXPECT_TRUE(one.hears("reload") && two.hears("reload") && three.hears("reload"));
  EXPECT_EQ(get("api/events")->status, 503);
}

TEST_F(LiveViews, EndTheirStreamsWhenTheyClose) {
  Listener listener(client(), at("api/events"));
  EXPECT_TRUE(listener.hears("reload"));
  view_->stop();
  server_->stop();
  EXPECT_TRUE(listener.ends());
  EXPECT_FALSE(client().Get(at("")));
}

TEST_F(LiveViews, ShowAKilledWorkerAsLost) {
  ProcessIdentity gone = this_process();
  gone.start += 1;  // its number was taken by another process
  store_->join(gone, 10.0);
  view_->look();
  std::map<std::string, int> states;
  const Json list = json("api/runs");
  for (const Json& worker : list["workers"]) ++states[worker["state"]];
  EXPECT_EQ(states["lost"], 1);
  EXPECT_EQ(states["at work"], 1);
}

TEST_F(LiveViews, ShowEverythingOfARun) {
  const Json run = json("api/run?id=" + "aa"_run);
  EXPECT_EQ(run["status"], "done");
  EXPECT_EQ(run["parameters"]["method.name"], "svm");
  EXPECT_EQ(run["environment"]["host"], "here");
  EXPECT_EQ(run["genres"], Json({"polka", "rock"}));
  ASSERT_EQ(run["predictions"].size(), 2u);
  EXPECT_EQ(run["predictions"][0]["track"], "polka.1");
  EXPECT_EQ(run["predictions"][0]["p_truth"], 0.25);
  EXPECT_EQ(run["predictions"][0]["p_predicted"], 0.75);
  EXPECT_EQ(run["bad_tracks"][0]["message"], "unreadable");
  EXPECT_EQ(run["artifacts"][0]["name"], "model");
  EXPECT_EQ(get("api/run?id=" + std::string(64, '0'))->status, 404);
}

TEST_F(LiveViews, GiveTheCurvesOfSeveralRuns) {
  const Json curves = json("api/curves?id=" + "aa"_run + "&id=" + "bb"_run);
  ASSERT_EQ(curves.size(), 2u);
  // Times are no curves to look at.
  EXPECT_EQ(curves["aa"_run], Json({{"train/loss", {{1}, {2.0}}}}));
}

TEST_F(LiveViews, PlayTheFileOfATrackByParts) {
  const std::filesystem::path song = folder_ / "song.wav";
  write_wav(song, genrebench::testing::tune(1, 1.0), 22050);
  add_tracks(song);
  const std::string path = "api/audio?id=" + "aa"_run + "&track=polka.1";
  const httplib::Result whole = get(path);
  ASSERT_EQ(whole->status, 200);
  EXPECT_EQ(whole->get_header_value("Content-Type"), "audio/wav");
  EXPECT_EQ(whole->body, read_file_text(song));
  const httplib::Result part = get(path, {{"Range", "bytes=8-11"}});
  EXPECT_EQ(part->status, 206);
  EXPECT_EQ(part->body, "WAVE");
  EXPECT_TRUE(json("api/run?id=" + "aa"_run)["predictions"][0]["audio"].get<bool>());
}

TEST_F(LiveViews, PlayNothingElseThanSoundFilesThatTheStoreNames) {
  add_tracks(folder_.write("secret.wav", "a password, not a song"));
  EXPECT_EQ(get("api/audio?id=" + "aa"_run + "&track=polka.1")->status, 404);
  EXPECT_EQ(get("api/audio?id=" + "aa"_run + "&track=polka.2")->status, 404);
  EXPECT_EQ(get("api/audio?id=" + "aa"_run + "&track=../secret.wav")->status, 404);
  const std::string body = get("api/audio?id=" + "aa"_run + "&track=polka.1")->body;
  EXPECT_EQ(body.find("password"), std::string::npos);
}

TEST_F(LiveViews, ShowLogsOfRunsAndFollowNoLinks) {
  EXPECT_EQ(get("api/log?id=" + "kk"_run)->status, 404);
  const std::filesystem::path log = store_.model_file("kk"_run).parent_path() / "failed_log.txt";
  std::filesystem::create_directories(log.parent_path());
  std::ofstream(log) << "Traceback <script>";
  const httplib::Result answer = get("api/log?id=" + "kk"_run);
  EXPECT_EQ(answer->body, "Traceback <script>");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "text/plain; charset=utf-8");
  std::filesystem::remove(log);
  std::filesystem::create_symlink(folder_.write("elsewhere", "secret"), log);
  EXPECT_EQ(get("api/log?id=" + "kk"_run)->status, 404);
}

TEST_F(LiveViews, MakeReportsInASandbox) {
  const Json names = json("api/reports");
  EXPECT_EQ(names["experiments"][0]["name"], "table2");
  const httplib::Result report = get("api/report?name=summary&experiment=table2");
  ASSERT_EQ(report->status, 200) << report->body;
  EXPECT_NE(report->body.find("<html"), std::string::npos);
  const std::string policy = report->get_header_value("Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("sandbox; default-src 'none'")) << policy;
  EXPECT_EQ(get("api/report?name=sumary")->status, 400);
  EXPECT_NE(get("api/report?name=sumary")->body.find("summary"), std::string::npos);
  EXPECT_EQ(get("api/report?name=summary&experiment=none")->status, 400);
}

TEST_F(LiveViews, HostileNamesStayText) {
  const std::string name = "</script><img src=x onerror=alert(1)>\"\n\xff";
  store_.plan(name, {"ee"_run});
  view_->look();
  const Json list = json("api/runs");  // it is JSON, whatever the name holds
  bool found = false;
  for (const Json& plan : list["plans"])
    found = found || plan["name"].get<std::string>().starts_with("</script><img");
  EXPECT_TRUE(found);
  EXPECT_EQ(get("api/runs")->get_header_value("Content-Type"), "application/json; charset=utf-8");
  EXPECT_NE(json("api/reports").dump(-1, ' ', true).find("onerror"), std::string::npos);
}

TEST_F(LiveViews, SegmentADroppedSongAndForgetIt) {
  const std::filesystem::path song = folder_ / "song.wav";
  std::vector<float> samples = genrebench::testing::tune(1, 8.0);
  const std::vector<float> other = genrebench::testing::tune(2, 8.0);
  samples.insert(samples.end(), other.begin(), other.end());
  write_wav(song, samples, 22050);
  const httplib::Result answer =
      client().Post(at(LiveView::kUploadPath), read_file_text(song), "application/octet-stream");
  ASSERT_EQ(answer->status, 200) << answer->body;
  const Json found = Json::parse(answer->body);
  EXPECT_NEAR(found["duration_s"].get<double>(), 16.0, 0.01);
  EXPECT_GT(found["segments"].size(), 1u);
  EXPECT_EQ(found["minimum"].size(), found["maximum"].size());
}

TEST_F(LiveViews, SayWhyADroppedFileIsNoSong) {
  const std::string path = at(LiveView::kUploadPath);
  const auto post = [&](const std::string& bytes) {
    return client().Post(path, bytes, "application/octet-stream");
  };
  EXPECT_EQ(post("<html>no song</html>")->status, 404);
  EXPECT_EQ(post("")->status, 404);
  EXPECT_EQ(client().Post(path, "x", "text/plain")->status, 415);
  const httplib::Result large = post(std::string(kMost + 1, 'x'));
  EXPECT_TRUE(!large || large->status == 413 || large->status == 404);
}

}  // namespace live_view_test
}  // namespace genrebench::cli
