#define _GNU_SOURCE
#include "CProcessors.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>

bool cprocessors_confine(const int *processors, int count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < count; i++)
    if (processors[i] >= 0 && processors[i] < CPU_SETSIZE) CPU_SET(processors[i], &set);
  DIR *threads = opendir("/proc/self/task");
  if (!threads) return sched_setaffinity(0, sizeof set, &set) == 0;
  // A thread that has ended meanwhile is no failure: it uses no processor any more.
  for (struct dirent *entry; (entry = readdir(threads));) {
    int thread = atoi(entry->d_name);
    if (thread > 0) sched_setaffinity(thread, sizeof set, &set);
  }
  closedir(threads);
  return true;
}
