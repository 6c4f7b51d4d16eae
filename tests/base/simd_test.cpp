#include "base/simd.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace genrebench::simd {
namespace simd_test {

template <typename T>
Lanes<T> counting_from(T first) {
  Lanes<T> value{};
  for (int i = 0; i < kLanes<T>; ++i) value[i] = first + static_cast<T>(i);
  return value;
}

template <typename T>
class Simd : public ::testing::Test {};
using Elements = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Simd, Elements);

TYPED_TEST(Simd, LoadsAndStoresAtAnyAddress) {
  constexpr auto kSize = static_cast<std::size_t>(kLanes<TypeParam>);
  std::vector<TypeParam> values(2 * kSize + 1);
  std::iota(values.begin(), values.end(), TypeParam(0));
  const Lanes<TypeParam> loaded = load(values.data() + 1);
  for (int i = 0; i < kLanes<TypeParam>; ++i) EXPECT_EQ(loaded[i], TypeParam(i + 1));
  store(values.data() + kSize + 1, loaded);
  EXPECT_EQ(values[kSize], TypeParam(kSize));
  EXPECT_EQ(values[kSize + 1], TypeParam(1));
  EXPECT_EQ(values.back(), TypeParam(kSize));
}

TYPED_TEST(Simd, FillsEveryElement) {
  const Lanes<TypeParam> filled = fill(TypeParam(2.5));
  for (int i = 0; i < kLanes<TypeParam>; ++i) EXPECT_EQ(filled[i], TypeParam(2.5));
}

TYPED_TEST(Simd, ReversesTheOrderAndTakesTheRootOfEachElement) {
  constexpr int kSize = kLanes<TypeParam>;
  const Lanes<TypeParam> value = counting_from(TypeParam(1)), back = reversed(value),
                         root = square_root(value * value);
  for (int i = 0; i < kSize; ++i) {
    EXPECT_EQ(back[i], TypeParam(kSize - i));
    EXPECT_EQ(root[i], TypeParam(i + 1));
  }
}

TYPED_TEST(Simd, BothSumsAddEveryElementOnce) {
  constexpr int kSize = kLanes<TypeParam>;
  const Lanes<TypeParam> value = counting_from(TypeParam(1));
  EXPECT_EQ(sum(value), TypeParam(kSize * (kSize + 1) / 2));
  EXPECT_EQ(sum_by_halves(value), TypeParam(kSize * (kSize + 1) / 2));
}

TYPED_TEST(Simd, SumGoesFromTheFirstElementToTheLast) {
  // What is small beside the large element is lost if it is added after it.
  const TypeParam large = TypeParam(2) / std::numeric_limits<TypeParam>::epsilon();
  Lanes<TypeParam> value = fill(TypeParam(0.5));
  value[kLanes<TypeParam> - 1] = large;
  EXPECT_EQ(sum(value), large + TypeParam(0.5) * TypeParam(kLanes<TypeParam> - 1));
  value = fill(TypeParam(0.5));
  value[0] = large;
  EXPECT_EQ(sum(value), large);
}

TYPED_TEST(Simd, SeparatesEvenAndOddElements) {
  const Lanes<TypeParam> low = counting_from(TypeParam(0)),
                         high = counting_from(TypeParam(kLanes<TypeParam>));
  for (int i = 0; i < kLanes<TypeParam>; ++i) {
    EXPECT_EQ(even(low, high)[i], TypeParam(2 * i));
    EXPECT_EQ(odd(low, high)[i], TypeParam(2 * i + 1));
  }
}

TYPED_TEST(Simd, BoundsKeepNan) {
  constexpr TypeParam kNan = std::numeric_limits<TypeParam>::quiet_NaN();
  const Lanes<TypeParam> two = fill(TypeParam(2)), nan = fill(kNan);
  EXPECT_EQ(at_least(two, fill(TypeParam(3)))[0], TypeParam(3));
  EXPECT_EQ(at_least(two, fill(TypeParam(1)))[0], TypeParam(2));
  EXPECT_TRUE(std::isnan(at_least(nan, two)[0]));
  EXPECT_EQ(at_least(two, nan)[0], TypeParam(2));
  EXPECT_EQ(clamp(two, TypeParam(-1), TypeParam(1))[0], TypeParam(1));
  EXPECT_EQ(clamp(-two, TypeParam(-1), TypeParam(1))[0], TypeParam(-1));
  EXPECT_TRUE(std::isnan(clamp(nan, TypeParam(-1), TypeParam(1))[0]));
}

TYPED_TEST(Simd, AbsoluteChangesTheSignOfNegativeElementsOnly) {
  const Lanes<TypeParam> value = counting_from(TypeParam(-1));
  for (int i = 0; i < kLanes<TypeParam>; ++i)
    EXPECT_EQ(absolute(value)[i], std::abs(TypeParam(i - 1)));
}

TYPED_TEST(Simd, AnArrayIsZeroAtFirstAndAligned) {
  Array<TypeParam> array(3);
  EXPECT_EQ(array.size(), 3U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.data()) % kBytes, 0U);
  for (std::size_t i = 0; i < array.size(); ++i)
    for (int lane = 0; lane < kLanes<TypeParam>; ++lane) EXPECT_EQ(array[i][lane], TypeParam(0));
  array[2][0] = TypeParam(7);
  const Array<TypeParam> moved = std::move(array);
  EXPECT_EQ(moved[2][0], TypeParam(7));
}

TEST(SimdOfOneType, LoadsFloatsAsDoubles) {
  std::vector<float> values(static_cast<std::size_t>(kLanes<double>) + 1, 0.1f);
  values[1] = -3.5f;
  const Lanes<double> loaded = load_as_double(values.data() + 1);
  EXPECT_EQ(loaded[0], -3.5);
  for (int i = 1; i < kLanes<double>; ++i) EXPECT_EQ(loaded[i], static_cast<double>(0.1f));
}

TEST(SimdOfOneType, TransposesABlock) {
  constexpr int kSize = kLanes<float>;
  Lanes<float> rows[kSize];
  for (int i = 0; i < kSize; ++i) rows[i] = counting_from(static_cast<float>(100 * i));
  transpose(rows);
  for (int i = 0; i < kSize; ++i)
    for (int j = 0; j < kSize; ++j) EXPECT_EQ(rows[i][j], static_cast<float>(100 * j + i));
}

}  // namespace simd_test
}  // namespace genrebench::simd
