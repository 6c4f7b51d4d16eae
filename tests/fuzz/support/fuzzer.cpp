// What libFuzzer calls: one target, whose name the build defines as GENREBENCH_FUZZER.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/support/memory.hpp"

namespace genrebench::fuzz {
void GENREBENCH_FUZZER(std::string_view input);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  genrebench::fuzz::begin_to_count_memory();
  genrebench::fuzz::GENREBENCH_FUZZER({reinterpret_cast<const char*>(data), size});
  genrebench::fuzz::check_memory();
  return 0;
}
