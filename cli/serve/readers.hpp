#pragma once
// Connections to the store that requests borrow, so that each request has one of its own and none
// waits until a store has been opened and checked.

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// May be used from several threads at a time.
class Readers {
 public:
  explicit Readers(std::filesystem::path store) : store_(std::move(store)) {}

  const std::filesystem::path& store() const { return store_; }

  /// Calls a function with a connection that only reads, and gives what it returns.
  template <typename Work>
  auto with(const Work& work) {
    std::unique_ptr<RunStore> reader = borrow();
    auto result = work(static_cast<const RunStore&>(*reader));
    give_back(std::move(reader));  // not where `work` throws: the connection may be at fault
    return result;
  }

 private:
  std::unique_ptr<RunStore> borrow();
  void give_back(std::unique_ptr<RunStore> reader);

  std::filesystem::path store_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<RunStore>> idle_;
};

}  // namespace genrebench::cli
