// Memory that a thread keeps from one image to the next, so that none is asked for from the second on.

#ifndef CIMAGECODECS_THREADMEMORY_H
#define CIMAGECODECS_THREADMEMORY_H

#include <stddef.h>

typedef enum { ThreadMemoryReader, ThreadMemoryRows, thread_memory_kinds } ThreadMemoryKind;

// At least `size` bytes, aligned to 64; NULL where there are none. They are as the thread left them, or zero where they
// are new: at first, and when more are asked for than ever before. They are given back when the thread ends.
void *thread_memory(ThreadMemoryKind kind, size_t size);

#endif
