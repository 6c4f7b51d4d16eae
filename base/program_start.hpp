#pragma once
// Parts of starting a program: descriptors, pipes, and words as the system takes them.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace genrebench {

/// A pipe's end or another file, closed with the object.
class Descriptor {
 public:
  /// @param number  -1: none
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// A pipe whose ends no other program inherits.
struct Pipe {
  /// @throws DataError  if the system refuses
  Pipe() {
    std::array<int, 2> both{};
    if (::pipe2(both.data(), O_CLOEXEC) != 0)
      throw DataError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    reading = Descriptor(both[0]);
    writing = Descriptor(both[1]);
  }
  Descriptor reading, writing;
};

/// Words as the system takes them: an array of pointers that ends with a null pointer. They refer
/// to the words.
inline std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace genrebench
