#pragma once
// Safetensors: the length of a header in JSON, the header, the tensors' bytes. Nothing in it can
// run.

#include <string>
#include <string_view>
#include <vector>

#include "base/weight_layout.hpp"

namespace genrebench {

/// Every claim of the header is checked against the file before memory is taken for it.
/// @param file  its name, for messages
/// @return  the tensors in the order of their bytes, which stay where they are
/// @throws DataError  naming the file, the tensor, what was expected and what was found
/// Source: the format's description, github.com/huggingface/safetensors; checked against its
/// package in tests/models
WeightLayout safetensors_layout(std::string_view bytes, std::string_view file);

/// A file before it is written.
struct SafetensorsBytes {
  std::string head;                    ///< the header's length and the header
  std::vector<std::string_view> data;  ///< the tensors' bytes, where they were

  /// Head and data in order. They refer to this object.
  std::vector<std::string_view> pieces() const;
};

/// @param weights  contiguous tensors, each alone in its storage
/// @param file     what is written, for messages
/// @throws DataError  naming the file and the tensor, if a name occurs twice, is no UTF-8 or is
/// __metadata__
SafetensorsBytes safetensors_bytes(const WeightLayout& weights, std::string_view file);

/// A seal is an entry of the metadata with the content_hash() of the whole file, in which the seal
/// itself counts as zeros. The writer puts kUnsealed under this key, and seals the bytes.
inline constexpr std::string_view kSealKey = "content_hash";
inline constexpr std::string_view kUnsealed = "00000000000000000000000000000000";

/// @return  false if the metadata have no such entry; nothing is changed then
bool seal(SafetensorsBytes& bytes);

/// @throws DataError  if the bytes have no seal, or another: the file is damaged
void check_seal(std::string_view bytes, std::string_view file);

}  // namespace genrebench
