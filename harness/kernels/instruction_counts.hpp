#pragma once
// The number of instructions of a benchmark, by Valgrind's Callgrind: it does not depend on what
// else the machine does.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace genrebench {

/// True if the program valgrind can be started.
bool can_count_instructions();

/// Counts the instructions of one repetition of one iteration of each benchmark that matches: those
/// of three repetitions less those of two, so that the start of the program, its checks and its
/// summaries drop out. What the benchmark does before its loop stays in, and some ten thousand
/// instructions that write the result.
/// @param program  of Google Benchmark
/// @param filter   a regular expression of Google Benchmark; empty: all
/// @return         by the benchmark's name
/// @throws DataError  if Valgrind or the program cannot be started or fails; Valgrind knows no
/// AVX-512, so a program that was built for such a processor fails
std::map<std::string, double> count_instructions(const std::filesystem::path& program,
                                                 const std::string& filter);

/// The number in Callgrind's line "Collected : N". @throws DataError  if there is none
double collected_instructions(std::string_view messages, const std::string& name);

/// A regular expression that matches this name alone.
std::string exact_filter(std::string_view benchmark);

}  // namespace genrebench
