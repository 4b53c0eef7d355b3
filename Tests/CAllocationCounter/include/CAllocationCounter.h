#pragma once
#include <stdbool.h>
#include <stdint.h>

// Counts what chosen threads take from the heap and from mmap, for tests that promise to take nothing.
// Calls from within oneDNN (and the C++ and OpenMP libraries that it uses) are counted apart: oneDNN builds
// small argument maps whenever it runs a primitive, which nobody outside can prevent.

// Whether allocations can be counted: not under a sanitizer, which has an allocator of its own.
bool allocation_counter_works(void);

// From now on the calling thread's allocations count while counting is on. For a thread that ends with the
// test, since it stays so.
void allocation_counter_include_this_thread(void);

// Sets all counts to zero and turns counting on, for the calling thread and those included.
void allocation_counter_start(void);

// Turns counting off; called by the thread that turned it on.
void allocation_counter_stop(void);

// Allocations between start and stop by everything but oneDNN.
int64_t allocation_counter_own(void);

// Allocations between start and stop by oneDNN.
int64_t allocation_counter_onednn(void);

// Writes to standard error where the allocations that are not oneDNN's came from.
void allocation_counter_print_origins(void);
