#include "ThreadMemory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  void *blocks[thread_memory_kinds];
  size_t sizes[thread_memory_kinds];
} Memory;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

static void release(void *kept) {
  Memory *memory = kept;
  for (int kind = 0; kind < thread_memory_kinds; kind++) free(memory->blocks[kind]);
  free(memory);
}

static void make_key(void) { has_key = pthread_key_create(&key, release) == 0; }

static Memory *memory_of_thread(void) {
  pthread_once(&once, make_key);
  if (!has_key) return NULL;
  Memory *memory = pthread_getspecific(key);
  if (memory) return memory;
  memory = calloc(1, sizeof *memory);
  if (memory && pthread_setspecific(key, memory) != 0) {
    free(memory);
    return NULL;
  }
  return memory;
}

void *thread_memory(ThreadMemoryKind kind, size_t size) {
  Memory *memory = memory_of_thread();
  if (!memory) return NULL;
  if (memory->sizes[kind] >= size) return memory->blocks[kind];
  free(memory->blocks[kind]);
  const size_t rounded = (size + 63) / 64 * 64;
  memory->blocks[kind] = aligned_alloc(64, rounded);
  memory->sizes[kind] = memory->blocks[kind] ? rounded : 0;
  if (memory->blocks[kind]) memset(memory->blocks[kind], 0, rounded);
  return memory->blocks[kind];
}
