#pragma once
// How new this machine's processor is, by the levels of the x86-64 psABI: each is a set of
// instructions, for which a program can be compiled (`-march=x86-64-v3`).

#include <string>
#include <vector>

namespace genrebench {

/// The levels that the processor and the operating system support, the newest first, such as
/// {"x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64"}; empty on processors of other kinds.
/// Source: System V ABI, AMD64 architecture processor supplement, section 3.1.1
std::vector<std::string> processor_levels();

}  // namespace genrebench
