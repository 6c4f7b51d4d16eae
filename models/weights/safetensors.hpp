#pragma once
// Safetensors: the length of a header in JSON, the header, the tensors' bytes. Nothing in it can
// run.

#include <filesystem>
#include <string_view>

#include "models/weights/weight_file.hpp"

namespace genrebench {

/// Every claim of the header is checked against the file before memory is taken for it.
/// @return  the tensors in the order of their bytes
/// @throws DataError  naming the file, the tensor, what was expected and what was found
/// Source: the format's description, github.com/huggingface/safetensors; checked against its
/// package in tests/models
WeightFile read_safetensors(const std::filesystem::path& file);

/// The same of a file that is in memory. @param file  its name, for messages
WeightFile parse_safetensors(std::string_view bytes, std::string_view file);

/// Writes the bytes that the reference implementation writes (with more than one entry of metadata
/// it leaves their order open): larger elements first, then by name. The tensors' bytes are not
/// copied, where they are contiguous and on the CPU. The file appears whole or not at all.
/// @throws DataError  naming the file and the tensor, if a name occurs twice, is no UTF-8 or is
/// __metadata__, if a
///                    type is not one of element_types(), or if the file cannot be written
void write_safetensors(const std::filesystem::path& file, const WeightFile& weights);

}  // namespace genrebench
