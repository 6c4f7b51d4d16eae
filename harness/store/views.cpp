#include "harness/store/views.hpp"

namespace genrebench {

// SQLite has no function that reads a number from a blob. The views find the value of a byte as its
// place among all bytes, which stand in `digits`, and repeat something n times by a JSON array of n
// zeros.

#define GENREBENCH_ALL_BYTES                                                         \
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627" \
  "28292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f" \
  "505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f7071727374757677" \
  "78797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f" \
  "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7" \
  "c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef" \
  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"

const char* const kViewsSql = R"sql(
CREATE VIEW v_version AS SELECT 1 AS version;
CREATE VIEW v_runs AS
SELECT r.id AS run_id, status, message, seed, origin,
  (SELECT v.text FROM parameters p JOIN texts n ON n.key = p.name JOIN texts v ON v.key = p.value
   WHERE p.run = r.key AND n.text = 'dataset.name') AS dataset,
  (SELECT v.text FROM parameters p JOIN texts n ON n.key = p.name JOIN texts v ON v.key = p.value
   WHERE p.run = r.key AND n.text = 'method.name') AS method,
  d.fingerprint AS dataset_fingerprint, started_at, wall_s, identity_version,
  (SELECT json_group_object(n.text, v.text) FROM parameters p JOIN texts n ON n.key = p.name
   JOIN texts v ON v.key = p.value WHERE p.run = r.key) AS parameters
FROM runs r JOIN datasets d ON d.key = r.dataset;
CREATE VIEW v_experiments AS
SELECT e.name AS experiment, x.position, r.id AS run_id
FROM experiments e JOIN experiment_runs x ON x.experiment_id = e.id JOIN runs r ON r.key = x.run;
CREATE VIEW v_parameters AS
SELECT r.id AS run_id, n.text AS name, v.text AS value
FROM runs r JOIN parameters p ON p.run = r.key JOIN texts n ON n.key = p.name
JOIN texts v ON v.key = p.value;
CREATE VIEW v_facts AS
SELECT r.id AS run_id, n.text AS name, v.text AS value
FROM runs r JOIN facts p ON p.run = r.key JOIN texts n ON n.key = p.name
JOIN texts v ON v.key = p.value;
CREATE VIEW v_environment AS
SELECT r.id AS run_id, n.text AS name, v.text AS value
FROM runs r JOIN environment p ON p.run = r.key JOIN texts n ON n.key = p.name
JOIN texts v ON v.key = p.value;
CREATE VIEW v_metrics AS
SELECT r.id AS run_id, s.text AS split, n.text AS metric, m.value
FROM runs r JOIN metrics m ON m.run = r.key JOIN texts s ON s.key = m.split
JOIN texts n ON n.key = m.name WHERE m.step = -1;
CREATE VIEW v_curves AS
SELECT r.id AS run_id, s.text AS split, n.text AS metric, m.step, m.value
FROM runs r JOIN metrics m ON m.run = r.key JOIN texts s ON s.key = m.split
JOIN texts n ON n.key = m.name WHERE m.step >= 0;
CREATE VIEW v_bad_tracks AS
SELECT r.id AS run_id, t.text AS track, m.text AS message
FROM runs r JOIN bad_tracks b ON b.run = r.key JOIN texts t ON t.key = b.track
JOIN texts m ON m.key = b.message;
CREATE VIEW v_tracks AS
SELECT d.fingerprint AS dataset_fingerprint, i.text AS track, t.genre, t.start_s, t.duration_s,
  (SELECT json_group_object(k.text, n.text) FROM track_groups g JOIN texts k ON k.key = g.kind
   JOIN texts n ON n.key = g.name WHERE g.dataset = t.dataset AND g.track = t.id) AS groups,
  t.content, t.audio
FROM datasets d JOIN tracks t ON t.dataset = d.key JOIN texts i ON i.key = t.id;
CREATE VIEW v_predictions AS
WITH digits (bytes) AS (SELECT x')sql" GENREBENCH_ALL_BYTES R"sql(')
SELECT r.id AS run_id, s.text AS split, t.text AS track,
  json_extract(g.text, '$[' || a.truth || ']') AS genre,
  json_extract(g.text, '$[' || a.class || ']') AS predicted_genre,
  a.truth, a.class AS predicted, c.text AS cluster,
  CASE WHEN a.width = 0 OR substr(a.probabilities, a.place * a.width + 3, 2) = x'C07F' THEN NULL
  ELSE (SELECT json_group_array(sign * (mantissa + (exponent > 0) * 8388608.0)
      / (1 << max(0, min(62, 150 - max(exponent, 1))))
      / (1 << max(0, min(62, 88 - max(exponent, 1)))) / (1 << max(0, 26 - max(exponent, 1)))
      * (1 << max(0, min(62, exponent - 150))) * (1 << max(0, exponent - 212)))
    FROM (SELECT 1 - 2 * (b3 >> 7) AS sign, (b3 & 127) * 2 + (b2 >> 7) AS exponent,
        ((b2 & 127) << 16) + (b1 << 8) + b0 AS mantissa
      FROM (SELECT instr(a.bytes, substr(a.probabilities, a.place * a.width + 4 * j.key + 1, 1)) - 1
            AS b0,
          instr(a.bytes, substr(a.probabilities, a.place * a.width + 4 * j.key + 2, 1)) - 1 AS b1,
          instr(a.bytes, substr(a.probabilities, a.place * a.width + 4 * j.key + 3, 1)) - 1 AS b2,
          instr(a.bytes, substr(a.probabilities, a.place * a.width + 4 * j.key + 4, 1)) - 1 AS b3
        FROM json_each('[0' || replace(hex(zeroblob(a.width / 4 - 1)), '00', ',0') || ']') j
        LIMIT -1)
      LIMIT -1)) END AS probabilities
FROM (SELECT p.run, p.split, p.probabilities, length(p.probabilities) / l.n AS width, digits.bytes,
    place.key AS place, k.track, k.truth, k.cluster,
    CASE length(p.predicted) WHEN l.n
      THEN instr(digits.bytes, substr(p.predicted, place.key + 1, 1)) - 1
      ELSE instr(digits.bytes, substr(p.predicted, 2 * place.key + 1, 1)) - 1
        + 256 * (instr(digits.bytes, substr(p.predicted, 2 * place.key + 2, 1)) - 1) END AS class
  FROM digits CROSS JOIN predictions p JOIN track_lists l ON l.key = p.tracks
  JOIN json_each('[0' || replace(hex(zeroblob(l.n - 1)), '00', ',0') || ']') place
  JOIN scored_tracks k ON k.key = CASE length(l.tracks) WHEN 2 * l.n
      THEN instr(digits.bytes, substr(l.tracks, 2 * place.key + 1, 1)) - 1
        + 256 * (instr(digits.bytes, substr(l.tracks, 2 * place.key + 2, 1)) - 1)
      ELSE instr(digits.bytes, substr(l.tracks, 4 * place.key + 1, 1)) - 1
        + 256 * (instr(digits.bytes, substr(l.tracks, 4 * place.key + 2, 1)) - 1)
        + 65536 * (instr(digits.bytes, substr(l.tracks, 4 * place.key + 3, 1)) - 1)
        + 16777216 * (instr(digits.bytes, substr(l.tracks, 4 * place.key + 4, 1)) - 1) END) a
JOIN runs r ON r.key = a.run JOIN texts s ON s.key = a.split JOIN texts t ON t.key = a.track
JOIN texts c ON c.key = a.cluster
LEFT JOIN facts f ON f.run = a.run
  AND f.name = (SELECT key FROM texts WHERE text = 'dataset.genres')
LEFT JOIN texts g ON g.key = f.value;
)sql";

#undef GENREBENCH_ALL_BYTES

}  // namespace genrebench
