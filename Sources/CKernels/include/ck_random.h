// Random bits for many draws at once.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Philox4x32-10 of the counters (first, counter[0..2]), (first + 1, counter[0..2]), ...: four words of each, one
/// counter after another, `count` words in all.
void ck_philox(const uint32_t key[2], const uint32_t counter[3], uint32_t first, size_t count, uint32_t *words);

/// Normal numbers of mean 0 and variance 1, one from each random word, `count` in all, a multiple of 32. Of 32 words
/// the first 16 say how far from 0 pairs of them are, the others in which direction. The same bits on every processor.
void ck_normal(const uint32_t *words, size_t count, float *numbers);
