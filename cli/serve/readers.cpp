#include "cli/serve/readers.hpp"

namespace genrebench::cli {
namespace {

/// Connections that are kept open while no request uses them.
constexpr std::size_t kIdle = 8;

}  // namespace

std::unique_ptr<RunStore> Readers::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<RunStore> reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  return RunStore::open(store_, RunStore::Mode::read);
}

void Readers::give_back(std::unique_ptr<RunStore> reader) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdle) idle_.push_back(std::move(reader));
}

}  // namespace genrebench::cli
