// How a library's error leaves it: the message goes to the caller's buffer, control to the last setjmp.

#ifndef CIMAGECODECS_FAILURE_H
#define CIMAGECODECS_FAILURE_H

#include <setjmp.h>
#include <stdio.h>

#include "CImageCodecs.h"

typedef struct {
  CImageStatus status;
  char *text;
  size_t capacity;
  jmp_buf jump;
} Failure;

// Made ready at the start of each call, before setjmp(failure->jump).
static inline void failure_begin(Failure *failure, char *text, size_t capacity) {
  failure->status = CImageStatusOk;
  failure->text = text;
  failure->capacity = capacity;
}

static inline CImageStatus failure_set(Failure *failure, CImageStatus status, const char *text) {
  failure->status = status;
  snprintf(failure->text, failure->capacity, "%s", text);
  return status;
}

#endif
