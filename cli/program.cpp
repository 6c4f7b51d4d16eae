#include "cli/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "harness/run/environment.hpp"

namespace genrebench {

void register_all_pipeline(Registry& registry);
void register_all_datasets(Registry& registry);
void register_all_baselines(Registry& registry);
void register_all_models(Registry& registry);
void register_all_reports(Registry& registry);

void register_all(Registry& registry) {
  register_all_pipeline(registry);
  register_all_datasets(registry);
  register_all_baselines(registry);
  register_all_models(registry);
  register_all_reports(registry);
}

namespace {

constexpr int kMistake = 2;

/// Sub-commands and where their arguments go.
class CommandLine {
 public:
  explicit CommandLine(const Registry& registry)
      : registry_(registry),
        app_("Benchmarks and tracks music genre recognition experiments.", "genrebench") {
    app_.set_version_flag("--version", version_text());
    app_.require_subcommand(1);
    app_.footer(
        "Results go to standard output, progress to standard error. Exit code: 0 done, 1 not done, "
        "2 a mistake in the\n"
        "command or the configuration, 130 interrupted.");
    common_.threads = available_threads();
    common_.cache_folder = default_cache_folder();
    add_list();
    add_plan();
    add_leaks();
    add_run();
    add_resume();
    add_runs();
    add_show();
    add_reproduce();
    add_report();
    add_predict();
    add_lr_range();
    add_segment();
    add_dataset();
    add_merge();
    add_store();
    add_submit();
    add_task();
  }

  int operator()(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
      return app_.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
      return app_.exit(help);
    } catch (const CLI::CallForVersion& version) {
      return app_.exit(version);
    } catch (const CLI::ParseError& error) {
      fmt::print(stderr, "genrebench: {}\nTry: genrebench --help\n", error.what());
      return kMistake;
    }
    if (no_cache_) common_.cache_folder.clear();
    return action_();
  }

 private:
  void add_database(CLI::App* command) {
    command->add_option("--db", common_.database, "The run store, one SQLite file")
        ->capture_default_str();
  }
  void add_json(CLI::App* command) { command->add_flag("--json", common_.json, "Print JSON"); }
  void add_work(CLI::App* command) {
    command
        ->add_option("--cache", common_.cache_folder,
                     "Folder of cached features and generated datasets")
        ->capture_default_str();
    command->add_flag("--no-cache", no_cache_, "Neither read nor write cached features");
    command->add_option("--threads", common_.threads, "Threads for decoding and features")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    command->add_flag("-q,--quiet", common_.quiet, "No progress, only what needs attention");
  }
  void add_words(CLI::App* command, const std::string& help) {
    command->add_option("words", words_, help)->required()->type_name("FILE... [KEY=VALUE...]");
  }

  void add_list() {
    CLI::App* command = app_.add_subcommand("list", "Plug-ins and their options");
    command->add_option(
        "kind", kind_, "datasets, splits, excerpts, features, methods or reports; all if left out");
    command->add_option("name", name_, "Only this plug-in");
    add_json(command);
    command->add_flag("--markdown", markdown_, "Print the reference in Markdown");
    command->callback([this] {
      action_ = [this] { return cli::list(registry_, kind_, name_, common_.json, markdown_); };
    });
  }
  void add_plan() {
    CLI::App* command = app_.add_subcommand(
        "plan", "The exact runs of an experiment, which are done, and an estimate");
    add_words(command, "Experiment files, then key=value words that override them");
    add_database(command);
    add_work(command);
    add_json(command);
    command->callback(
        [this] { action_ = [this] { return cli::plan(registry_, common_, words_); }; });
  }
  void add_leaks() {
    CLI::App* command = app_.add_subcommand(
        "leaks", "Which artists, songs and other groups each kind of split would put on two sides");
    add_words(command, "Experiment files, then key=value words that override them");
    add_work(command);
    add_json(command);
    command->callback(
        [this] { action_ = [this] { return cli::leaks(registry_, common_, words_); }; });
  }
  void add_sweep(CLI::App* command) {
    command
        ->add_option("--workers", sweep_.workers,
                     "So many processes, which share the threads; one that dies is replaced")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    command
        ->add_option(
            "--order", order_,
            "cheap: what took least time earlier comes first; listed: as the experiment lists them")
        ->check(CLI::IsMember({"cheap", "listed"}))
        ->capture_default_str();
    command->add_flag("--fail-fast", sweep_.fail_fast, "Stop after the first run that fails");
    command
        ->add_option("--heartbeat", sweep_.heartbeat_s,
                     "Seconds between signs of life; the run of a worker that misses two is taken "
                     "by another")
        ->check(CLI::Range(0.05, 3600.0))
        ->capture_default_str();
    command
        ->add_option("--store", store_,
                     "shared: all workers write one store; sharded: each its own, joined at the "
                     "end; auto: sharded on a network file system")
        ->check(CLI::IsMember({"auto", "shared", "sharded"}))
        ->capture_default_str();
    command
        ->add_option("--workers-per-gpu", sweep_.workers_per_gpu,
                     "So many workers may compute on one GPU at once")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command->add_option(
        "--files", sweep_.files,
        "Folder of checkpoints and models; else FILES beside the store: runs.db.files");
    command->add_option("--pool", sweep_.pool)->group("");  // for the workers that `run --workers`
                                                            // starts
    add_database(command);
    add_work(command);
    add_json(command);
  }
  cli::SweepArguments sweep() const {
    using Store = cli::SweepArguments::Store;
    cli::SweepArguments arguments = sweep_;
    arguments.order = order_ == "cheap" ? RunOrder::cheap : RunOrder::listed;
    arguments.store = store_ == "auto"     ? Store::automatic
                      : store_ == "shared" ? Store::shared
                                           : Store::sharded;
    return arguments;
  }
  void add_run() {
    CLI::App* command = app_.add_subcommand(
        "run", "Run what is not done yet, and record it; any number of these may run at once");
    add_words(command, "Experiment files, then key=value words that override them");
    command->get_option("words")->required(false);
    command->add_flag("--join", sweep_.join,
                      "Take part in what other processes do; without a file, in all that the store "
                      "has left to do");
    add_sweep(command);
    command->callback([this] {
      if (words_.empty() && !sweep_.join) throw CLI::RequiredError("FILE, or --join");
      action_ = [this] { return cli::run(registry_, common_, words_, sweep()); };
    });
  }
  void add_resume() {
    CLI::App* command = app_.add_subcommand(
        "resume", "Run what the store has planned and is not done, without the experiments' files");
    command
        ->add_option(
            "experiments", words_,
            "Names of experiments in the store; all that have something left to do, if left out")
        ->type_name("NAME...");
    add_sweep(command);
    command->callback(
        [this] { action_ = [this] { return cli::resume(registry_, common_, words_, sweep()); }; });
  }
  void add_runs() {
    CLI::App* command = app_.add_subcommand("runs", "The runs in the store");
    command->add_option("--experiment", name_, "Only those of this experiment's plan");
    command->add_option(
        "--status", kind_,
        "Only those that are planned, running, done, failed, skipped, lost or pruned");
    add_database(command);
    add_json(command);
    command->callback([this] { action_ = [this] { return cli::runs(common_, name_, kind_); }; });
  }
  void add_show() {
    CLI::App* command = app_.add_subcommand(
        "show", "One run: configuration, metrics, confusion matrix, environment");
    command->add_option("run", name_, "Its id, or the beginning of it")->required();
    add_database(command);
    add_json(command);
    command->callback([this] { action_ = [this] { return cli::show(common_, name_); }; });
  }
  void add_reproduce() {
    CLI::App* command = app_.add_subcommand("reproduce",
                                            "Do a stored run again, write nothing, and say whether "
                                            "every number is the same; exit code 1 where not");
    command->add_option("run", reproduce_.run, "Its id, or the beginning of it")->required();
    command
        ->add_option("words", reproduce_.words,
                     "Options as key=value that do not decide the result, such as dataset.root=DIR "
                     "where the data have moved")
        ->type_name("[KEY=VALUE...]");
    add_database(command);
    add_work(command);
    command->get_option("--threads")
        ->description("Threads; else as many as the run had")
        ->default_str("");
    command->get_option("--cache")->description(
        "Folder of generated datasets, and of what --use-cache takes");
    command->get_option("--no-cache")
        ->description("Neither read nor write cached features: the default here");
    command
        ->add_flag("--use-cache", reproduce_.use_cache,
                   "Take features and sections from the cache where they are there; else "
                   "everything is computed anew")
        ->excludes("--no-cache");
    add_json(command);
    command->callback([this, command] {
      reproduce_.threads_given = command->count("--threads") > 0;
      action_ = [this] { return cli::reproduce(registry_, common_, reproduce_); };
    });
  }
  void add_report() {
    CLI::App* command = app_.add_subcommand("report", "Tables and figures from the store");
    command
        ->add_option("words", report_.words,
                     "Experiment files, or names of experiments in the store; all if left out. "
                     "key=value words override the files' keys, as for run")
        ->type_name("FILE|NAME... [KEY=VALUE...]");
    command->add_option("--report", report_.reports,
                        "Names of reports; if left out, those that the files name, or summary");
    command
        ->add_option("--report-option", report_.report_options,
                     "An option of a report, such as ablation.key=split.unit; may be repeated")
        ->type_name("REPORT.OPTION=VALUE")
        ->allow_extra_args(false);
    command->add_option("--out", report_.out, "Write the report's files to this folder");
    command->add_option("--format", report_.formats,
                        "markdown, latex, html, json, csv; all if left out");
    add_database(command);
    add_json(command);
    command->callback(
        [this] { action_ = [this] { return cli::report(registry_, common_, report_); }; });
  }
  void add_predict() {
    CLI::App* command =
        app_.add_subcommand("predict", "Genres of new songs, by the method of a stored run");
    command->add_option("--run", name_, "The run's id, or the beginning of it")->required();
    command->add_option("audio", words_, "The songs: WAV, FLAC, Ogg, MP3, ...")
        ->required()
        ->type_name("AUDIO...");
    command->add_option("--top", top_, "So many genres of each, from the most probable")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    add_database(command);
    add_work(command);
    add_json(command);
    command->callback([this] {
      action_ = [this] { return cli::predict(registry_, common_, name_, words_, top_); };
    });
  }
  void add_lr_range() {
    CLI::App* command = app_.add_subcommand(
        "lr-range", "Learning-rate range test: the loss while the learning rate grows");
    add_words(command,
              "An experiment file, then key=value words that override it; its first run is taken");
    command->add_option("--low", range_.low, "First learning rate")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--high", range_.high, "Last learning rate")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--steps", range_.steps, "Batches from the one to the other")
        ->check(CLI::Range(3, 100000))
        ->capture_default_str();
    command->add_option("--out", out_, "Write the curve to this folder");
    add_work(command);
    add_json(command);
    command->callback([this] {
      action_ = [this] { return cli::lr_range(registry_, common_, words_, range_, out_); };
    });
  }
  void add_segment() {
    CLI::App* command = app_.add_subcommand(
        "segment", "Cut a song into its recurring parts; tables, excerpts and figures");
    command->add_option("audio", file_, "The song: WAV, FLAC, Ogg, MP3, ...")->required();
    command
        ->add_option("words", words_,
                     "Options as key=value: those of `genrebench list excerpts sem`, such as "
                     "preset=paper clusters=5")
        ->type_name("[KEY=VALUE...]");
    command->add_option("--out", out_, "Folder for the results, made if missing")->required();
    command
        ->add_option("--threads", common_.threads,
                     "Threads for the distances; the result does not depend on them")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    command->add_flag("-q,--quiet", common_.quiet, "No progress, only what needs attention");
    add_json(command);
    command->callback([this] {
      action_ = [this] { return cli::segment(registry_, common_, file_, out_, words_); };
    });
  }
  void add_dataset() {
    CLI::App* group = app_.add_subcommand("dataset", "Make, verify or describe a dataset");
    group->require_subcommand(1);
    CLI::App* make = group->add_subcommand("make", "Write a generated dataset to a folder");
    make->add_option("name", name_, "The dataset")->required();
    make->add_option("--out", out_, "Folder to write, new or empty")->required();
    make->add_option("words", words_, "Options as key=value")->type_name("[KEY=VALUE...]");
    make->callback(
        [this] { action_ = [this] { return cli::dataset_make(registry_, name_, out_, words_); }; });
    const auto add_check = [&](const std::string& verb, const std::string& help,
                               const std::function<int()>& command) {
      CLI::App* check = group->add_subcommand(verb, help);
      check->add_option("name", name_, "The dataset")->required();
      check->add_option("--root", file_, "Folder (or file) in which it lies: short for root=DIR")
          ->type_name("DIR");
      check->add_option("words", words_, "Options as key=value")->type_name("[KEY=VALUE...]");
      add_work(check);
      add_json(check);
      check->callback([this, command] {
        if (!file_.empty()) words_.push_back("root=" + file_.string());
        action_ = command;
      });
      return check;
    };
    add_check("verify",
              "Decode every file; look for damage, wrong formats, checksums and duplicates, and "
              "compare with Table 1; exit code 1 for problems",
              [this] { return cli::dataset_verify(registry_, common_, name_, words_); });
    add_check(
        "describe",
        "Genres beside Table 1, groups, durations, published splits, licence and where to get it",
        [this] { return cli::dataset_describe(registry_, common_, name_, words_, out_); })
        ->add_option("--out", out_,
                     "Write these and a spectrogram of each genre (the paper's Table 1 and Figure "
                     "1) to this folder");
  }
  void add_submit() {
    CLI::App* group =
        app_.add_subcommand("submit", "Hand experiments to a cluster, and see how far they are");
    group->require_subcommand(1);
    CLI::App* slurm = group->add_subcommand(
        "slurm", "Freeze what is not done yet, and submit it to Slurm as job arrays");
    SlurmOptions& options = submit_.slurm;
    slurm
        ->add_option("words", submit_.words,
                     "Experiment files, then key=value words that override them")
        ->required()
        ->type_name("FILE... [KEY=VALUE...]");
    slurm
        ->add_option(
            "--array-limit", options.array_limit,
            "So many tasks at once at most, over all arrays; 0: as many as the cluster lets")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    slurm->add_option("--partition", options.partition, "Partition");
    slurm->add_option("--time", options.time, "Time limit of a task: minutes, H:M:S or D-H");
    slurm->add_option("--gpus", options.gpus, "GPUs of a task: a number, or TYPE:NUMBER");
    slurm
        ->add_option("--cpus-per-task", options.cpus_per_task,
                     "Processors of a task, and its threads")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    slurm->add_option("--mem", options.memory, "Memory of a task: 8G");
    slurm->add_option("--account", options.account, "Account");
    slurm->add_option("--qos", options.qos, "Quality of service");
    slurm
        ->add_option("--sbatch", options.others,
                     "Another option of sbatch for the tasks, as it is: --sbatch=--constraint=fast")
        ->type_name("OPTION")
        ->allow_extra_args(false);
    slurm
        ->add_option("--runs-per-task", submit_.runs_per_task,
                     "Runs of a task, one after the other; else one, but no more than ten tasks "
                     "for each that may run at once, or 1000")
        ->check(CLI::Range(1, 1000000));
    slurm
        ->add_option("--checkpoint-signal", options.checkpoint_signal_s,
                     "Seconds before the time limit at which training stops and the task goes back "
                     "into the queue; Slurm may do it up to 60 s earlier")
        ->check(CLI::Range(1, 65535))
        ->capture_default_str();
    slurm
        ->add_option("--max-requeues", options.max_requeues,
                     "A task goes back into the queue so often at most")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    slurm->add_flag(
        "--again", submit_.again,
        "Submit although an earlier submission of the experiment is still in the queue");
    slurm->add_flag("--dry-run", submit_.dry_run,
                    "Write the folder and its scripts, and say what would be submitted");
    slurm
        ->add_option("--cache", common_.cache_folder,
                     "Folder of cached features and generated datasets")
        ->capture_default_str();
    slurm->add_flag("--no-cache", no_cache_, "Neither read nor write cached features");
    slurm->add_flag("-q,--quiet", common_.quiet, "No progress, only what needs attention");
    add_database(slurm);
    add_json(slurm);
    slurm->callback(
        [this] { action_ = [this] { return cli::submit_slurm(registry_, common_, submit_); }; });
    const auto add_look = [&](const std::string& verb, const std::string& help,
                              const std::function<int()>& command) {
      CLI::App* look = group->add_subcommand(verb, help);
      look->add_option("submission", name_,
                       "The folder of a submission, or an experiment; all of the store if left out")
          ->type_name("FOLDER|EXPERIMENT");
      add_database(look);
      add_json(look);
      look->callback([this, command] { action_ = command; });
    };
    add_look("status", "How far submissions are",
             [this] { return cli::submit_status(common_, name_); });
    add_look("cancel",
             "Take their tasks out of the queue; what is done is merged, and submitting again does "
             "the rest",
             [this] { return cli::submit_cancel(common_, name_); });
  }
  void add_task() {
    CLI::App* command = app_.add_subcommand("work", "A task of a submission: what its jobs start");
    command->add_option("submission", file_, "The folder of the submission")
        ->required()
        ->type_name("FOLDER");
    CLI::Option* task = command->add_option("--task", task_, "Do the runs of this task")
                            ->check(CLI::Range(0, 1000000000));
    CLI::Option* merge =
        command->add_flag("--merge", merge_, "Merge what all tasks have done")->excludes(task);
    command->add_flag("-q,--quiet", common_.quiet, "No progress, only what needs attention");
    command->callback([this, task, merge] {
      if (task->empty() && merge->empty()) throw CLI::RequiredError("--task or --merge");
      action_ = [this] {
        return merge_ ? cli::work_merge(file_) : cli::work(registry_, common_, file_, task_);
      };
    });
  }

  void add_merge() {
    CLI::App* command = app_.add_subcommand(
        "merge", "Take over the runs of other stores: shards, colleagues' databases");
    command->add_option("sources", words_, "The stores to take runs from; they are only read")
        ->required()
        ->type_name("SOURCE...");
    add_database(command);
    add_json(command);
    command->callback([this] { action_ = [this] { return cli::merge(common_, words_); }; });
  }
  void add_store() {
    CLI::App* group =
        app_.add_subcommand("store", "Check, copy or tidy up the store; delete runs, with undo");
    group->require_subcommand(1);
    const auto add = [&](const std::string& verb, const std::string& help,
                         const std::function<int()>& action) {
      CLI::App* command = group->add_subcommand(verb, help);
      add_database(command);
      add_json(command);
      command->callback([this, action] { action_ = action; });
      return command;
    };
    add("check",
        "Damage, runs without a result, files that are missing, changed or of no run, sizes; exit "
        "code 1 for problems",
        [this] { return cli::store_check(common_); });
    CLI::App* backup = add("backup", "A whole copy, while others write",
                           [this] { return cli::store_backup(common_, out_, files_); });
    backup->add_option(
        "--out", out_,
        "The copy, a new file; else the store's name with .backup- and the time (UTC)");
    backup->add_flag("--files", files_,
                     "Copy the runs' files (models) too, to the copy's name with .files");
    add("vacuum",
        "Forget deleted runs for good, remove what belongs to no run, make the file as small as it "
        "can be",
        [this] { return cli::store_vacuum(common_); });
    CLI::App* remove = add("delete", "Delete runs; several conditions must all hold",
                           [this] { return cli::store_delete(common_, delete_); });
    remove
        ->add_option("--run", delete_.runs,
                     "This run: its id, or the beginning of it; may be given several times")
        ->type_name("ID");
    remove->add_option("--experiment", delete_.experiment, "Runs of this experiment's plan")
        ->type_name("NAME");
    remove
        ->add_option("--status", delete_.status,
                     "Runs that are planned, done, failed, skipped, lost or pruned")
        ->type_name("STATUS");
    remove
        ->add_option("--where", delete_.where,
                     "Runs with this value of a parameter, such as method.name=knn; may be given "
                     "several times")
        ->type_name("KEY=VALUE");
    remove->add_flag("--dry-run", delete_.dry_run, "Only list them");
    remove->add_flag(
        "--undo", delete_.undo,
        "Bring the runs back that were deleted last; possible until `genrebench store vacuum`");
  }

  const Registry& registry_;
  CLI::App app_;
  cli::CommonOptions common_;
  cli::ReportArguments report_;
  cli::SweepArguments sweep_;
  cli::DeleteArguments delete_;
  cli::ReproduceArguments reproduce_;
  std::string order_ = "cheap", store_ = "auto";
  cli::SubmitArguments submit_;
  std::vector<std::string> words_;
  std::string kind_, name_;
  std::filesystem::path file_, out_;
  int top_ = 3;
  std::size_t task_ = 0;
  GradientMethod::RangeTest range_;
  bool no_cache_ = false, markdown_ = false, files_ = false, merge_ = false;
  std::function<int()> action_;
};

}  // namespace

int run_program(const Registry& registry, int argc, const char* const* argv) {
  try {
    const int code = CommandLine(registry)(argc, argv);
    std::cout.flush();
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout) return code;
    throw DataError(fmt::format("cannot write to standard output: {}",
                                errno == 0 ? "an earlier write failed" : std::strerror(errno)));
  } catch (const ConfigError& error) {
    fmt::print(stderr, "genrebench: {}\n", single_line(error.what()));
    return kMistake;
  } catch (const std::exception& error) {
    fmt::print(stderr, "genrebench: {}\n", single_line(error.what()));
    return 1;
  }
}

}  // namespace genrebench
