#include "signal/fingerprint/near_duplicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace genrebench {
namespace {

using Peaks = std::span<const SpectralPeak>;

constexpr float kMaxSpeed = 1.075f;         // a semitone is 1.059
constexpr float kMaxPitch = 1.3f;           // semitones
constexpr float kTimeTolerance_s = 0.04f;   // within which two peaks are the same
constexpr float kPitchTolerance = 0.35f;    // semitones, likewise
constexpr std::size_t kMaxCandidates = 50;  // of one recording, the best

// -------------------------------------------------------------------------------------------------
// Triplets

/// Three peaks, the first of which is where the triplet is.
struct Triplet {
  std::uint32_t hash;
  std::uint32_t recording;
  float time_s, pitch, span_s;
};

constexpr int kTargets = 3;  // peaks after the first that are joined with it, all pairs of them
constexpr float kNearest_s = 0.06f, kFarthest_s = 1.5f;
constexpr float kWidest = 12.0f;    // semitones between the first and another peak
constexpr float kPitchStep = 0.5f;  // of a difference
constexpr int kPitchSteps = 2 * static_cast<int>(kWidest / kPitchStep) + 1;
constexpr int kRatioSteps = 12;
constexpr std::uint32_t kHashes = kPitchSteps * kPitchSteps * kRatioSteps;

std::uint32_t pitch_step(float difference) {
  return static_cast<std::uint32_t>(std::lround((difference + kWidest) / kPitchStep));
}

/// @param use  called with each triplet
template <typename Use>
void for_each_triplet(Peaks peaks, std::uint32_t recording, const Use& use) {
  std::array<const SpectralPeak*, kTargets> targets{};
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const SpectralPeak& first = peaks[i];
    std::size_t n = 0;
    for (std::size_t j = i + 1;
         j < peaks.size() && n < kTargets && peaks[j].time_s - first.time_s <= kFarthest_s; ++j)
      if (peaks[j].time_s - first.time_s >= kNearest_s &&
          std::abs(peaks[j].pitch - first.pitch) <= kWidest)
        targets[n++] = &peaks[j];
    for (std::size_t b = 1; b < n; ++b)
      for (std::size_t a = 0; a < b; ++a) {
        const float span_s = targets[b]->time_s - first.time_s;
        const float ratio = (targets[a]->time_s - first.time_s) / span_s;
        const auto ratio_step = std::min<std::uint32_t>(
            kRatioSteps - 1, static_cast<std::uint32_t>(ratio * kRatioSteps));
        const std::uint32_t hash = (pitch_step(targets[a]->pitch - first.pitch) * kPitchSteps +
                                    pitch_step(targets[b]->pitch - first.pitch)) *
                                       kRatioSteps +
                                   ratio_step;
        use(Triplet{hash, recording, first.time_s, first.pitch, span_s});
      }
  }
}

/// All triplets of all recordings by hash, then pitch.
class TripletIndex {
 public:
  explicit TripletIndex(std::span<const Fingerprint> recordings) : starts_(kHashes + 1) {
    for (std::size_t r = 0; r < recordings.size(); ++r)
      for_each_triplet(recordings[r].peaks, static_cast<std::uint32_t>(r),
                       [this](const Triplet& t) { ++starts_[t.hash + 1]; });
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    triplets_.resize(starts_.back());
    std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
    for (std::size_t r = 0; r < recordings.size(); ++r)
      for_each_triplet(recordings[r].peaks, static_cast<std::uint32_t>(r),
                       [&](const Triplet& t) { triplets_[next[t.hash]++] = t; });
    for (std::size_t hash = 0; hash < kHashes; ++hash)
      std::stable_sort(at(starts_[hash]), at(starts_[hash + 1]),
                       [](const Triplet& a, const Triplet& b) { return a.pitch < b.pitch; });
  }

  /// Triplets of later recordings that a change of speed or pitch may have made of `triplet`.
  template <typename Use>
  void for_each_like(const Triplet& triplet, const Use& use) const {
    const auto end = triplets_.begin() + static_cast<std::ptrdiff_t>(starts_[triplet.hash + 1]);
    auto other = std::lower_bound(
        triplets_.begin() + static_cast<std::ptrdiff_t>(starts_[triplet.hash]), end,
        triplet.pitch - kMaxPitch, [](const Triplet& t, float pitch) { return t.pitch < pitch; });
    for (; other != end && other->pitch <= triplet.pitch + kMaxPitch; ++other)
      if (other->recording > triplet.recording && other->span_s <= triplet.span_s * kMaxSpeed &&
          triplet.span_s <= other->span_s * kMaxSpeed)
        use(*other);
  }

 private:
  std::vector<Triplet>::iterator at(std::size_t i) {
    return triplets_.begin() + static_cast<std::ptrdiff_t>(i);
  }

  std::vector<std::size_t> starts_;
  std::vector<Triplet> triplets_;
};

// -------------------------------------------------------------------------------------------------
// Candidates

/// A triplet of one recording that is also in another.
struct Vote {
  std::uint32_t other;
  float time_s, other_time_s;
  float pitch_shift;
};

/// Votes for one pair that say about the same of pitch and time.
struct Candidate {
  std::uint32_t other = 0;
  float pitch_shift = 0.0f, offset_s = 0.0f;  // of the cell
  int n_votes = 0;
};

constexpr float kPitchCell = 0.5f;  // semitones
constexpr float kOffsetCell_s = 1.0f;
constexpr int kMinVotes = 8;  // real duplicates of 30 s have a hundred and more

struct Cell {
  int pitch, offset;
  auto operator<=>(const Cell&) const = default;
};

/// The cell, joined with its neighbours, that most votes of one pair are in.
Candidate fullest_cell(std::span<const Vote> votes, std::vector<Cell>& cells) {
  cells.clear();
  for (const Vote& vote : votes)
    cells.push_back(
        {static_cast<int>(std::lround(vote.pitch_shift / kPitchCell)),
         static_cast<int>(std::lround((vote.other_time_s - vote.time_s) / kOffsetCell_s))});
  std::sort(cells.begin(), cells.end());
  Candidate best{votes.front().other, 0.0f, 0.0f, 0};
  for (auto from = cells.begin(), to = from; from != cells.end(); ++from) {
    // Neighbours in time lie side by side; those in pitch are found from either.
    if (to < from) to = from;
    while (to != cells.end() && to->pitch == from->pitch && to->offset <= from->offset + 1) ++to;
    const int n = static_cast<int>(to - from);
    if (n > best.n_votes)
      best = {best.other, static_cast<float>(from->pitch) * kPitchCell,
              (static_cast<float>(from->offset) + 0.5f) * kOffsetCell_s, n};
  }
  return best;
}

// -------------------------------------------------------------------------------------------------
// Alignment

/// Where a peak of the first recording is in the second.
struct Alignment {
  double speed = 1.0;  // of the second against the first: times are divided by it
  double offset_s = 0.0;
  double pitch_shift = 0.0;

  double operator()(double time_s) const { return time_s / speed + offset_s; }
};

/// Of `steps` speeds on either side of `middle`, the one at which most votes lie on one line.
Alignment fullest_line(std::span<const Vote> votes, double middle, double log_range, int steps) {
  constexpr double kTolerance_s = 0.06;
  Alignment best;
  std::size_t most = 0;
  std::vector<double> offsets(votes.size());
  for (int step = -steps; step <= steps; ++step) {
    const double speed = middle * std::exp(log_range * step / steps);
    std::transform(votes.begin(), votes.end(), offsets.begin(), [&](const Vote& vote) {
      return static_cast<double>(vote.other_time_s) - static_cast<double>(vote.time_s) / speed;
    });
    std::sort(offsets.begin(), offsets.end());
    for (std::size_t from = 0, to = 0; from < offsets.size(); ++from) {
      while (to < offsets.size() && offsets[to] - offsets[from] <= 2.0 * kTolerance_s) ++to;
      if (to - from > most) {
        most = to - from;
        best = {speed, 0.5 * (offsets[from] + offsets[to - 1]), 0.0};
      }
    }
  }
  return best;
}

/// Every so-manyth vote where there are very many: each beat of a loop votes for each other one, so
/// that their number grows with the square of the length.
void thin(std::vector<Vote>& votes) {
  constexpr std::size_t kMost = 20'000;
  const std::size_t step = votes.size() / kMost + 1;
  for (std::size_t i = 0; i * step < votes.size(); ++i) votes[i] = votes[i * step];
  votes.resize((votes.size() + step - 1) / step);
}

/// The alignment that most of a candidate's votes agree with.
Alignment fit_votes(std::span<const Vote> votes, const Candidate& candidate, double duration_s) {
  std::vector<Vote> chosen;
  const float drift_s = (kMaxSpeed - 1.0f) * static_cast<float>(duration_s) + kOffsetCell_s;
  std::copy_if(votes.begin(), votes.end(), std::back_inserter(chosen), [&](const Vote& vote) {
    return std::abs(vote.pitch_shift - candidate.pitch_shift) <= kPitchCell &&
           std::abs(vote.other_time_s - vote.time_s - candidate.offset_s) <= drift_s;
  });
  thin(chosen);
  constexpr int kSteps = 20;
  const double range = std::log(static_cast<double>(kMaxSpeed));
  Alignment alignment = fullest_line(chosen, 1.0, range, kSteps);
  alignment = fullest_line(chosen, alignment.speed, range / kSteps, kSteps / 2);
  alignment.pitch_shift = static_cast<double>(candidate.pitch_shift);
  return alignment;
}

struct Comparison {
  std::size_t n_first = 0, n_second = 0;        // peaks in the overlap
  std::size_t same_first = 0, same_second = 0;  // of which the other has too
  // Sums over pairs for a straight line through their times, and of their difference in pitch.
  double n = 0, x = 0, y = 0, xx = 0, xy = 0, pitch = 0;

  double agreement() const {
    return static_cast<double>(same_first + same_second) /
           static_cast<double>(std::max<std::size_t>(1, n_first + n_second));
  }
};

struct Overlap {
  double from_s, to_s;  // in the first recording
};

Overlap overlap_of(const Fingerprint& first, const Fingerprint& second,
                   const Alignment& alignment) {
  return {std::max(0.0, -alignment.offset_s * alignment.speed),
          std::min(first.duration_s, (second.duration_s - alignment.offset_s) * alignment.speed)};
}

/// Peaks of both recordings where they overlap, and which of them agree.
Comparison compare(const Fingerprint& first, const Fingerprint& second, const Alignment& alignment,
                   double time_tolerance_s) {
  Comparison result;
  const auto [from_s, to_s] = overlap_of(first, second, alignment);
  const Peaks a = first.peaks, b = second.peaks;
  std::vector<char> taken(b.size(), 0);
  std::size_t low = 0;
  for (const SpectralPeak& peak : a) {
    const double time_s = static_cast<double>(peak.time_s);
    if (time_s < from_s || time_s > to_s) continue;
    ++result.n_first;
    const double expected_s = alignment(time_s);
    const double expected_pitch = static_cast<double>(peak.pitch) + alignment.pitch_shift;
    while (low < b.size() && static_cast<double>(b[low].time_s) < expected_s - time_tolerance_s)
      ++low;
    bool found = false;
    for (std::size_t j = low;
         j < b.size() && static_cast<double>(b[j].time_s) <= expected_s + time_tolerance_s; ++j) {
      const double difference = static_cast<double>(b[j].pitch) - expected_pitch;
      if (std::abs(difference) > static_cast<double>(kPitchTolerance)) continue;
      found = true;
      taken[j] = 1;
      const double other_s = static_cast<double>(b[j].time_s);
      result.n += 1.0;
      result.x += time_s;
      result.y += other_s;
      result.xx += time_s * time_s;
      result.xy += time_s * other_s;
      result.pitch += difference;
    }
    result.same_first += found ? 1 : 0;
  }
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double time_s = (static_cast<double>(b[j].time_s) - alignment.offset_s) * alignment.speed;
    if (time_s < from_s || time_s > to_s) continue;
    ++result.n_second;
    result.same_second += static_cast<std::size_t>(taken[j]);
  }
  return result;
}

/// The least-squares line through the peaks that agree.
Alignment refined(const Alignment& alignment, const Comparison& seen) {
  const double spread = seen.n * seen.xx - seen.x * seen.x;
  if (seen.n < 3.0 || !(spread > 0.0)) return alignment;
  const double slope = (seen.n * seen.xy - seen.x * seen.y) / spread;
  constexpr double kLargestStep = 0.03;
  if (!(std::abs(slope * alignment.speed - 1.0) < kLargestStep)) return alignment;
  return {1.0 / slope, (seen.y - slope * seen.x) / seen.n,
          alignment.pitch_shift + seen.pitch / seen.n};
}

/// The agreement of the same two recordings shifted against each other: music repeats itself.
double chance(const Fingerprint& first, const Fingerprint& second, const Alignment& alignment) {
  constexpr std::array<double, 8> kShifts_s = {-3.71, -2.29, -1.13, -0.47, 0.53, 1.27, 2.11, 3.89};
  double sum = 0.0;
  for (const double shift_s : kShifts_s) {
    Alignment shifted = alignment;
    shifted.offset_s += shift_s;
    sum += compare(first, second, shifted, static_cast<double>(kTimeTolerance_s)).agreement();
  }
  return sum / static_cast<double>(kShifts_s.size());
}

/// Aligns a candidate to the frame. @return  absent: it is no near duplicate
std::optional<NearDuplicate> align(std::span<const Fingerprint> recordings, std::size_t index,
                                   const Candidate& candidate, std::span<const Vote> votes,
                                   const NearDuplicateOptions& options) {
  const Fingerprint& first = recordings[index];
  const Fingerprint& second = recordings[candidate.other];
  Alignment alignment = fit_votes(votes, candidate, std::max(first.duration_s, second.duration_s));
  for (const double tolerance_s : {0.12, 0.08, 0.05})
    alignment = refined(alignment, compare(first, second, alignment, tolerance_s));
  const auto [from_s, to_s] = overlap_of(first, second, alignment);
  if (to_s - from_s < options.min_overlap_s) return std::nullopt;
  const double agreement =
      compare(first, second, alignment, static_cast<double>(kTimeTolerance_s)).agreement();
  if (agreement < options.min_score) return std::nullopt;  // chance only lowers it
  const double by_chance = chance(first, second, alignment);
  const double score = by_chance < 1.0 ? (agreement - by_chance) / (1.0 - by_chance) : 0.0;
  if (score < options.min_score) return std::nullopt;
  return NearDuplicate{.first = index,
                       .second = candidate.other,
                       .score = score,
                       .speed = alignment.speed,
                       .pitch_semitones = alignment.pitch_shift,
                       .offset_s = alignment.offset_s,
                       .overlap_s = to_s - from_s};
}

/// The near duplicates of one recording among those after it.
std::vector<NearDuplicate> search(std::span<const Fingerprint> recordings, std::size_t index,
                                  const TripletIndex& triplets,
                                  const NearDuplicateOptions& options) {
  std::vector<Vote> votes;
  for_each_triplet(
      recordings[index].peaks, static_cast<std::uint32_t>(index), [&](const Triplet& triplet) {
        triplets.for_each_like(triplet, [&](const Triplet& like) {
          votes.push_back(
              {like.recording, triplet.time_s, like.time_s, like.pitch - triplet.pitch});
        });
      });
  std::stable_sort(votes.begin(), votes.end(),
                   [](const Vote& a, const Vote& b) { return a.other < b.other; });
  struct Choice {
    Candidate candidate;
    std::span<const Vote> votes;
  };
  std::vector<Choice> choices;
  std::vector<Cell> cells;
  for (auto from = votes.begin(); from != votes.end();) {
    const auto to = std::find_if(from, votes.end(),
                                 [&](const Vote& vote) { return vote.other != from->other; });
    const std::span<const Vote> own(from, to);
    if (own.size() >= kMinVotes)
      if (const Candidate candidate = fullest_cell(own, cells); candidate.n_votes >= kMinVotes)
        choices.push_back({candidate, own});
    from = to;
  }
  std::stable_sort(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) {
    return a.candidate.n_votes > b.candidate.n_votes;
  });
  if (choices.size() > kMaxCandidates) choices.resize(kMaxCandidates);
  std::vector<NearDuplicate> found;
  for (const Choice& choice : choices)
    if (const auto pair = align(recordings, index, choice.candidate, choice.votes, options))
      found.push_back(*pair);
  std::sort(found.begin(), found.end(),
            [](const NearDuplicate& a, const NearDuplicate& b) { return a.second < b.second; });
  return found;
}

}  // namespace

std::vector<NearDuplicate> near_duplicates(
    std::span<const Fingerprint> recordings, const NearDuplicateOptions& options,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  if (!(options.min_score >= 0.0 && options.min_score <= 1.0))
    throw ConfigError(fmt::format("min_score: expected 0 to 1, got {}", options.min_score));
  if (!(options.min_overlap_s >= 0.0))
    throw ConfigError(
        fmt::format("min_overlap_s: expected at least 0, got {}", options.min_overlap_s));
  if (options.threads < 1)
    throw ConfigError(fmt::format("threads: expected at least 1, got {}", options.threads));
  const TripletIndex triplets(recordings);
  std::vector<std::vector<NearDuplicate>> found(recordings.size());
  parallel_for(
      recordings.size(), {.threads = options.threads, .progress = progress},
      [&](std::size_t index) { found[index] = search(recordings, index, triplets, options); });
  std::vector<NearDuplicate> all;
  for (const auto& pairs : found) all.insert(all.end(), pairs.begin(), pairs.end());
  return all;
}

}  // namespace genrebench
