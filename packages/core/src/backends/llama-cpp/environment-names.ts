/** Variables that every child gets with the values that this process has. */
const inheritedNames: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
]);

/**
 * Variables that an instance may set: which devices, how many threads, where models are cached. None loads
 * code or names a file to write. OMP_TOOL_LIBRARIES, CUDA_INJECTION64_PATH and GGML_BACKEND_PATH do, so
 * families are listed by name where they have such members.
 */
const safeNames: ReadonlySet<string> = new Set([
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'CUDA_DEVICE_MAX_CONNECTIONS',
  'CUDA_LAUNCH_BLOCKING',
  'CUDA_MODULE_LOADING',
  'CUDA_SCALE_LAUNCH_QUEUES',
  'NVIDIA_VISIBLE_DEVICES',
  'NVIDIA_TF32_OVERRIDE',
  'HIP_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'GPU_DEVICE_ORDINAL',
  'HSA_OVERRIDE_GFX_VERSION',
  'HSA_ENABLE_SDMA',
  'ZE_AFFINITY_MASK',
  'ZES_ENABLE_SYSMAN',
  'ONEAPI_DEVICE_SELECTOR',
  'MUSA_VISIBLE_DEVICES',
  'ASCEND_RT_VISIBLE_DEVICES',
  'OMP_NUM_THREADS',
  'OMP_THREAD_LIMIT',
  'OMP_PROC_BIND',
  'OMP_PLACES',
  'OMP_SCHEDULE',
  'OMP_DYNAMIC',
  'OMP_NESTED',
  'OMP_MAX_ACTIVE_LEVELS',
  'OMP_WAIT_POLICY',
  'OMP_STACKSIZE',
  'OMP_CANCELLATION',
  'OMP_DISPLAY_ENV',
  'GOMP_CPU_AFFINITY',
  'GOMP_SPINCOUNT',
  'KMP_AFFINITY',
  'KMP_BLOCKTIME',
  'LLAMA_CACHE',
  'HF_HOME',
  'HF_HUB_CACHE',
]);

/** Parts of GGML_… names that stand for code to load or files to write. */
const unsafeGgml = /PATH|DIR|FILE|LIB|MODULE|PLUGIN|CACHE|DUMP|LOG|PROFIL|TRACE|EXEC|COMMAND|RPC/;

/** Whether an instance may set this variable. */
export function isSafeVariable(name: string): boolean {
  if (name === 'GGML_NO_BACKTRACE') return true;
  return safeNames.has(name) || (/^GGML_[A-Z0-9_]+$/.test(name) && !unsafeGgml.test(name));
}

/** Whether children get this variable of ours. What an instance may set is fine, and all of GGML_…. */
export function isInherited(name: string): boolean {
  return (
    inheritedNames.has(name) ||
    /^LC_[A-Z]+$/.test(name) ||
    /^GGML_[A-Z0-9_]+$/.test(name) ||
    safeNames.has(name)
  );
}
