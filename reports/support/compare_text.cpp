#include "reports/support/compare_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "reports/support/cells.hpp"

namespace genrebench::compare {
namespace {

struct Least {
  std::size_t least = 0, most = 0;
  std::string text() const { return range_text(least, most); }
};

template <typename Of>
Least over(const Outcome& outcome, const Of& of) {
  Least result;
  for (const Rival& rival : outcome.rivals) {
    const std::size_t n = of(rival.pair);
    const bool is_first = &rival == &outcome.rivals.front();
    result.least = is_first ? n : std::min(result.least, n);
    result.most = is_first ? n : std::max(result.most, n);
  }
  return result;
}

bool any_several(const Outcome& outcome) {
  return over(outcome, [](const Pair& pair) { return pair.n_divisions; }).most > 1;
}

bool any_single(const Outcome& outcome) {
  return over(outcome, [](const Pair& pair) { return pair.n_divisions; }).least <= 1;
}

/// What is resampled: "artists", or "tracks" where no artist is known.
std::string units_of(const Family& family, const Outcome& outcome) {
  const bool known = std::any_of(outcome.rivals.begin(), outcome.rivals.end(),
                                 [](const Rival& rival) { return rival.pair.clusters_known; });
  return known ? family.units : "tracks";
}

/// "290 test tracks of 87 artists, one division of the tracks"
std::string sizes(const Family& family, const Outcome& outcome) {
  const Least tracks = over(outcome, [](const Pair&pair) { return pair.n_tracks; }),
              clusters = over(outcome, [](const Pair&pair) { return pair.n_clusters; }),
              divisions = over(outcome, [](const Pair&pair) { return pair.n_divisions; });
  const std::string units = units_of(family, outcome);
  return fmt::format(
      "{} test tracks{}, {}", tracks.text(),
      units == "tracks" ? ", artists not known" : fmt::format(" of {} {}", clusters.text(), units),
      divisions.most == 1 ? "one division of the tracks"
                          : divisions.text() + " divisions of the tracks");
}

std::string tests(const Family& family, const Outcome& outcome) {
  const std::string bootstrap = fmt::format(
      "a paired bootstrap over {} within genres ({} resamples; Student's t with the bootstrap's "
      "standard error)",
      units_of(family, outcome), kResamples);
  if (!any_several(outcome)) return bootstrap;
  return fmt::format(
      "the corrected resampled paired t-test over divisions and, one-sided in the direction found, "
      "by {}; the larger p counts{}",
      bootstrap,
      any_single(outcome) ? " (where two methods share one division, the latter alone, two-sided)"
                          : "");
}

std::string correction(const Outcome& outcome, const CompareOptions& options) {
  return outcome.reference.choice == Choice::test
             ? fmt::format(
                   "The p-values were corrected by Holm's method for all {} pairs of methods, "
                   "because the reference was chosen on the test part (level {:.3g})",
                   outcome.n_corrected_for, options.alpha())
             : fmt::format(
                   "The p-values were corrected by Holm's method for {} comparison{} "
                   "(level {:.3g})",
                   outcome.n_corrected_for, outcome.n_corrected_for == 1 ? "" : "s",
                   options.alpha());
}

std::string chosen(const Family& family, const Outcome& outcome, const CompareOptions& options) {
  const std::string name = family.methods[outcome.reference.method].name;
  switch (outcome.reference.choice) {
    case Choice::named:
      return name;
    case Choice::validation:
      return fmt::format("{}, the best by validation {}", name, score_name(options.metric));
    case Choice::test:
      break;
  }
  return fmt::format("{}, the best on the test part for want of a validation part", name);
}

/// "knn (−8.1 [−12.0, −4.2] points, p = 0.004)"
std::string finding(const Family& family, const Rival& rival, const CompareOptions& options) {
  const std::string& name = family.methods[rival.method].name;
  if (rival.pair.identical)
    return fmt::format("{} (the same answer for every one of {} tracks, p = 1)", name,
                       rival.pair.n_tracks);
  const std::string p = p_text(rival.corrected);
  return fmt::format("{} ({}, {})", name, format_points(rival.pair.difference(options.metric)),
                     p.starts_with('<') ? "p " + p : "p = " + p);
}

std::string listed(const Family& family, const std::vector<const Rival*>& rivals,
                   const CompareOptions& options) {
  std::vector<std::string> texts;
  for (const Rival* rival : rivals) texts.push_back(finding(family, *rival, options));
  if (texts.size() < 2) return texts.empty() ? "" : texts.front();
  const std::string last = texts.back();
  texts.pop_back();
  return fmt::format("{} and {}", fmt::join(texts, ", "), last);
}

/// "1500", "1500 to 2600"
std::string from_to(double least, double most) {
  const std::string from = about(least), to = about(most);
  return from == to ? from : fmt::format("{} to {}", from, to);
}

/// "No difference was found between svm and mlp (…). That does not show that they are equally
/// good: …"
std::string ties(const Family& family, const Outcome& outcome, const CompareOptions& options) {
  const std::vector<const Rival*> tied = with_verdict(outcome, Verdict::tied);
  if (tied.empty()) return {};
  std::string text = fmt::format(
      " No difference was found between {} and {}, which does not show that they are equally good.",
      family.methods[outcome.reference.method].name, listed(family, tied, options));
  std::vector<double> needed;
  for (const Rival* rival : tied)
    if (rival->n_needed) needed.push_back(*rival->n_needed);
  if (needed.empty()) return text;
  const auto [least, most] = std::minmax_element(needed.begin(), needed.end());
  const Pair& pair = tied.front()->pair;
  const double per_cluster = static_cast<double>(pair.n_tracks) /
                             static_cast<double>(std::max<std::size_t>(1, pair.n_clusters));
  const std::string clusters =
      pair.clusters_known
          ? fmt::format(" of {} {}", from_to(*least / per_cluster, *most / per_cluster),
                        family.units)
          : "";
  return text +
         fmt::format(
             " A difference of {:.3g} points would need about {} test tracks{} to be found with a "
             "power of {:.0f} % (here {}).",
             options.margin_points, from_to(*least, *most), clusters, 100.0 * options.power,
             pair.n_tracks);
}

}  // namespace

std::string p_text(const std::optional<double>& p) {
  if (!p) return "–";
  if (*p < 0.001) return "< 0.001";
  if (*p >= 0.9995) return "1";
  return *p < 0.01 ? fmt::format("{:.4f}", *p) : fmt::format("{:.3f}", *p);
}

std::string about(const std::optional<double>& n) {
  if (!n || !std::isfinite(*n)) return "–";
  const double whole = std::max(1.0, std::ceil(*n));
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(whole)) - 1.0));
  return fmt::format("{:.0f}", std::ceil(whole / unit) * unit);
}

std::string ratio_text(const Discordant& counts) {
  return fmt::format("{} : {}", counts.n_first, counts.n_second);
}

std::string signed_points(double difference) {
  if (std::isnan(difference)) return "–";
  const std::string size = fmt::format("{:.1f}", std::abs(100.0 * difference));
  return (size == "0.0" ? "" : difference < 0.0 ? "−" : "+") + size;
}

std::string score_name(ScoreKind kind) {
  return kind == ScoreKind::accuracy ? "accuracy" : "macro F1";
}

std::string paragraph(const Family& family, const Outcome& outcome, const CompareOptions& options) {
  const Method& reference = family.methods[outcome.reference.method];
  std::string text = fmt::format(
      "On {} ({}), the {} of {} method{} was compared with that of {} ({}). Differences were "
      "tested "
      "by {}. {}.",
      family.title, sizes(family, outcome), score_name(options.metric), outcome.rivals.size(),
      outcome.rivals.size() == 1 ? "" : "s", chosen(family, outcome, options),
      format_percent(reference.score(options.metric)), tests(family, outcome),
      correction(outcome, options));
  const auto worse = with_verdict(outcome, Verdict::worse);
  const auto better = with_verdict(outcome, Verdict::better);
  if (!worse.empty())
    text += fmt::format(" {} is better than {}.", reference.name, listed(family, worse, options));
  if (!better.empty())
    text += fmt::format(" Better than {}: {}.", reference.name, listed(family, better, options));
  text += ties(family, outcome, options);
  for (const Rival* rival : with_verdict(outcome, Verdict::untested))
    text += fmt::format(" {} could not be tested: {}.", family.methods[rival->method].name,
                        rival->pair.reason(options.metric));
  return text;
}

std::string test_note(const Family& family, const Outcome& outcome, const CompareOptions& options) {
  return fmt::format(
      "Differences and p: by {}; {:.3g} % intervals. {}. Differences are over the divisions and "
      "tracks that both methods have.",
      tests(family, outcome), 100.0 * options.level, correction(outcome, options));
}

}  // namespace genrebench::compare
