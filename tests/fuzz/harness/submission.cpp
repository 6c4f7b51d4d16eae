// submission.json, which may lie in a folder of somebody else, and what Slurm prints. The text of
// Slurm follows the file after a line "%%".
#include "harness/cluster/submission.hpp"

#include <string>

#include "harness/cluster/job_scripts.hpp"
#include "harness/cluster/submission_state.hpp"
#include "harness/cluster/task_plan.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

namespace fs = std::filesystem;

bool same(const Submission& a, const Submission& b) {
  return a.experiment == b.experiment && a.created_at == b.created_at && a.program == b.program &&
         a.version == b.version && a.working_folder == b.working_folder &&
         a.database == b.database && a.cache_folder == b.cache_folder && a.n_runs == b.n_runs &&
         a.n_tasks == b.n_tasks && a.max_array_size == b.max_array_size && a.options == b.options &&
         a.arrays == b.arrays && a.merge_job == b.merge_job;
}

void use(Submission submission) {
  submission.jobs();
  submission.shards();
  submission.merged();
  accepts([&] { state_of(submission); });
  accepts([&] { frozen_runs(submission); });
  accepts([&] { validate(submission.options); });
  for (std::size_t i = 0; i < submission.arrays.size(); ++i)
    accepts([&] { array_command(submission, i); });
  accepts([&] { merge_command(submission); });

  submission.folder = scratch_folder() / "written";
  fs::create_directories(submission.folder);
  accepts([&] { write_scripts(submission); });
  if (!accepts([&] { save(submission); })) return;
  require(same(read_submission(submission.folder), submission),
          "a submission that is saved is read as it was");
}

void read_slurm(const std::string& text) {
  max_array_size_of(text);
  slurm_time_s(text);
  accepts([&] { queue_of(text); });
}

}  // namespace

void fuzz_submission(std::string_view input) {
  const std::size_t end = input.find("\n%%\n");
  read_slurm(std::string(end == std::string_view::npos ? input : input.substr(end + 4)));
  const fs::path file = scratch_file("submission/submission.json", input.substr(0, end));
  accepts([&] { use(read_submission(file.parent_path())); });
}

}  // namespace genrebench::fuzz
