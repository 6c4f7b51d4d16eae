#!/bin/sh
# The most frequent genre of the training part as a method of genrebench, in a shell: any language
# that reads and writes files will do.
set -eu
for folder; do :; done # the last argument
number() { sed -n "s/^ \"$1\": \([0-9]*\).*/\1/p" "$folder/task.json"; }
genres=$(number n_genres)
examples=$(($(number n_train) + $(number n_valid) + $(number n_test)))

# A .npy file is a header, whose length stands in bytes 8 and 9, and then the numbers.
labels=$folder/train_labels.npy
header=$(od -An -t u2 -j 8 -N 2 "$labels")
best=$(od -An -v -t d8 -w8 -j "$((10 + header))" "$labels" | sort -n | uniq -c |
  sort -k 1,1nr -k 2,2n | awk 'NR == 1 { print $2 }')

# Probabilities may be bytes: 1 for the genre, 0 for the others.
{
  printf '\223NUMPY\001\000\166\000%-117s\n' \
    "{'descr': '|u1', 'fortran_order': False, 'shape': ($examples, $genres), }"
  awk -v n="$examples" -v k="$genres" -v best="$best" \
    'BEGIN { for (i = 0; i < n; ++i) for (c = 0; c < k; ++c) printf "%d", c == best }' |
    tr '01' '\000\001'
} >"$folder/predictions.npy"
