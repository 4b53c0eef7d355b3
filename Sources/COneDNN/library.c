// The library itself: version, instruction set, status texts, threads, engine.
#define _GNU_SOURCE  // RTLD_DEFAULT
#include <dlfcn.h>

#include "internal.h"

void cdnn_version(int *major, int *minor, int *patch) {
  const dnnl_version_t *version = dnnl_version();
  if (major != NULL) *major = version->major;
  if (minor != NULL) *minor = version->minor;
  if (patch != NULL) *patch = version->patch;
}

const char *cdnn_isa(void) {
  switch ((int)dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41: return "sse41";
    case dnnl_cpu_isa_avx: return "avx";
    case dnnl_cpu_isa_avx2: return "avx2";
    case dnnl_cpu_isa_avx2_vnni: return "avx2_vnni";
    case dnnl_cpu_isa_avx512_core: return "avx512_core";
    case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni";
    case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16";
    case dnnl_cpu_isa_avx512_core_amx: return "avx512_core_amx";
#if DNNL_VERSION_MAJOR >= 3
    case dnnl_cpu_isa_avx2_vnni_2: return "avx2_vnni_2";
    case dnnl_cpu_isa_avx512_core_fp16: return "avx512_core_fp16";
    case dnnl_cpu_isa_avx512_core_amx_fp16: return "avx512_core_amx_fp16";
#endif
    default: return "unknown";
  }
}

bool cdnn_status_is_unimplemented(int status) { return status == dnnl_unimplemented; }

const char *cdnn_status_text(int status) {
  switch (status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "no kernel for this shape, type or layout";
    case dnnl_runtime_error: return "the kernel failed while it ran";
    default: return "unknown status";
  }
}

// Looked up at run time, since only libdnnl itself knows which OpenMP library it came with.
int cdnn_use_one_thread(void) {
#if DNNL_CPU_RUNTIME == DNNL_RUNTIME_SEQ
  return dnnl_success;
#else
  void (*set_num_threads)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set_num_threads == NULL) return dnnl_unimplemented;
  set_num_threads(1);
  return dnnl_success;
#endif
}

int cdnn_engine_create(cdnn_engine **engine) {
  if (engine == NULL) return dnnl_invalid_arguments;
  *engine = NULL;
  cdnn_engine *made = calloc(1, sizeof *made);
  if (made == NULL) return dnnl_out_of_memory;
  const int status = dnnl_engine_create(&made->engine, dnnl_cpu, 0);
  if (status != dnnl_success) {
    free(made);
    return status;
  }
  *engine = made;
  return dnnl_success;
}

void cdnn_engine_destroy(cdnn_engine *engine) {
  if (engine == NULL) return;
  dnnl_engine_destroy(engine->engine);
  free(engine);
}
