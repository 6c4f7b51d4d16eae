#include "signal/spectrum/fft.hpp"

#include <fftw3.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <type_traits>

#include "base/error.hpp"

namespace genrebench {
namespace {

/// The names of FFTW's two precisions as overloads.
template <typename Real>
struct Fftw;

template <>
struct Fftw<float> {
  using Plan = std::remove_pointer_t<fftwf_plan>;
  using Complex = fftwf_complex;
  static constexpr auto malloc = fftwf_malloc;
  static constexpr auto free = fftwf_free;
  static constexpr auto plan_r2c = fftwf_plan_dft_r2c_1d;
  static constexpr auto plan_c2r = fftwf_plan_dft_c2r_1d;
  static constexpr auto execute_r2c = fftwf_execute_dft_r2c;
  static constexpr auto execute_c2r = fftwf_execute_dft_c2r;
  static constexpr auto destroy = fftwf_destroy_plan;
  static bool aligned(void* memory) { return fftwf_alignment_of(static_cast<float*>(memory)) == 0; }
};

template <>
struct Fftw<double> {
  using Plan = std::remove_pointer_t<fftw_plan>;
  using Complex = fftw_complex;
  static constexpr auto malloc = fftw_malloc;
  static constexpr auto free = fftw_free;
  static constexpr auto plan_r2c = fftw_plan_dft_r2c_1d;
  static constexpr auto plan_c2r = fftw_plan_dft_c2r_1d;
  static constexpr auto execute_r2c = fftw_execute_dft_r2c;
  static constexpr auto execute_c2r = fftw_execute_dft_c2r;
  static constexpr auto destroy = fftw_destroy_plan;
  static bool aligned(void* memory) { return fftw_alignment_of(static_cast<double*>(memory)) == 0; }
};

/// FFTW's planner is not safe between threads.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

/// An array where the plan may run: the caller's own if it is aligned as FFTW's vector code needs,
/// else a copy.
template <typename Real, typename Value>
class Aligned {
 public:
  explicit Aligned(std::span<Value> values) : values_(values) {
    if (Fftw<Real>::aligned(values.data())) return;
    copy_ = static_cast<Value*>(Fftw<Real>::malloc(values.size_bytes()));
    if (copy_ == nullptr) throw std::bad_alloc();
  }
  Aligned(const Aligned&) = delete;
  Aligned& operator=(const Aligned&) = delete;
  ~Aligned() { Fftw<Real>::free(copy_); }
  Value* data() const { return copy_ != nullptr ? copy_ : values_.data(); }
  void fetch() const {
    if (copy_ != nullptr) std::ranges::copy(values_, copy_);
  }
  void give_back() const {
    if (copy_ != nullptr) std::copy_n(copy_, values_.size(), values_.data());
  }

 private:
  std::span<Value> values_;
  Value* copy_ = nullptr;
};

}  // namespace

// One plan per size, for aligned memory: the same bits wherever the caller's arrays happen to lie.
template <typename Real>
struct RealFft<Real>::Plans {
  using Library = Fftw<Real>;
  struct Destroy {
    void operator()(typename Library::Plan* plan) const {
      const std::lock_guard lock(planner());
      Library::destroy(plan);
    }
  };
  struct Free {
    void operator()(void* memory) const { Library::free(memory); }
  };
  std::unique_ptr<typename Library::Plan, Destroy> forward;
  std::unique_ptr<typename Library::Plan, Destroy> inverse;

  explicit Plans(std::size_t size) {
    const std::unique_ptr<void, Free> time(Library::malloc(size * sizeof(Real)));
    const std::unique_ptr<void, Free> spectrum(Library::malloc((size / 2 + 1) * 2 * sizeof(Real)));
    auto* x = static_cast<Real*>(time.get());
    auto* z = static_cast<typename Library::Complex*>(spectrum.get());
    const std::lock_guard lock(planner());
    forward.reset(
        Library::plan_r2c(static_cast<int>(size), x, z, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT));
    inverse.reset(
        Library::plan_c2r(static_cast<int>(size), z, x, FFTW_ESTIMATE | FFTW_DESTROY_INPUT));
  }

  /// The plans of a size, made on first use and kept for the life of the process.
  static std::shared_ptr<const Plans> of(std::size_t size) {
    static std::mutex mutex;
    static std::map<std::size_t, std::shared_ptr<const Plans>> cache;
    const std::lock_guard lock(mutex);
    auto& plans = cache[size];
    if (plans == nullptr) plans = std::make_shared<const Plans>(size);
    return plans;
  }
};

template <typename Real>
RealFft<Real>::RealFft(std::size_t size) : size_(size) {
  if (size < 1 || size > (std::size_t{1} << 28)) {
    throw ConfigError("FFT size: expected 1 to 268435456, got " + std::to_string(size));
  }
  plans_ = Plans::of(size);
}

template <typename Real>
void RealFft<Real>::forward(std::span<const Real> time,
                            std::span<std::complex<Real>> spectrum) const {
  assert(time.size() == size_ && spectrum.size() == n_bins());
  // PRESERVE_INPUT: FFTW takes a pointer to non-const but does not write.
  const Aligned<Real, Real> input({const_cast<Real*>(time.data()), time.size()});
  const Aligned<Real, std::complex<Real>> output(spectrum);
  input.fetch();
  Fftw<Real>::execute_r2c(plans_->forward.get(), input.data(),
                          reinterpret_cast<typename Fftw<Real>::Complex*>(output.data()));
  output.give_back();
}

template <typename Real>
void RealFft<Real>::inverse(std::span<std::complex<Real>> spectrum, std::span<Real> time) const {
  assert(time.size() == size_ && spectrum.size() == n_bins());
  const Aligned<Real, std::complex<Real>> input(spectrum);
  const Aligned<Real, Real> output(time);
  input.fetch();
  Fftw<Real>::execute_c2r(plans_->inverse.get(),
                          reinterpret_cast<typename Fftw<Real>::Complex*>(input.data()),
                          output.data());
  output.give_back();
}

template class RealFft<float>;
template class RealFft<double>;

std::size_t next_fast_fft_size(std::size_t n) {
  std::size_t best = 1;
  while (best < n) best *= 2;
  for (std::size_t five = 1; five < best; five *= 5) {
    for (std::size_t three = five; three < best; three *= 3) {
      std::size_t size = three;
      while (size < n) size *= 2;
      if (size < best) best = size;
    }
  }
  return best;
}

}  // namespace genrebench
