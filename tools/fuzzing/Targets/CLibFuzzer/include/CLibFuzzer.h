// libFuzzer's way in for programs that have a `main` of their own, as Swift's have.

#ifndef CLIBFUZZER_H
#define CLIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

// Calls `check` with one input after the other until an option says so. Returns the exit status.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*check)(const uint8_t *data, size_t size));

#endif
