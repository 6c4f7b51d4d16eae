#include "tests/fuzz/support/memory.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <atomic>
#include <bit>
#include <cstdint>

#include "tests/fuzz/support/target.hpp"

#ifdef GENREBENCH_FUZZER
#include <sanitizer/allocator_interface.h>

namespace {

// Blocks of before that are freed meanwhile count as less than nothing.
std::atomic<std::int64_t> live{0}, peak{0};
std::atomic<bool> counting{false};

// libFuzzer reads this section as coverage of our own making and clears it before each input.
__attribute__((used, section("__libfuzzer_extra_counters"))) std::uint8_t levels[256];

void allocated(const volatile void*, std::size_t size) {
  if (!counting) return;
  const std::int64_t now = live += static_cast<std::int64_t>(size);
  if (now > peak) peak = now;
  if (now <= genrebench::fuzz::kMostBytes) return;
  counting = false;
  genrebench::fuzz::broken("an input takes more memory than it may");
}

void freed(const volatile void* block) {
  if (counting) live -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(block));
}

}  // namespace

namespace genrebench::fuzz {

void begin_to_count_memory() {
  static const int installed = __sanitizer_install_malloc_and_free_hooks(&allocated, &freed);
  require(installed > 0, "the sanitizer takes hooks");
  live = 0;
  peak = 0;
  counting = true;
}

void check_memory() {
  counting = false;
  // A quarter of an octave is one level.
  const auto bytes = static_cast<std::uint64_t>(peak.load()) + 4;
  const int octave = std::bit_width(bytes) - 1;
  const std::uint64_t quarter = (bytes >> (octave - 2)) & 3;
  levels[static_cast<std::uint64_t>(octave) * 4 + quarter] = 1;
}

}  // namespace genrebench::fuzz

#else

namespace genrebench::fuzz {
namespace {

std::int64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} << 10;
}

std::int64_t before = 0;

}  // namespace

void begin_to_count_memory() { before = peak_bytes(); }

void check_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (const std::int64_t taken = peak_bytes() - before; taken > kMostBytes)
    broken(fmt::format("an input takes {} MiB of memory, expected at most {}", taken >> 20,
                       kMostBytes >> 20));
#endif
}

}  // namespace genrebench::fuzz
#endif
