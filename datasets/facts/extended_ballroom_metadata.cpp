#include "datasets/facts/extended_ballroom_metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <string_view>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "datasets/facts/extended_ballroom_facts.hpp"
#include "datasets/folders/names.hpp"
#include "harness/plugin/options.hpp"

namespace genrebench {
namespace {

constexpr std::uintmax_t kLargestFile = 16U << 20;  // the owners' has 0.7 MB
constexpr std::array<std::string_view, 4> kLinks = {"version", "exact", "time", "karaoke"};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 9 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

class MetadataFile {
 public:
  explicit MetadataFile(const std::filesystem::path& file) : name_(utf8_name(file.native())) {
    check_size(file);
    text_ = read_file_text(file);
    const pugi::xml_parse_result parsed = document_.load_buffer(
        text_.data(), text_.size(), pugi::parse_default | pugi::parse_doctype);
    if (!parsed) fail(parsed.offset, fmt::format("expected XML, found: {}", parsed.description()));
    for (const pugi::xml_node& node : document_.children())
      if (node.type() == pugi::node_doctype && std::strstr(node.value(), "<!ENTITY") != nullptr)
        fail(node.offset_debug(),
             "declares entities, which are never expanded here: expected the owners' file, which "
             "has none");
    if (std::string_view(document_.document_element().name()) != "ballroom")
      fail(document_.document_element().offset_debug(),
           fmt::format("expected the element <ballroom>, found <{}>",
                       utf8_name(document_.document_element().name())));
  }

  std::vector<BallroomSong> songs() const {
    std::vector<BallroomSong> result;
    std::map<std::string, std::ptrdiff_t> offset_by_number;
    for (const pugi::xml_node& genre : elements(document_.document_element())) {
      const auto name = find_genre(ballroom_genres(), genre.name());
      if (!name)
        fail(genre.offset_debug(), unknown_name_message("genre element", utf8_name(genre.name()),
                                                        "<ballroom>", ballroom_genres()));
      for (const pugi::xml_node& element : elements(genre)) {
        BallroomSong song = read_song(element, *name);
        const auto [earlier, is_new] =
            offset_by_number.emplace(song.number, element.offset_debug());
        if (!is_new)
          fail(element.offset_debug(), fmt::format("the id {} is that of another song, in line {}",
                                                   song.number, line(earlier->second)));
        result.push_back(std::move(song));
      }
    }
    if (result.empty()) fail(0, "expected songs, found none");
    return result;
  }

 private:
  void check_size(const std::filesystem::path& file) const {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) return;  // reading it will say why
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    if (!error && size > kLargestFile)
      throw DataError(
          fmt::format("{}: expected the owners' metadata file (0.7 MB), found one of {} MB", name_,
                      size >> 20));
  }

  std::size_t line(std::ptrdiff_t offset) const {
    const auto end = text_.begin() + std::clamp<std::ptrdiff_t>(
                                         offset, 0, static_cast<std::ptrdiff_t>(text_.size()));
    return static_cast<std::size_t>(std::count(text_.begin(), end, '\n')) + 1;
  }

  [[noreturn]] void fail(std::ptrdiff_t offset, const std::string& message) const {
    throw DataError(fmt::format("{}:{}: {}", name_, line(offset), message));
  }

  /// The elements in a node; comments and blanks are none.
  static std::vector<pugi::xml_node> elements(const pugi::xml_node& parent) {
    std::vector<pugi::xml_node> result;
    for (const pugi::xml_node& node : parent.children())
      if (node.type() == pugi::node_element) result.push_back(node);
    return result;
  }

  BallroomSong read_song(const pugi::xml_node& element, const std::string& genre) const {
    if (std::string_view(element.name()) != "song")
      fail(element.offset_debug(),
           fmt::format("expected <song>, found <{}>", utf8_name(element.name())));
    const auto text = [&](const char* attribute) {
      return tag_text(element.attribute(attribute).value());
    };
    BallroomSong song{.genre = genre,
                      .number = number_of(element),
                      .artist = text("artist"),
                      .album = text("album"),
                      .title = text("title"),
                      .tempo_bpm = std::max(0.0, element.attribute("bpm").as_double()),
                      .md5 = text("hash"),
                      .repeats = {}};
    std::ranges::transform(song.md5, song.md5.begin(), [](char c) {
      return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (song.md5.size() != 32 ||
        song.md5.find_first_not_of("0123456789abcdef") != std::string::npos)
      fail(
          element.offset_debug(),
          fmt::format("song {}: expected its MD5 sum as hash=\"32 hexadecimal digits\", found '{}'",
                      song.number, song.md5));
    for (const pugi::xml_node& link : elements(element)) {
      if (std::ranges::find(kLinks, link.name()) == kLinks.end())
        fail(link.offset_debug(),
             fmt::format("song {}: expected version, exact, time or karaoke, found <{}>",
                         song.number, utf8_name(link.name())));
      song.repeats.push_back(number_of(link));
    }
    return song;
  }

  std::string number_of(const pugi::xml_node& element) const {
    std::string number = tag_text(element.attribute("id").value());
    if (!is_number(number))
      fail(element.offset_debug(),
           fmt::format("<{}>: expected a number as its id, found '{}'", element.name(), number));
    return number;
  }

  std::string name_;
  std::string text_;
  pugi::xml_document document_;
};

}  // namespace

std::vector<BallroomSong> read_ballroom_metadata(const std::filesystem::path& file) {
  return MetadataFile(file).songs();
}

}  // namespace genrebench
