// `genrebench submit cancel`: takes the tasks of submissions out of the queue.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cli/console.hpp"
#include "cli/submissions.hpp"
#include "harness/cluster/hand_in.hpp"

namespace genrebench::cli {
namespace {

class SubmitCancelCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_submission(arguments, which_, context);
  }

  int run(Context& context) override {
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    bool any = false;
    for (Submission& submission : find_submissions(context, which_)) {
      find_lost_jobs(submission);
      std::set<std::string> jobs;
      for (const QueuedTask& task : slurm_queue(submission.jobs()))
        if (task.job != submission.merge_job)
          jobs.insert(task.job);  // the merge job brings in what is done
      slurm_cancel({jobs.begin(), jobs.end()});
      if (!context.json && !jobs.empty())
        write_out("{}: cancelled job {}\n", submission.experiment, fmt::join(jobs, ", "));
      any = any || !jobs.empty();
      document.push_back({{"experiment", submission.experiment},
                          {"folder", submission.folder.string()},
                          {"cancelled", jobs}});
    }
    if (context.json)
      print_json(document);
    else if (!any)
      write_out("no task is in the queue\n");
    return kDone;
  }

 private:
  std::string which_;
};

}  // namespace

void command_submit_cancel(CommandList& commands) {
  commands.add<SubmitCancelCommand>(
      {.name = "submit cancel",
       .group = CommandGroup::cluster,
       .position = 3,
       .summary = "Take submissions out of the queue",
       .details = "What is done is merged. Submitting again does the rest."});
}

}  // namespace genrebench::cli
