// ck_pixel_map.h, for one variant.

INLINE void map_pixels_as(const ck_type type, const ck_pixel_map *map, size_t lanes, const void *x, void *y) {
  for (size_t p = 0; p < map->outputs; p++) {
    const int32_t first = map->starts[p], end = map->starts[p + 1];
#define STEP(i, n)                                                                                \
  do {                                                                                            \
    vf sum = {0};                                                                                 \
    for (int32_t t = first; t < end; t++)                                                         \
      sum = fma_of(load(type, x, (size_t)map->at[t] * lanes + (i), n), all(map->factors[t]), sum); \
    store(type, y, p * lanes + (i), n, sum);                                                      \
  } while (0)
    EACH_VECTOR(lanes, STEP);
#undef STEP
  }
}

static void map_pixels(ck_type type, const ck_pixel_map *map, size_t lanes, const void *x, void *y) {
  if (type == CK_BF16) map_pixels_as(CK_BF16, map, lanes, x, y);
  else map_pixels_as(CK_F32, map, lanes, x, y);
}
