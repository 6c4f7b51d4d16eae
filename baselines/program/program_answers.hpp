#pragma once
// Reads what another program answers, and refuses what is no answer.

#include <cstddef>
#include <filesystem>
#include <string>

#include "harness/plugin/method.hpp"

namespace genrebench {

inline constexpr const char* kPredictionsFile = "predictions.npy";
inline constexpr const char* kLabelsFile = "labels.npy";

/// Numbers of examples in the order in which a program answers: first those of the training part.
struct AnswerRows {
  std::size_t train = 0, valid = 0, test = 0;
  std::size_t all() const { return train + valid + test; }
};

/// Reads predictions.npy, and labels.npy where there is one. Rows may miss a sum of one by what
/// float16 rounds off, and are divided by their sum. Without labels.npy the most probable class is
/// the predicted one.
/// @param folder     where the program has written them
/// @param n_classes  number of columns
/// @param method     for messages: "method command"
/// @throws NotFinite  if a probability is not finite
/// @throws DataError  if a file is missing, damaged or of another type or shape, a probability is
///                    negative, a row does not sum to one, or a label is no class
Predictions read_program_answers(const std::filesystem::path& folder, const AnswerRows& rows,
                                 int n_classes, const std::string& method);

}  // namespace genrebench
