#pragma once
// Music at another tempo and the same pitch.

#include <vector>

namespace genrebench {

/// Waveform similarity overlap-add: windows of 46 ms (Hann, half overlapping) are taken where the
/// tempo says, moved by up to 12 ms to where they continue the window before them best (normalised
/// cross-correlation), and added.
/// @param tempo  above 0; 2 plays twice as fast
/// @return       round(samples.size() / tempo) samples
/// Source: Verhelst and Roelands, An overlap-add technique based on waveform similarity (WSOLA) for
///         high quality time-scale modification of speech, ICASSP 1993
std::vector<float> at_tempo(const std::vector<float>& samples, double tempo, double sample_rate_hz);

}  // namespace genrebench
