#define _GNU_SOURCE
#include "CProcessors.h"

#include <sched.h>

int cprocessors_get(int *processors, int capacity) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
  int count = 0;
  for (int i = 0; i < CPU_SETSIZE && count < capacity; i++)
    if (CPU_ISSET(i, &set)) processors[count++] = i;
  return count;
}

int cprocessors_current(void) { return sched_getcpu(); }

bool cprocessors_set(const int *processors, int count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < count; i++)
    if (processors[i] >= 0 && processors[i] < CPU_SETSIZE) CPU_SET(processors[i], &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}
