// The processors that the calling thread may run on: glibc shows these calls to C alone (_GNU_SOURCE).
#ifndef CONVOY_PROCESSORS_H
#define CONVOY_PROCESSORS_H

#include <stdbool.h>
#include <stdint.h>

// Writes at most `capacity` processor numbers, rising; returns how many, or -1.
int cprocessors_get(int *processors, int capacity);
// The processor that the calling thread runs on, or -1.
int cprocessors_current(void);
// Lets the calling thread, and those that it makes from now on, run on these processors alone.
bool cprocessors_set(const int *processors, int count);
// The same for every thread that the process has, and so for those that they make from now on.
bool cprocessors_confine(const int *processors, int count);
// The processor time that the calling thread has used, in nanoseconds.
uint64_t cprocessors_thread_time(void);

#endif
