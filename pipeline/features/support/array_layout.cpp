#include "pipeline/features/support/array_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/decimal.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kLayoutWhere = "features embeddings";

std::string_view word_of(ArrayAxis axis) {
  switch (axis) {
    case ArrayAxis::layers:
      return "layers";
    case ArrayAxis::frames:
      return "frames";
    case ArrayAxis::dims:
      return "dims";
  }
  return "?";
}

/// "layers x dims"
std::string text_of_axes(const std::vector<ArrayAxis>& axes) {
  std::string text;
  for (const ArrayAxis axis : axes) {
    if (!text.empty()) text += " x ";
    text += word_of(axis);
  }
  return text;
}

/// "10-12"; nothing if the word is no range.
std::optional<std::pair<std::int64_t, std::int64_t>> range_of(const std::string& word) {
  const std::size_t dash = word.find('-', 1);
  if (dash == std::string::npos) return std::nullopt;
  const auto first = decimal_integer(word.substr(0, dash)),
             last = decimal_integer(word.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first) return std::nullopt;
  return std::pair(*first, *last);
}

Eigen::VectorXd mean_of(const FeatureMatrix& frames) {
  return frames.cast<double>().rowwise().mean();
}

/// Of the population, as NumPy's std.
Eigen::VectorXd deviation_of(const FeatureMatrix& frames, const Eigen::VectorXd& mean) {
  Eigen::MatrixXd differences = frames.cast<double>();
  differences.colwise() -= mean;
  const auto n = static_cast<double>(frames.cols());
  return (differences.rowwise().squaredNorm() / n).cwiseSqrt();
}

}  // namespace

ArrayLayout::ArrayLayout(ArrayLayoutOptions options) : options_(std::move(options)) {
  if (options_.axes.empty()) options_.axes = {ArrayAxis::dims};
  for (const ArrayAxis axis : {ArrayAxis::layers, ArrayAxis::frames, ArrayAxis::dims})
    if (const auto n = std::ranges::count(options_.axes, axis);
        n > 1 || (axis == ArrayAxis::dims && n == 0))
      throw ConfigError(
          fmt::format("{}: option 'axes' must have dims once, and layers and frames "
                      "at most once, found '{}'",
                      kLayoutWhere, text_of_axes(options_.axes)));
  if (options_.pool != FramePool::mean && !has(ArrayAxis::frames))
    throw ConfigError(
        fmt::format("{}: option 'pool' says what becomes of frames, and option 'axes' has none "
                    "(it is '{}'); name the axes, such as [frames, dims], or leave out pool",
                    kLayoutWhere, text_of_axes(options_.axes)));
  read_layers();
}

bool ArrayLayout::has(ArrayAxis axis) const {
  return std::ranges::find(options_.axes, axis) != options_.axes.end();
}

void ArrayLayout::read_layers() {
  bool has_join = false;
  for (const std::string& word : options_.layers) {
    if (word == "mean" || word == "concatenate") {
      if (std::exchange(has_join, true))
        throw ConfigError(fmt::format(
            "{}: option 'layers' must have at most one of mean and concatenate", kLayoutWhere));
      join_ = word == "mean" ? LayerJoin::mean : LayerJoin::concatenate;
    } else if (const auto number = decimal_integer(word)) {
      layers_.push_back({*number, *number});
    } else if (const auto range = range_of(word)) {
      layers_.push_back({range->first, range->second});
    } else {
      throw ConfigError(fmt::format(
          "{}: option 'layers' must have numbers from 0 (-1 is the last), ranges such as 10-12, "
          "and mean or concatenate, found '{}'",
          kLayoutWhere, word));
    }
  }
  if ((!layers_.empty() || join_ == LayerJoin::mean) && !has(ArrayAxis::layers))
    throw ConfigError(
        fmt::format("{}: option 'layers' chooses layers, and option 'axes' has none "
                    "(it is '{}'); name the axes, such as [layers, dims]",
                    kLayoutWhere, text_of_axes(options_.axes)));
}

ArrayLayout::Shape ArrayLayout::shape_of(const NpyArray& array, const std::string& where) const {
  const std::size_t n_axes = options_.axes.size();
  if (array.shape.size() != n_axes)
    throw DataError(fmt::format("{}: expected an array of {} (option 'axes'), found {}", where,
                                text_of_axes(options_.axes), shape_text(array.shape)));
  if (array.size() == 0)
    throw DataError(fmt::format("{}: expected numbers, found an empty array of {}", where,
                                shape_text(array.shape)));
  Shape shape;
  std::size_t stride = 1;
  for (std::size_t i = 0; i < n_axes; ++i) {
    const std::size_t axis = array.fortran_order ? i : n_axes - 1 - i;
    Along& along = options_.axes[axis] == ArrayAxis::layers   ? shape.layers
                   : options_.axes[axis] == ArrayAxis::frames ? shape.frames
                                                              : shape.dims;
    along = {array.shape[axis], stride};
    stride *= array.shape[axis];
  }
  return shape;
}

std::vector<std::size_t> ArrayLayout::chosen_layers(std::size_t n_layers,
                                                    const std::string& where) const {
  std::vector<std::size_t> chosen;
  const auto n = static_cast<std::int64_t>(n_layers);
  if (layers_.empty())
    for (std::size_t layer = 0; layer < n_layers; ++layer) chosen.push_back(layer);
  for (const auto& [first, last] : layers_) {
    if (first < -n || last >= n)
      throw DataError(
          fmt::format("{}: expected layer {} (option 'layers'), found {} layers, from 0 "
                      "to {}",
                      where, last >= n ? last : first, n, n - 1));
    for (std::int64_t layer = first; layer <= last; ++layer)
      chosen.push_back(static_cast<std::size_t>(layer < 0 ? layer + n : layer));
  }
  return chosen;
}

FeatureMatrix ArrayLayout::read_layer(const NpyArray& array, const Shape& shape,
                                      std::size_t layer) const {
  FeatureMatrix values(static_cast<Eigen::Index>(shape.dims.size),
                       static_cast<Eigen::Index>(shape.frames.size));
  for (std::size_t frame = 0; frame < shape.frames.size; ++frame)
    copy_floats(array, layer * shape.layers.stride + frame * shape.frames.stride, shape.dims.stride,
                shape.dims.size, values.col(static_cast<Eigen::Index>(frame)).data());
  const auto scale = static_cast<float>(options_.scale),
             offset = static_cast<float>(options_.offset);
  if (options_.nan_value) {
    const auto replacement = static_cast<float>(*options_.nan_value);
    values = values.unaryExpr([=](float v) { return std::isnan(v) ? replacement : v; }).eval();
  }
  if (scale != 1.0f || offset != 0.0f) values = (values.array() * scale + offset).matrix();
  return values;
}

FeatureMatrix ArrayLayout::joined(const NpyArray& array, const Shape& shape,
                                  const std::string& where) const {
  const std::vector<std::size_t> layers = chosen_layers(shape.layers.size, where);
  const auto n_layers = static_cast<Eigen::Index>(layers.size());
  const auto n_dims = static_cast<Eigen::Index>(shape.dims.size),
             n_frames = static_cast<Eigen::Index>(shape.frames.size);
  FeatureMatrix all(join_ == LayerJoin::concatenate ? n_layers * n_dims : 0, n_frames);
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(join_ == LayerJoin::mean ? n_dims : 0, n_frames);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const FeatureMatrix one = read_layer(array, shape, layers[i]);
    if (!one.allFinite())
      throw DataError(fmt::format(
          "{}: expected finite numbers, found NaN or infinity{}", where,
          has(ArrayAxis::layers) ? fmt::format(" in layer {}", layers[i]) : std::string()));
    if (join_ == LayerJoin::mean)
      sum += one.cast<double>();
    else
      all.middleRows(static_cast<Eigen::Index>(i) * n_dims, n_dims) = one;
  }
  if (join_ == LayerJoin::mean) return (sum / static_cast<double>(n_layers)).cast<float>();
  return all;
}

std::vector<FeatureMatrix> ArrayLayout::pooled(FeatureMatrix frames) const {
  switch (options_.pool) {
    case FramePool::mean:
      return {frames.cols() == 1 ? std::move(frames)
                                 : FeatureMatrix(mean_of(frames).cast<float>())};
    case FramePool::mean_std: {
      const Eigen::VectorXd mean = mean_of(frames);
      FeatureMatrix both(2 * frames.rows(), 1);
      both.topRows(frames.rows()) = mean.cast<float>();
      both.bottomRows(frames.rows()) = deviation_of(frames, mean).cast<float>();
      return {std::move(both)};
    }
    case FramePool::max:
      return {FeatureMatrix(frames.rowwise().maxCoeff())};
    case FramePool::none:
      return {std::move(frames)};
    case FramePool::each: {
      std::vector<FeatureMatrix> excerpts;
      for (Eigen::Index frame = 0; frame < frames.cols(); ++frame)
        excerpts.emplace_back(frames.col(frame));
      return excerpts;
    }
  }
  return {};
}

std::string ArrayLayout::text_of(const Shape& shape) const {
  std::string text;
  for (const ArrayAxis axis : options_.axes) {
    if (!text.empty()) text += " x ";
    if (axis == ArrayAxis::layers) text += fmt::format("{} ", shape.layers.size);
    if (axis == ArrayAxis::dims) text += fmt::format("{} ", shape.dims.size);
    text += word_of(axis);
  }
  return text;
}

StoredNumbers ArrayLayout::numbers_of(const NpyArray& array, const std::string& where) const {
  const Shape shape = shape_of(array, where);
  StoredNumbers result{.excerpts = pooled(joined(array, shape, where)), .layout = text_of(shape)};
  for (const FeatureMatrix& excerpt : result.excerpts)
    if (!excerpt.allFinite())
      throw DataError(fmt::format(
          "{}: expected numbers whose mean fits into 32 bits, found larger ones", where));
  return result;
}

}  // namespace genrebench
