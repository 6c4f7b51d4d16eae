#include "cli/serve/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "cli/report_selection.hpp"
#include "cli/serve/client_files.hpp"
#include "cli/serve/dropped_song.hpp"
#include "cli/serve/run_details.hpp"
#include "harness/store/run_files.hpp"
#include "harness/workers/heartbeat.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

/// Runs whose curves one request may ask for.
constexpr std::size_t kMostCurves = 500;
constexpr std::chrono::milliseconds kWait{1000};

/// The page: scripts and style of this server only, none within the page, no forms, in no frame.
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src "
    "'self' blob:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";
/// A report: its own style and pictures, no scripts, shown in a frame of the page.
constexpr const char* kReportPolicy =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

std::int64_t number_of(const std::string& text, std::int64_t otherwise) {
  std::int64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<std::string> values_of(const HttpRequest& request, const std::string& name) {
  std::vector<std::string> values;
  const auto [begin, end] = request.query.equal_range(name);
  for (auto one = begin; one != end; ++one) values.push_back(one->second);
  return values;
}

}  // namespace

LiveView::LiveView(const std::filesystem::path& store, const Registry& registry, int threads)
    : registry_(registry), threads_(threads), board_(store), readers_(store) {}

void LiveView::look() { board_.look(steady_now_s()); }

void LiveView::stop() {
  stopping_ = true;
  board_.wake();
}

HttpAnswer LiveView::answer(const HttpRequest& request) {
  const std::string& path = request.path;
  if (path == "api/runs") return {.type = "application/json; charset=utf-8", .body = board_.list()};
  if (path == "api/events") return events(request);
  if (path == "api/run") return run_page(request);
  if (path == "api/curves") return curves(request);
  if (path == "api/audio") return audio(request);
  if (path == "api/log") return log(request);
  if (path == "api/reports") return report_names();
  if (path == "api/report") return report(request);
  if (const auto file = client_file(path))
    return {.type = std::string(file->type),
            .body = std::make_shared<const std::string>(file->bytes),
            .policy = kPagePolicy};
  return text_answer(404, "nothing is shown at this address\n");
}

HttpAnswer LiveView::events(const HttpRequest& request) {
  const std::string since =
      request.last_event.empty() ? request.value("since") : request.last_event;
  const auto version = std::make_shared<std::int64_t>(number_of(since, 0));
  return {.type = "text/event-stream", .events = [this, version]() -> std::optional<std::string> {
            if (stopping_) return std::nullopt;
            return board_.events_since(*version, kWait);
          }};
}

RunRecord LiveView::run_of(const RunStore& store, const HttpRequest& request) const {
  const std::string id = request.value("id");
  if (!is_run_id(id)) throw ConfigError("expected the id of a run, 64 hexadecimal digits");
  std::optional<RunRecord> run = store.run(id);
  if (!run) throw DataError("the store has no such run");
  return *std::move(run);
}

HttpAnswer LiveView::run_page(const HttpRequest& request) {
  return json_answer(readers_.with(
      [&](const RunStore& store) { return run_details(store, audio_, run_of(store, request)); }));
}

HttpAnswer LiveView::curves(const HttpRequest& request) {
  const std::vector<std::string> ids = values_of(request, "id");
  if (ids.size() > kMostCurves)
    throw ConfigError(fmt::format("expected at most {} runs, found {}", kMostCurves, ids.size()));
  if (!std::all_of(ids.begin(), ids.end(), is_run_id))
    throw ConfigError("expected ids of runs, 64 hexadecimal digits each");
  const std::int64_t behind = number_of(request.value("behind"), -1);
  return json_answer(
      readers_.with([&](const RunStore& store) { return run_curves(store, ids, behind); }));
}

HttpAnswer LiveView::audio(const HttpRequest& request) {
  const std::filesystem::path file = readers_.with([&](const RunStore& store) {
    return audio_.file(store, run_of(store, request), request.value("track"));
  });
  return {.type = audio_type(file), .file = file};
}

HttpAnswer LiveView::log(const HttpRequest& request) {
  const std::string id = request.value("id");
  const std::optional<std::int64_t> claims = board_.claims_of(id);
  if (!claims) throw DataError("the store has no such run");
  return text_answer(200, run_log(readers_.store(), id, *claims));
}

HttpAnswer LiveView::report_names() {
  nlohmann::ordered_json document;
  document["reports"] = nlohmann::ordered_json::array();
  for (const std::string& name : registry_.reports.names())
    document["reports"].push_back(
        {{"name", name}, {"summary", registry_.reports.get(name, "serve").summary}});
  document["experiments"] = nlohmann::ordered_json::array();
  for (const ExperimentRecord& experiment :
       readers_.with([](const RunStore& store) { return store.experiments(); }))
    document["experiments"].push_back({{"name", experiment.name},
                                       {"description", experiment.description},
                                       {"runs", experiment.run_ids.size()}});
  return json_answer(
      document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

HttpAnswer LiveView::report(const HttpRequest& request) {
  const std::string name = request.value("name");
  const std::lock_guard lock(reports_);
  std::string page = readers_.with([&](const RunStore& store) {
    ReportSelection selection(store, registry_, readers_.store().string(),
                              ReportChoices(registry_, {name}, {}));
    for (const std::string& experiment : values_of(request, "experiment"))
      selection.add_name(experiment);
    return render_html(selection.render(selection.reports().front()));
  });
  return {.type = "text/html; charset=utf-8",
          .body = std::make_shared<const std::string>(std::move(page)),
          .policy = kReportPolicy};
}

HttpAnswer LiveView::segment(const UploadReader& upload, std::size_t most) {
  const std::unique_lock lock(segments_, std::try_to_lock);
  if (!lock) return text_answer(503, "another song is being segmented; try again in a moment\n");
  const TemporaryFolder folder("serve");
  const std::filesystem::path file = folder / "song";
  receive_file(file, upload, most);
  return json_answer(segmented_song(file, registry_, threads_));
}

}  // namespace genrebench::cli
