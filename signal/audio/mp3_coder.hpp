#pragma once
// Sound to MP3 and back, in memory.

#include <span>
#include <string>
#include <vector>

namespace genrebench {

/// The constant bit rates of layer III at a sample rate, in kbit/s, ascending; empty if MPEG audio
/// has no such sample rate.
/// Source: ISO/IEC 11172-3 (32 to 48 kHz), ISO/IEC 13818-3 (16 to 24 kHz), and Fraunhofer's MPEG
///         2.5 (8 to 12 kHz)
std::vector<int> mp3_bit_rates(double sample_rate_hz);

/// A mono MP3 of constant bit rate, by libsndfile's encoder (LAME). The bytes depend on the
/// arguments and on the versions of the libraries alone.
/// @param samples        full scale is 1
/// @param bit_rate_kbps  one of mp3_bit_rates()
/// @throws DataError     the sample rate has no such bit rate, or the library cannot encode MP3
///                       (libsndfile before 1.1, or one that was built without LAME)
std::string encode_mp3(std::span<const float> samples, double sample_rate_hz, int bit_rate_kbps);

/// The samples of a mono MP3, by libsndfile (mpg123). The encoder's delay and padding are left out
/// where the file tells them, as those of encode_mp3() do: as many samples as were encoded.
/// @throws DataError  it is no mono MP3
std::vector<float> decode_mp3(const std::string& bytes);

/// "libsndfile-1.2.0": whose encoder it is.
std::string mp3_coder_version();

}  // namespace genrebench
