#include "harness/feature_cache.hpp"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

#include "harness/digest.hpp"
#include "harness/files.hpp"

namespace genrebench {
namespace {

/// File: magic, content hash of the rest (32 bytes of hex), number of excerpts, then rows, columns and values of each.
constexpr std::string_view kMagic = "GNRBF001";
constexpr std::size_t kHashSize = 32;

template <typename T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
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
  std::string bytes(static_cast<std::size_t>(stream.tellg()), '\0');
  stream.seekg(0);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return std::nullopt;
  const std::size_t header = kMagic.size() + kHashSize;
  if (bytes.size() < header || !bytes.starts_with(kMagic)) return std::nullopt;
  const std::string_view body = std::string_view(bytes).substr(header);
  if (content_hash(body) != std::string_view(bytes).substr(kMagic.size(), kHashSize)) return std::nullopt;

  // The hash vouches for what follows.
  std::size_t place = 0;
  const auto take = [&] {
    std::uint64_t value = 0;
    std::memcpy(&value, body.data() + place, sizeof value);
    place += sizeof value;
    return value;
  };
  std::vector<FeatureMatrix> excerpts(take());
  for (FeatureMatrix& excerpt : excerpts) {
    const auto rows = static_cast<Eigen::Index>(take()), columns = static_cast<Eigen::Index>(take());
    excerpt.resize(rows, columns);
    const std::size_t size = static_cast<std::size_t>(excerpt.size()) * sizeof(float);
    std::memcpy(excerpt.data(), body.data() + place, size);
    place += size;
  }
  return excerpts;
}

void FeatureCache::store(const std::string& key, const std::vector<FeatureMatrix>& excerpts) const {
  if (!enabled()) return;
  std::size_t size = 8;
  for (const FeatureMatrix& excerpt : excerpts) size += 16 + static_cast<std::size_t>(excerpt.size()) * sizeof(float);
  std::string bytes(kMagic);
  bytes.reserve(kMagic.size() + kHashSize + size);
  bytes.append(kHashSize, '0');
  append(bytes, static_cast<std::uint64_t>(excerpts.size()));
  for (const FeatureMatrix& excerpt : excerpts) {
    append(bytes, static_cast<std::uint64_t>(excerpt.rows()));
    append(bytes, static_cast<std::uint64_t>(excerpt.cols()));
    bytes.append(reinterpret_cast<const char*>(excerpt.data()), static_cast<std::size_t>(excerpt.size()) * sizeof(float));
  }
  bytes.replace(kMagic.size(), kHashSize, content_hash(std::string_view(bytes).substr(kMagic.size() + kHashSize)));
  write_file_atomically(file(key), bytes);
}

}  // namespace genrebench
