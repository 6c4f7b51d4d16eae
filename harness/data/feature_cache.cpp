#include "harness/data/feature_cache.hpp"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>

#include "base/digest.hpp"
#include "base/files.hpp"

namespace genrebench {
namespace {

/// File: magic, number of excerpts, rows and columns of each, values of each, and the content hash
/// of all that.
constexpr std::string_view kMagic = "GNRBF002";
constexpr std::size_t kHashSize = 32;

using Words = std::vector<std::uint64_t>;

std::string_view bytes_of(const Words& words) {
  return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(std::uint64_t)};
}

std::string_view bytes_of(const FeatureMatrix& matrix) {
  return {reinterpret_cast<const char*>(matrix.data()),
          static_cast<std::size_t>(matrix.size()) * sizeof(float)};
}

/// The pieces of a file in order, without its hash.
std::vector<std::string_view> pieces_of(const Words& shape,
                                        const std::vector<FeatureMatrix>& excerpts) {
  std::vector<std::string_view> pieces = {kMagic, bytes_of(shape)};
  for (const FeatureMatrix& excerpt : excerpts) pieces.push_back(bytes_of(excerpt));
  return pieces;
}

bool read(std::ifstream& stream, void* to, std::size_t size) {
  return static_cast<bool>(stream.read(static_cast<char*>(to), static_cast<std::streamsize>(size)));
}

}  // namespace

FeatureCache::FeatureCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::filesystem::path FeatureCache::file(const std::string& key) const {
  const std::string name = content_hash(key);
  return folder_ / name.substr(0, 2) / (name.substr(2) + ".features");
}

bool FeatureCache::contains(const std::string& key) const {
  std::error_code error;
  return enabled() && std::filesystem::exists(file(key), error);
}

std::optional<std::vector<FeatureMatrix>> FeatureCache::load(const std::string& key) const {
  if (!enabled()) return std::nullopt;
  std::ifstream stream(file(key), std::ios::binary | std::ios::ate);
  if (!stream) return std::nullopt;
  // Every size is checked against the file's before memory is asked for; the hash vouches for the
  // rest.
  const auto size = static_cast<std::uint64_t>(stream.tellg());
  stream.seekg(0);
  std::string magic(kMagic.size(), '\0');
  Words shape(1);
  if (!read(stream, magic.data(), magic.size()) || magic != kMagic ||
      !read(stream, shape.data(), sizeof shape[0]))
    return std::nullopt;
  if (shape[0] > size / (2 * sizeof shape[0])) return std::nullopt;
  shape.resize(1 + 2 * shape[0]);
  if (!read(stream, shape.data() + 1, (shape.size() - 1) * sizeof shape[0])) return std::nullopt;
  std::vector<FeatureMatrix> excerpts(shape[0]);
  for (std::size_t i = 0; i < excerpts.size(); ++i) {
    const std::uint64_t rows = shape[1 + 2 * i], columns = shape[2 + 2 * i];
    if (rows == 0 || columns == 0 || rows > size || columns > size / sizeof(float) / rows)
      return std::nullopt;
    excerpts[i].resize(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
    if (!read(stream, excerpts[i].data(), bytes_of(excerpts[i]).size())) return std::nullopt;
  }
  std::string hash(kHashSize, '\0');
  if (!read(stream, hash.data(), hash.size()) || hash != content_hash(pieces_of(shape, excerpts)))
    return std::nullopt;
  return excerpts;
}

void FeatureCache::store(const std::string& key, const std::vector<FeatureMatrix>& excerpts) const {
  if (!enabled()) return;
  Words shape = {excerpts.size()};
  for (const FeatureMatrix& excerpt : excerpts) {
    shape.push_back(static_cast<std::uint64_t>(excerpt.rows()));
    shape.push_back(static_cast<std::uint64_t>(excerpt.cols()));
  }
  std::vector<std::string_view> pieces = pieces_of(shape, excerpts);
  const std::string hash = content_hash(pieces);
  pieces.push_back(hash);
  write_file_atomically(file(key), pieces);
}

}  // namespace genrebench
