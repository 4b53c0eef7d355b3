#define _GNU_SOURCE
#include "CProcessors.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>

// Lets every thread that is there now run on `set` alone; returns how many could run elsewhere before, or -1.
static int confine_present(const cpu_set_t *set) {
  DIR *threads = opendir("/proc/self/task");
  if (!threads) return -1;
  int changed = 0;
  for (struct dirent *entry; (entry = readdir(threads));) {
    int thread = atoi(entry->d_name);
    cpu_set_t now;
    // A thread that has ended meanwhile is no failure: it uses no processor any more.
    if (thread <= 0 || sched_getaffinity(thread, sizeof now, &now) != 0 || CPU_EQUAL(set, &now)) continue;
    if (sched_setaffinity(thread, sizeof *set, set) == 0) changed++;
  }
  closedir(threads);
  return changed;
}

bool cprocessors_confine(const int *processors, int count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < count; i++)
    if (processors[i] >= 0 && processors[i] < CPU_SETSIZE) CPU_SET(processors[i], &set);
  // A thread that was not reached yet may have made another meanwhile: until nobody is left.
  for (int turn = 0; turn < 100; turn++) {
    int changed = confine_present(&set);
    if (changed < 0) return sched_setaffinity(0, sizeof set, &set) == 0;
    if (changed == 0) return true;
  }
  return false;
}
