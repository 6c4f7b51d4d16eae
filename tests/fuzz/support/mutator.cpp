// How libFuzzer changes an input: by bytes as it does by itself, and half of the time by words,
// which texts are made of. A word takes the place of another, or stands twice, or becomes a number
// at the edge of a type, or an alias. So `{a: &b 1}` becomes `{a: &b *b}` in one step, which holds
// itself; and levels of aliases of aliases are added, whose number of values doubles with each.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

constexpr std::array<std::string_view, 12> kEdges = {"0",
                                                     "-1",
                                                     "1e308",
                                                     "-1e308",
                                                     ".inf",
                                                     ".nan",
                                                     "2147483647",
                                                     "4294967296",
                                                     "9223372036854775807",
                                                     "-9223372036854775808",
                                                     "18446744073709551615",
                                                     "18446744073709551616"};

struct Word {
  std::size_t begin, size;
};

bool separates(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0 ||
         std::string_view(",:;{}[]()<>=\"'\0").find(c) != std::string_view::npos;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && !separates(text[end])) ++end;
    if (end > i) words.push_back({i, end - i});
    i = end + 1;
  }
  return words;
}

/// Everything random follows from the seed that libFuzzer gives.
class Mutation {
 public:
  Mutation(std::string_view text, unsigned seed)
      : text_(text), words_(words_of(text)), random_(seed) {}

  bool by_words() { return words_.size() > 1 && below(2) == 0; }

  std::string result() {
    const Word& at = words_[below(words_.size())];
    std::string text(text_);
    switch (below(8)) {
      case 0:
        return text.replace(at.begin, at.size, kEdges[below(kEdges.size())]);
      case 1: {
        const Word& number = any_number(at);
        return text.replace(number.begin, number.size, kEdges[below(kEdges.size())]);
      }
      case 2:
        return text.insert(at.begin, std::string(another()) + " ");
      case 3:
        return text.insert(at.begin, std::string(another()) + ", ");
      case 4:
        return text.replace(at.begin, at.size, alias());
      case 5:
        return text.replace(at.begin, at.size, levels());
      default:
        return text.replace(at.begin, at.size, another());
    }
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string_view another() {
    const Word& word = words_[below(words_.size())];
    return text_.substr(word.begin, word.size);
  }

  /// One of the words that begin like numbers; `other` where there is none.
  const Word& any_number(const Word& other) {
    std::vector<const Word*> numbers;
    for (const Word& word : words_)
      if (std::isdigit(static_cast<unsigned char>(text_[word.begin])) != 0)
        numbers.push_back(&word);
    return numbers.empty() ? other : *numbers[below(numbers.size())];
  }

  /// Of any of the anchors; another word where there is none.
  std::string alias() {
    std::vector<Word> anchors;
    for (const Word& word : words_)
      if (text_[word.begin] == '&' && word.size > 1) anchors.push_back(word);
    if (anchors.empty()) return std::string(another());
    const Word& anchor = anchors[below(anchors.size())];
    return "*" + std::string(text_.substr(anchor.begin + 1, anchor.size - 1));
  }

  /// Maps or lists, each of which names the one before it several times.
  std::string levels() {
    const std::size_t width = 2 + below(8), depth = 1 + below(12);
    const bool map = below(2) == 0;
    const auto key = [&](const char* name, std::size_t i) {
      return map ? name + std::to_string(i) + ": " : std::string();
    };
    const auto enclosed = [&](const std::string& items) {
      return map ? "{" + items + "}" : "[" + items + "]";
    };
    std::string all = key("l", 0) + "&l0 " + enclosed(key("k", 0) + std::string(another()));
    for (std::size_t level = 1; level <= depth; ++level) {
      std::string items;
      for (std::size_t i = 0; i < width; ++i)
        items += (i > 0 ? ", " : "") + key("k", i) + "*l" + std::to_string(level - 1);
      all += ", " + key("l", level) + "&l" + std::to_string(level) + " " + enclosed(items);
    }
    return enclosed(all);
  }

  std::string_view text_;
  std::vector<Word> words_;
  std::minstd_rand random_;
};

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  Mutation mutation({reinterpret_cast<const char*>(data), size}, seed);
  if (!mutation.by_words()) return LLVMFuzzerMutate(data, size, max_size);
  const std::string text = mutation.result();
  const std::size_t n = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), n);
  return n;
}
