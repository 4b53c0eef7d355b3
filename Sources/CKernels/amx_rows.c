// Source rows in the order in which tiles are read.
#include "amx_internal.h"

#ifdef CK_HAS_AMX

bool ck_amx_few_channels(int32_t channels, int32_t taps) {
  return (channels < TILE_K && channels % 2 != 0) || (channels < TILE && taps > 1);
}

size_t ck_amx_image_row_bytes(int32_t pixels, int32_t channels) {
  // Copies write a vector at a time, so up to 32 numbers too far. An odd number of cache lines, so that the
  // rows of a tile do not meet in the same sets.
  const size_t lines = ((size_t)pixels * channels + TILE_K) * sizeof(uint16_t) / 64 + 1;
  return (lines | 1) * 64;
}

CK_FOR_AVX512 void ck_amx_image_row(const uint16_t* row, int32_t width, int32_t images, int32_t channels,
                                int32_t pixels, int32_t pad, char* out) {
  const size_t row_bytes = ck_amx_image_row_bytes(pixels, channels);
  const __mmask32 mask = ck_mask32(channels);
  for (int32_t pixel = 0; pixel < pixels; pixel++) {
    const int32_t x = pixel - pad;
    const bool inside = x >= 0 && x < width;
    const uint16_t* from = row + (inside ? (size_t)x * images * channels : 0);
    char* to = out + (size_t)pixel * channels * sizeof(uint16_t);
    if (!inside) {
      for (int32_t image = 0; image < images; image++) {
        _mm512_storeu_si512(to + image * row_bytes, _mm512_setzero_si512());
      }
    } else if (channels <= 8) {
      for (int32_t image = 0; image < images; image++) {
        const __m128i numbers = _mm_maskz_loadu_epi16((__mmask8)mask, from + image * channels);
        _mm_storeu_si128((void*)(to + image * row_bytes), numbers);
      }
    } else {
      for (int32_t image = 0; image < images; image++) {
        const __m512i numbers = _mm512_maskz_loadu_epi16(mask, from + image * channels);
        _mm512_storeu_si512(to + image * row_bytes, numbers);
      }
    }
  }
}

CK_FOR_AVX512 static void pack_tiles(const ck_amx_plan* p, const uint16_t* row, char* packed) {
  const size_t channels = p->source_channels;
  const __mmask32 mask = ck_mask32(p->chunk);
  for (int32_t pixel = 0; pixel < p->source_width; pixel++) {
    for (int32_t tile = 0; tile < p->image_tiles; tile++) {
      const int32_t regular = tile * p->image_rows;
      const int32_t image = regular + p->image_rows <= p->images ? regular : p->images - p->image_rows;
      const uint16_t* from = row + ((size_t)pixel * p->images + image) * channels;
      char* to = packed + pixel * p->pixel_step + tile * p->image_tile_step;
      for (int32_t i = 0; i < p->image_rows; i++, from += channels, to += 64) {
        for (int32_t chunk = 0; chunk < p->chunks; chunk++) {
          const uint16_t* start = from + ck_amx_chunk_start(p, chunk);
          _mm512_storeu_si512(to + chunk * p->chunk_step, _mm512_maskz_loadu_epi16(mask, start));
        }
      }
    }
  }
}

void ck_amx_pack_row(const ck_amx_plan* p, const uint16_t* row, char* packed) {
  if (p->source == CK_AMX_PACKED) {
    pack_tiles(p, row, packed);
  } else {
    ck_amx_image_row(row, p->source_width, p->images, p->source_channels, p->image_row_pixels,
                     p->image_row_pad, packed);
  }
}

#endif
