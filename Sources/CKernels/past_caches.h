// Writing past the caches. A large tensor has left the cache long before it is read again; written in the ordinary
// way, each of its lines is first read from memory, and pushes out something that is still wanted. (What the very
// next operation reads as a whole is better left to the last cache: the forward outputs of convolutions.)
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes of a tensor from which on that pays, measured on Sapphire Rapids (2 MB of L2) with ResNets.
enum { CK_LARGE = 3 * 1024 * 1024 };

/// Whether a tensor at `out` is written past the caches: it is large, and its rows are whole lines.
static inline bool ck_goes_past_caches(const void *out, size_t row_bytes, size_t rows) {
  return row_bytes * rows >= CK_LARGE && ((uintptr_t)out | row_bytes) % 64 == 0;
}

/// After the last of such writes: other threads then see them before whatever is written later.
static inline void ck_past_caches_done(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}
