#define _GNU_SOURCE

#include "CAllocationCounter.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

bool allocation_counter_works(void) { return false; }
void allocation_counter_include_this_thread(void) {}
void allocation_counter_start(void) {}
void allocation_counter_stop(void) {}
int64_t allocation_counter_own(void) { return 0; }
int64_t allocation_counter_onednn(void) { return 0; }
void allocation_counter_print_origins(void) {}

#else

#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_RANGES = 64, MAX_ORIGINS = 16, MAX_FRAMES = 16 };

typedef struct {
  uintptr_t begin, end;
} range;

typedef struct {
  void *frames[MAX_FRAMES];
  int depth;
  int64_t count;
} origin;

static _Atomic bool counting;
static _Atomic int64_t own_count, onednn_count;
static origin origins[MAX_ORIGINS];
static atomic_flag origins_lock = ATOMIC_FLAG_INIT;
static range ranges[MAX_RANGES];
static int range_count;
static _Thread_local bool included, recording;

// Keeps where a library's code lies if oneDNN or one of the libraries below it.
static int add_library(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  (void)context;
  static const char *const names[] = {"libdnnl", "libstdc++", "libgomp", "libomp"};
  const char *slash = strrchr(info->dlpi_name, '/');
  const char *name = slash ? slash + 1 : info->dlpi_name;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strncmp(name, names[i], strlen(names[i])) != 0) continue;
    for (int h = 0; h < info->dlpi_phnum && range_count < MAX_RANGES; h++) {
      const ElfW(Phdr) *segment = &info->dlpi_phdr[h];
      if (segment->p_type != PT_LOAD) continue;
      const uintptr_t begin = info->dlpi_addr + segment->p_vaddr;
      ranges[range_count++] = (range){begin, begin + segment->p_memsz};
    }
  }
  return 0;
}

static void record_origin(void) {
  origin here = {.count = 1};
  here.depth = backtrace(here.frames, MAX_FRAMES);
  while (atomic_flag_test_and_set(&origins_lock)) {}
  for (int i = 0; i < MAX_ORIGINS; i++) {
    if (origins[i].count == 0) {
      origins[i] = here;
      break;
    }
    if (memcmp(origins[i].frames, here.frames, sizeof here.frames) == 0) {
      origins[i].count++;
      break;
    }
  }
  atomic_flag_clear(&origins_lock);
}

static void record(const void *caller) {
  if (!included || recording || !atomic_load_explicit(&counting, memory_order_relaxed)) return;
  const uintptr_t address = (uintptr_t)caller;
  for (int i = 0; i < range_count; i++) {
    if (address >= ranges[i].begin && address < ranges[i].end) {
      atomic_fetch_add_explicit(&onednn_count, 1, memory_order_relaxed);
      return;
    }
  }
  atomic_fetch_add_explicit(&own_count, 1, memory_order_relaxed);
  recording = true;
  record_origin();
  recording = false;
}

bool allocation_counter_works(void) { return true; }

void allocation_counter_include_this_thread(void) { included = true; }

void allocation_counter_start(void) {
  range_count = 0;
  dl_iterate_phdr(add_library, NULL);
  // The first call of all loads a library.
  void *frame;
  backtrace(&frame, 1);
  memset(origins, 0, sizeof origins);
  atomic_store(&own_count, 0);
  atomic_store(&onednn_count, 0);
  included = true;
  atomic_store(&counting, true);
}

void allocation_counter_stop(void) {
  atomic_store(&counting, false);
  included = false;
}

int64_t allocation_counter_own(void) { return atomic_load(&own_count); }

int64_t allocation_counter_onednn(void) { return atomic_load(&onednn_count); }

void allocation_counter_print_origins(void) {
  for (int i = 0; i < MAX_ORIGINS && origins[i].count > 0; i++) {
    dprintf(STDERR_FILENO, "%lld allocations from\n", (long long)origins[i].count);
    backtrace_symbols_fd(origins[i].frames, origins[i].depth, STDERR_FILENO);
  }
}

// The functions below take the place of the C library's in the whole process and hand on to them.

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  record(__builtin_return_address(0));
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  record(__builtin_return_address(0));
  return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  record(__builtin_return_address(0));
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  record(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  record(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  record(__builtin_return_address(0));
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
  void *memory = __libc_memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *result = memory;
  return 0;
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
  record(__builtin_return_address(0));
  return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}

#endif
