#pragma once
// How threads of OpenMP, which are LibTorch's, wait for each other.

namespace genrebench {

/// Bounds the time for which waiting threads spin, unless OMP_WAIT_POLICY or GOMP_SPINCOUNT says
/// how they are to wait. libgomp lets them spin for 7 ms; where another program wants the same
/// processor, that is time in which the thread that they wait for does not run.
///
/// libgomp reads GOMP_SPINCOUNT when it is loaded, which is before main(), so this starts the
/// program of this process again. Call it first in main(). It changes no result.
/// @param argv  main()'s
void limit_waiting_threads(char* const* argv);

}  // namespace genrebench
