#pragma once
// The commands of the program. Each prints results to standard output and returns the exit code: 0
// if what was asked for was done, 1 if not. Mistakes in the command or the configuration leave as
// ConfigError.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/cluster/slurm.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/workers/worker.hpp"

namespace genrebench::cli {

/// What most commands share.
struct CommonOptions {
  std::filesystem::path database = "runs.db";
  std::filesystem::path cache_folder;  ///< empty: no cache
  int threads = 1;
  bool json = false;
  bool quiet = false;
};

int list(const Registry& registry, const std::string& kind, const std::string& name, bool json,
         bool markdown);

int plan(const Registry& registry, const CommonOptions& common,
         const std::vector<std::string>& words);

/// Which groups each kind of split would put on two sides.
int leaks(const Registry& registry, const CommonOptions& common,
          const std::vector<std::string>& words);

/// How the runs of a sweep are shared out.
struct SweepArguments {
  int workers = 1;    ///< processes
  bool join = false;  ///< no file is needed: the store says what there is to do
  bool fail_fast = false;
  RunOrder order = RunOrder::cheap;
  double heartbeat_s = 10.0;
  int workers_per_gpu = 1;
  enum class Store {
    automatic,
    shared,
    sharded
  } store = Store::automatic;        ///< automatic: sharded on network file systems
  std::filesystem::path files = {};  ///< of checkpoints and models; empty: beside the store
  std::int64_t pool = 0;             ///< the process that this one is a worker of; 0: none
};
int run(const Registry& registry, const CommonOptions& common,
        const std::vector<std::string>& words, const SweepArguments& arguments);
/// @param names  of experiments in the store; empty: all that have something left to do
int resume(const Registry& registry, const CommonOptions& common,
           const std::vector<std::string>& names, const SweepArguments& arguments);

int runs(const CommonOptions& common, const std::string& experiment, const std::string& status);

int show(const CommonOptions& common, const std::string& run);

struct ReproduceArguments {
  std::string run;                 ///< its id, or the beginning of it
  std::vector<std::string> words;  ///< `key=value`: options that do not decide the result, such as
                                   ///< dataset.root
  bool threads_given = false;      ///< CommonOptions::threads counts; else what the run recorded
  bool use_cache = false;  ///< take features, sections and hashes of files that the cache folder
                           ///< has; else all are computed anew
};
/// Does a stored run again and compares every number; nothing is written.
int reproduce(const Registry& registry, const CommonOptions& common,
              const ReproduceArguments& arguments);

/// Other stores into this one.
int merge(const CommonOptions& common, const std::vector<std::string>& sources);

/// What is wrong with the store.
int store_check(const CommonOptions& common);
/// @param out    the copy; empty: beside the store, named by the time
/// @param files  copy the files of the runs too
int store_backup(const CommonOptions& common, const std::filesystem::path& out, bool files);
int store_vacuum(const CommonOptions& common);

struct DeleteArguments {
  std::vector<std::string> runs;   ///< their ids, or the beginnings of them
  std::string experiment, status;  ///< empty: any
  std::vector<std::string> where;  ///< `key=value`
  bool undo = false, dry_run = false;
};
int store_delete(const CommonOptions& common, const DeleteArguments& arguments);

struct ReportArguments {
  std::vector<std::string> words;    ///< experiment files, or names of experiments in the store;
                                     ///< `key=value` for the files
  std::vector<std::string> reports;  ///< empty: those that the files name, or `summary`
  std::vector<std::string> report_options;  ///< `REPORT.OPTION=VALUE`
  std::filesystem::path out;                ///< empty: to the terminal only
  std::vector<std::string> formats;         ///< empty: all
};
int report(const Registry& registry, const CommonOptions& common, const ReportArguments& arguments);

/// @param top  how many genres a file, from the most probable
int predict(const Registry& registry, const CommonOptions& common, const std::string& run,
            const std::vector<std::string>& files, int top);

/// @param out  folder of the curve; empty: numbers only
int lr_range(const Registry& registry, const CommonOptions& common,
             const std::vector<std::string>& words, const GradientMethod::RangeTest& test,
             const std::filesystem::path& out);

/// @param out    folder for the results, made if missing
/// @param words  `key=value`, the options of the excerpt plug-in `sem`
int segment(const Registry& registry, const CommonOptions& common,
            const std::filesystem::path& file, const std::filesystem::path& out,
            const std::vector<std::string>& words);

int dataset_make(const Registry& registry, const std::string& name,
                 const std::filesystem::path& out, const std::vector<std::string>& words);
int dataset_verify(const Registry& registry, const CommonOptions& common, const std::string& name,
                   const std::vector<std::string>& words);
/// @param out  folder for Table 1 and Figure 1; empty: printed only
int dataset_describe(const Registry& registry, const CommonOptions& common, const std::string& name,
                     const std::vector<std::string>& words, const std::filesystem::path& out);

struct SubmitArguments {
  std::vector<std::string> words;  ///< experiment files, then `key=value`
  SlurmOptions slurm;
  std::size_t runs_per_task = 0;  ///< 0: as default_runs_per_task() says
  bool again = false;    ///< although an earlier submission of the experiment is still in the queue
  bool dry_run = false;  ///< writes everything, submits nothing
};
int submit_slurm(const Registry& registry, const CommonOptions& common,
                 const SubmitArguments& arguments);
/// @param which  a submission's folder, or an experiment; empty: all of the store
int submit_status(const CommonOptions& common, const std::string& which);
int submit_cancel(const CommonOptions& common, const std::string& which);

/// A task of a submission, in a job of the cluster. @return  75 where the checkpoint signal stopped
/// it: it wants another turn
int work(const Registry& registry, const CommonOptions& common,
         const std::filesystem::path& submission, std::size_t task);
/// Merges what the tasks of a submission have done.
int work_merge(const std::filesystem::path& submission);

}  // namespace genrebench::cli
