#pragma once
// Products of a few rows with a matrix that is used over and over, as recurrent networks need them:
// too small for a BLAS, which packs the matrix anew each time. Each element is summed in one order,
// so a result's bits do not depend on how the rows are shared among threads.

#include <Eigen/Core>
#include <type_traits>

#include "models/networks/activations.hpp"

namespace genrebench {

/// Scratch memory, aligned for vectors. Not initialised.
template <typename T>
using Scratch = Eigen::Array<T, Eigen::Dynamic, 1>;

/// Rows of the largest tile: its sums, a row of the panel and one more value fit the registers.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int kTileRows = 8;
#else
inline constexpr int kTileRows = 4;
#endif

/// Registers beside each other in a tile of a plain product.
inline constexpr int kTileLanes = 2;

template <typename T>
inline constexpr std::ptrdiff_t kPanelColumns = kTileLanes* kLanes<T>;

inline constexpr std::ptrdiff_t divide_up(std::ptrdiff_t n, std::ptrdiff_t by) {
  return (n + by - 1) / by;
}

template <typename T>
inline constexpr std::ptrdiff_t padded(std::ptrdiff_t n) {
  return divide_up(n, kLanes<T>) * kLanes<T>;
}

/// Calls visit(rows, first) with pieces of [first, last) whose heights are compile-time constants.
template <int Rows = kTileRows, typename Visit>
inline void for_tiles(std::ptrdiff_t first, std::ptrdiff_t last, const Visit& visit) {
  for (; last - first >= Rows; first += Rows) visit(std::integral_constant<int, Rows>{}, first);
  if constexpr (Rows > 1) for_tiles<Rows / 2>(first, last, visit);
}

/// Sums of a product in registers.
template <typename T, int Rows, int Columns>
struct Tile {
  static constexpr int rows = Rows;
  Lanes<T> sum[Rows][Columns] = {};

  /// sum += left * panel.
  /// @param left   element (row, k) is left[row * row_stride + k * k_stride]
  /// @param panel  depth x (Columns registers)
  [[gnu::always_inline]] void multiply_add(const T* left, std::ptrdiff_t row_stride,
                                           std::ptrdiff_t k_stride, std::ptrdiff_t depth,
                                           const T* panel) {
    for (std::ptrdiff_t k = 0; k < depth; ++k, panel += Columns * kLanes<T>) {
      Lanes<T> right[Columns];
#pragma GCC unroll 8
      for (int column = 0; column < Columns; ++column)
        right[column] = load(panel + column * kLanes<T>);
#pragma GCC unroll 8
      for (int row = 0; row < Rows; ++row) {
        const T scale = left[row * row_stride + k * k_stride];
#pragma GCC unroll 8
        for (int column = 0; column < Columns; ++column) sum[row][column] += right[column] * scale;
      }
    }
  }
};

/// A matrix cut into panels of columns, each contiguous: the right side of products.
template <typename T>
class PackedMatrix {
 public:
  PackedMatrix() = default;

  /// @param element  element(k, panel, column) is the value at row k and a column of a panel
  template <typename Element>
  PackedMatrix(std::ptrdiff_t depth, std::ptrdiff_t n_panels, std::ptrdiff_t panel_columns,
               const Element& element)
      : n_panels_(n_panels), panel_size_(depth * panel_columns), values_(n_panels * panel_size_) {
    T* value = values_.data();
    for (std::ptrdiff_t panel = 0; panel < n_panels; ++panel)
      for (std::ptrdiff_t k = 0; k < depth; ++k)
        for (std::ptrdiff_t column = 0; column < panel_columns; ++column)
          *value++ = element(k, panel, column);
  }

  std::ptrdiff_t n_panels() const { return n_panels_; }
  const T* panel(std::ptrdiff_t index) const { return values_.data() + index * panel_size_; }

 private:
  std::ptrdiff_t n_panels_ = 0, panel_size_ = 0;
  Scratch<T> values_;
};

}  // namespace genrebench
