// `genrebench submit status`: how far submissions are.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/repeated_messages.hpp"
#include "cli/submissions.hpp"
#include "harness/cluster/hand_in.hpp"
#include "harness/cluster/submission_state.hpp"

namespace genrebench::cli {
namespace {

/// How many notes of each sort the table shows.
constexpr std::size_t kShown = 10;

/// What is known of one submission's jobs.
struct Queue {
  std::string failure;                       ///< why the queue is not known; empty: it is
  std::map<std::string, std::size_t> tasks;  ///< by state
  std::set<std::size_t> running;             ///< numbers of tasks
  std::string merge;                         ///< state of the merge job; empty: not in the queue
};

/// @param submission  gets the ids of jobs that are found by their names only
Queue queue_for(Submission& submission) {
  Queue queue;
  try {
    find_lost_jobs(submission);
    for (const QueuedTask& task : slurm_queue(submission.jobs())) {
      if (task.job == submission.merge_job) {
        queue.merge = task.state;
        continue;
      }
      ++queue.tasks[task.state];
      for (const TaskArray& array : submission.arrays)
        if (array.job == task.job && task.index && task.state != "PENDING")
          queue.running.insert(array.offset + *task.index);
    }
  } catch (const DataError& error) {
    queue.failure = error.what();
  }
  return queue;
}

/// How far a submission is, by its shards and by the queue.
struct Status {
  Queue queue;
  SubmissionState state;
  std::size_t n_done = 0, n_failed = 0, n_pruned = 0, n_running = 0, n_left = 0;
};

Status status_of(Submission& submission) {
  Status status{.queue = queue_for(submission), .state = state_of(submission)};
  SubmissionState& state = status.state;
  if (status.queue.failure.empty())  // a task that left the queue does nothing, whatever it said
    std::erase_if(state.under_way, [&](const SubmissionState::Note& note) {
      return !status.queue.running.contains(note.task);
    });
  if (!status.queue.tasks.empty()) state.unreadable.clear();  // one may just be being made
  status.n_running = std::min(state.under_way.size(), state.runs[RunStatus::running]);
  status.n_done = state.runs[RunStatus::done];
  status.n_failed = state.runs[RunStatus::failed];
  status.n_pruned = state.runs[RunStatus::pruned];
  status.n_left = submission.n_runs -
                  std::min(submission.n_runs,
                           status.n_done + status.n_failed + status.n_pruned + status.n_running);
  return status;
}

std::string queue_text(const Submission& submission, const Queue& queue) {
  if (!queue.failure.empty() && (submission.handing_in || !submission.jobs().empty()))
    return "not known";
  if (submission.jobs().empty()) return "never submitted";
  std::vector<std::string> parts;
  for (const auto& [state, count] : queue.tasks)
    parts.push_back(fmt::format("{} {}", count, ascii_lower(state)));
  return parts.empty() ? "ended" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string merge_text(const Submission& submission, const Queue& queue) {
  if (submission.merged()) return "yes";
  return queue.merge.empty()
             ? "no"
             : fmt::format("job {} {}", submission.merge_job, ascii_lower(queue.merge));
}

std::vector<Cell> cells(const Submission& submission, const Status& status) {
  const auto number = [](std::size_t n) {
    return Cell{.text = std::to_string(n), .numeric = true};
  };
  return {{.text = submission.experiment}, {.text = submission.created_at},
          number(submission.n_tasks),      {.text = queue_text(submission, status.queue)},
          number(submission.n_runs),       number(status.n_done),
          number(status.n_failed),         number(status.n_running),
          number(status.n_left),           {.text = merge_text(submission, status.queue)}};
}

void add_notes(std::vector<std::string>& lines, const std::vector<SubmissionState::Note>& notes) {
  for (std::size_t i = 0; i < std::min(kShown, notes.size()); ++i)
    lines.push_back(fmt::format("task {}: {}", notes[i].task, notes[i].text));
  if (notes.size() > kShown) lines.push_back(fmt::format("and {} more", notes.size() - kShown));
}

/// One line per reason.
void add_failures(std::vector<std::string>& lines,
                  const std::vector<SubmissionState::Note>& failures) {
  std::vector<SubmissionState::Note> reasons;  // the first of each
  std::map<std::string, std::size_t> counts;
  for (const SubmissionState::Note& failure : failures)
    if (counts[without_numbers(failure.text)]++ == 0) reasons.push_back(failure);
  for (SubmissionState::Note& reason : reasons)
    if (const std::size_t n = counts[without_numbers(reason.text)]; n > 1)
      reason.text += fmt::format(" ({} in all failed like this)", counted(n, "run"));
  add_notes(lines, reasons);
}

nlohmann::ordered_json notes_json(const std::vector<SubmissionState::Note>& notes) {
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const SubmissionState::Note& note : notes)
    items.push_back({{"task", note.task}, {"text", note.text}});
  return items;
}

nlohmann::ordered_json status_json(const Submission& submission, const Status& status) {
  nlohmann::ordered_json entry = {
      {"experiment", submission.experiment}, {"folder", submission.folder.string()},
      {"created_at", submission.created_at}, {"jobs", submission.jobs()},
      {"tasks", submission.n_tasks},         {"queue", nullptr},
      {"runs", submission.n_runs},           {"done", status.n_done},
      {"failed", status.n_failed},           {"pruned", status.n_pruned},
      {"running", status.n_running},         {"left", status.n_left},
      {"merged", submission.merged()}};
  if (status.queue.failure.empty()) entry["queue"] = status.queue.tasks;
  entry["under_way"] = notes_json(status.state.under_way);
  entry["failures"] = notes_json(status.state.failures);
  entry["unreadable"] = notes_json(status.state.unreadable);
  return entry;
}

class SubmitStatusCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_submission(arguments, which_, context);
  }

  int run(Context& context) override {
    Table table{.title = "Submissions",
                .columns = {"experiment", "submitted", "tasks", "queue", "runs", "done", "failed",
                            "running", "left", "merged"}};
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    std::set<std::string> failures;
    for (Submission& submission : find_submissions(context, which_)) {
      const Status status = status_of(submission);
      if (!status.queue.failure.empty()) failures.insert(status.queue.failure);
      table.rows.push_back(cells(submission, status));
      table.notes.push_back(submission.folder.string());
      add_notes(table.notes, status.state.under_way);
      add_failures(table.notes, status.state.failures);
      add_notes(table.notes, status.state.unreadable);
      document.push_back(status_json(submission, status));
    }
    for (const std::string& failure : failures)
      table.notes.push_back("the queue is not known: " + failure);
    if (context.json)
      print_json(document);
    else
      print_table(table);
    return kDone;
  }

 private:
  std::string which_;
};

}  // namespace

void command_submit_status(CommandList& commands) {
  commands.add<SubmitStatusCommand>({.name = "submit status",
                                     .group = CommandGroup::cluster,
                                     .position = 2,
                                     .summary = "Show how far submissions are"});
}

}  // namespace genrebench::cli
