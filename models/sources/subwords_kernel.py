"""The compiled loops of fastText's subwords (Bojanowski, Grave, Joulin, Mikolov 2017, section 3.2):
character n-grams, hashed as fastText does."""

import numpy as np

from models.runtime.compiled_kernel import njit

_BASIS, _PRIME = np.uint32(2166136261), np.uint32(16777619)  # FNV-1a, 32 bits


@njit(cache=True, nogil=True)
def add_subwords(word, shortest, longest, rows, out):
    """Add to `out` (dimension,) the row of `rows` (buckets, dimension) of every subword of `word`,
    UTF-8 in brackets, of `shortest` to `longest` letters; return how many there were."""
    count = 0
    for start in range(len(word)):
        if word[start] & 0xC0 == 0x80:  # inside a letter
            continue
        place, letters, code = start, 0, _BASIS
        while place < len(word) and letters < longest:
            while True:
                byte = np.uint32(word[place])
                if byte >= 128:  # fastText takes a byte for a signed number
                    byte = byte | np.uint32(0xFFFFFF00)
                code = np.uint32((code ^ byte) * _PRIME)
                place += 1
                if place >= len(word) or word[place] & 0xC0 != 0x80:
                    break
            letters += 1
            if letters < shortest or (letters == 1 and (start == 0 or place == len(word))):
                continue
            row = code % np.uint32(len(rows))
            for j in range(len(out)):
                out[j] += rows[row, j]
            count += 1
    return count


@njit(cache=True, nogil=True)
def compose(text, offsets, shortest, longest, own, rows, out):
    """Write to `out` (words, dimension) the mean of each word's own row in `own` and those of its
    subwords. Word i is `text` from `offsets[i]` to `offsets[i + 1]`, in brackets."""
    for i in range(len(out)):
        out[i] = own[i]
        word = text[offsets[i] : offsets[i + 1]]
        found = add_subwords(word, shortest, longest, rows, out[i])
        for j in range(out.shape[1]):
            out[i, j] /= np.float32(found + 1)
