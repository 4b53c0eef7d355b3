// The speed of a core's multiply-add units, measured: what benchmarks compare kernels with.
#pragma once

/// Fp32 operations a second of the calling thread in multiply-adds on the widest registers, a multiply-add counted
/// as two: the best of several short trials within `milliseconds` (at least one runs). 0 on other CPUs than x86-64.
double ck_peak_f32(int milliseconds);

/// The same for bf16 products summed in fp32, by AMX tiles, else AVX-512's dot products. 0 where there are neither.
double ck_peak_bf16(int milliseconds);
