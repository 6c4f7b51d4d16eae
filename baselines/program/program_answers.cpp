#include "baselines/program/program_answers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/npy.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// How far the sum of a row may be from one: float16 keeps eleven bits of each probability.
constexpr double kSumTolerance = 2e-3;
/// Rounding below zero.
constexpr double kLeastProbability = -1e-6;

/// "row 3 of the test part"
std::string place_of(std::size_t row, const AnswerRows& rows) {
  if (row < rows.train) return fmt::format("row {} of the training part", row);
  row -= rows.train;
  if (row < rows.valid) return fmt::format("row {} of the validation part", row);
  return fmt::format("row {} of the test part", row - rows.valid);
}

std::string rows_text(const AnswerRows& rows) {
  return fmt::format("{} of the training, {} of the validation and {} of the test part", rows.train,
                     rows.valid, rows.test);
}

/// A file of the program's answer. Messages name what it is, not the folder, which is gone then.
NpyFile open_answer(const fs::path& folder, const std::string& name, const std::string& method) {
  try {
    return NpyFile(folder / name);
  } catch (const DataError& error) {
    std::string reason = error.what();
    const std::string file = (folder / name).string();
    if (const std::size_t at = reason.find(file); at != std::string::npos)
      reason.replace(at, file.size(), name);
    throw DataError(fmt::format("{}: {}", method, reason));
  }
}

Eigen::MatrixXd read_probabilities(const fs::path& folder, const AnswerRows& rows, int n_classes,
                                   const std::string& method) {
  std::error_code ignored;
  if (!fs::exists(folder / kPredictionsFile, ignored))
    throw DataError(fmt::format(
        "{}: the program ended without writing {}: expected one row of {} probabilities for each "
        "of {} examples, at the place that task.json gives",
        method, kPredictionsFile, n_classes, rows.all()));
  const NpyFile file = open_answer(folder, kPredictionsFile, method);
  const NpyArray& array = file.array();
  const std::vector<std::size_t> expected = {rows.all(), static_cast<std::size_t>(n_classes)};
  if (array.shape != expected)
    throw DataError(fmt::format(
        "{}: {}: expected {} probabilities (rows: {}; columns: genres), "
        "found {}",
        method, kPredictionsFile, shape_text(expected), rows_text(rows), shape_text(array.shape)));
  const std::vector<double> values = double_values(array);
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      values.data(), static_cast<Eigen::Index>(rows.all()), n_classes);
}

/// Makes every row sum to one exactly. @throws NotFinite, DataError
void check_rows(Eigen::MatrixXd& probabilities, const AnswerRows& rows, const std::string& method) {
  for (Eigen::Index i = 0; i < probabilities.rows(); ++i) {
    auto row = probabilities.row(i);
    const auto place = [&] { return place_of(static_cast<std::size_t>(i), rows); };
    if (!row.allFinite())
      throw NotFinite(fmt::format("{}: {}: {}: expected finite probabilities, found nan or inf",
                                  method, kPredictionsFile, place()));
    if (row.minCoeff() < kLeastProbability)
      throw DataError(
          fmt::format("{}: {}: {}: expected probabilities of at least 0, found {:g}; logits must "
                      "go through a softmax",
                      method, kPredictionsFile, place(), row.minCoeff()));
    const double sum = row.sum();
    if (std::abs(sum - 1.0) > kSumTolerance)
      throw DataError(
          fmt::format("{}: {}: {}: expected probabilities that sum to one, found a sum "
                      "of {:g}",
                      method, kPredictionsFile, place(), sum));
    row = row.cwiseMax(0.0).eval();
    row /= row.sum();
  }
}

std::vector<int> read_labels(const fs::path& folder, const AnswerRows& rows, int n_classes,
                             const std::string& method) {
  const NpyFile file = open_answer(folder, kLabelsFile, method);
  const NpyArray& array = file.array();
  const std::vector<std::size_t> expected = {rows.all()};
  const bool whole_numbers =
      array.type == NpyType::uint8 || array.type == NpyType::int32 || array.type == NpyType::int64;
  if (array.shape != expected || !whole_numbers)
    throw DataError(fmt::format("{}: {}: expected {} whole numbers (rows: {}), found {} of type {}",
                                method, kLabelsFile, shape_text(expected), rows_text(rows),
                                shape_text(array.shape), to_string(array.type)));
  std::vector<int> labels;
  labels.reserve(rows.all());
  for (const double value : double_values(array)) {
    if (value < 0.0 || value >= static_cast<double>(n_classes))
      throw DataError(fmt::format("{}: {}: {}: expected a class from 0 to {}, found {:g}", method,
                                  kLabelsFile, place_of(labels.size(), rows), n_classes - 1,
                                  value));
    labels.push_back(static_cast<int>(value));
  }
  return labels;
}

}  // namespace

Predictions read_program_answers(const fs::path& folder, const AnswerRows& rows, int n_classes,
                                 const std::string& method) {
  Predictions result{.probabilities = read_probabilities(folder, rows, n_classes, method),
                     .labels = {}};
  check_rows(result.probabilities, rows, method);
  std::error_code ignored;
  result.labels = fs::exists(folder / kLabelsFile, ignored)
                      ? read_labels(folder, rows, n_classes, method)
                      : most_probable(result.probabilities);
  return result;
}

}  // namespace genrebench
