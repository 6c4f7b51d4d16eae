#pragma once
// Runs as the intervals see them: a score, a division of the tracks, and answers.

#include <fmt/format.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace genrebench {

/// A run's answer for one test track.
struct Answer {
  int track = 0;     ///< a number; equal for the same track in all runs of one estimate
  int cluster = -1;  ///< likewise its artist; -1: not known
  int truth = 0;
  int predicted = 0;
};
using Answers = std::vector<Answer>;

/// Gives the answers of a run, which are read where something asks for them and kept from then on:
/// several intervals ask for those of one run. Copies share what was read. One thread at a time,
/// until they were read.
class AnswerSource {
 public:
  AnswerSource() = default;

  /// @param read  returns answers, or a reference to some that outlive this source
  template <typename Read>
  requires(!std::same_as<Read, AnswerSource> && std::is_invocable_v<Read&>)
      AnswerSource(Read read) {  // NOLINT(google-explicit-constructor): a function is all it takes
    if constexpr (std::is_lvalue_reference_v<std::invoke_result_t<Read&>>)
      read_ = std::move(read);
    else
      read_ = [read = std::move(read),
               kept = std::make_shared<std::optional<Answers>>()]() -> const Answers& {
        if (!*kept) *kept = read();
        return **kept;
      };
  }

  explicit operator bool() const { return static_cast<bool>(read_); }
  const Answers& operator()() const { return read_(); }

 private:
  std::function<const Answers&()> read_;
};

/// A short name for the division of this number, from 0. Names are ordered as the numbers are.
inline std::string numbered_division(std::size_t number) { return fmt::format("{:09}", number); }

/// One run as the intervals see it.
struct ScoredRun {
  double score = 0.0;
  std::string division = {};  ///< equal for runs whose parts are the same tracks
  double test_ratio = 0.0;    ///< as in DivisionScore
  AnswerSource answers = {};  ///< for the scored tracks. May be empty: not known
};

}  // namespace genrebench
