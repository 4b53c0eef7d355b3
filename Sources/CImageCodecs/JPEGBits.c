#include "JPEGBits.h"

// Copies bytes up to a marker, or as many as there is room for.
static void fill(JPEGWindow *window, uint8_t *target) {
  uint8_t *const full = window->window + window_bytes;
  window->is_last = false;
  while (target < full) {
    const size_t room = (size_t)(full - target), left = (size_t)(window->end - window->data);
    const size_t most = room < left ? room : left;
    const uint8_t *stop = most == 0 ? NULL : memchr(window->data, 0xff, most);
    const size_t plain = stop ? (size_t)(stop - window->data) : most;
    memcpy(target, window->data, plain);
    target += plain;
    window->data += plain;
    if (plain == room) break;
    if (left - plain < 2 || window->data[1] != 0) {
      window->is_last = true;
      memset(target, 0, 2 * block_bytes);
      break;
    }
    *target++ = 0xff;
    window->data += 2;
  }
  window->filled = target;
}

static const uint8_t *limit_of(const JPEGWindow *window) {
  return window->is_last ? window->filled + 8 : window->filled - block_bytes;
}

void jpeg_window_start(JPEGWindow *window, const uint8_t *data, const uint8_t *end, JPEGBits *bits) {
  window->data = data;
  window->end = end;
  fill(window, window->window);
  *bits = (JPEGBits){.next = window->window, .limit = limit_of(window)};
}

bool jpeg_window_move(JPEGWindow *window, JPEGBits *bits) {
  if (window->is_last) return false;
  const size_t kept = (size_t)(window->filled - bits->next);
  memmove(window->window, bits->next, kept);
  fill(window, window->window + kept);
  bits->next = window->window;
  bits->limit = limit_of(window);
  return true;
}
