#pragma once
// A document with everything that needs care in a format.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "harness/plugin/document.hpp"
#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {

/// One table with everything that needs care.
inline Document example() {
  Table table{.id = "tricky",
              .title = "R&B | 100 % <of> a_b",
              .columns = {"name", "value, %"},
              .rows = {{{.text = "Björk"}, {.text = "1.5", .numeric = true}},
                       {{.text = "a & b | c_d < e, \"f\"\ng"},
                        {.text = "45.7 ± 3.2", .numeric = true, .caution = true}},
                       {{.text = "[x] *"}, {.text = "99.0", .numeric = true, .strong = true}}},
              .notes = {"† A note: $x^2$ #1."}};
  Table data{.id = "tricky_data",
             .title = "All",
             .columns = {"run", "accuracy"},
             .rows = {{{.text = "0123"}, {.text = "0.25", .numeric = true}},
                      {{.text = "4567"}, {.text = "", .numeric = true}}},
             .notes = {}};
  Figure figure{.id = "curve",
                .title = "Loss",
                .picture = Picture::of_svg("<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<svg "
                                           "xmlns=\"http://www.w3.org/2000/svg\"><path/></svg>"),
                .notes = {}};
  return {.name = "example",
          .title = "An example",
          .body = {Paragraph{"First, <text>."}, table, figure},
          .data = {data}};
}

inline Document without_figure() {
  Document document = example();
  document.body.pop_back();
  return document;
}

/// A test that writes into a folder.
class Folder : public ::testing::Test {
 protected:
  ~Folder() override { std::filesystem::permissions(folder_, std::filesystem::perms::owner_all); }

  std::string content(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::size_t n_files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
};

}  // namespace genrebench::testing
