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
 * every member of a family is listed by itself, those of GGML_CUDA_ and GGML_VK_ apart.
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
  'GGML_NO_BACKTRACE',
  'GGML_CANN_ACL_GRAPH',
  'GGML_CANN_ASYNC_MODE',
  'GGML_CANN_MEM_POOL',
  'GGML_CANN_NO_PINNED',
  'GGML_CANN_WEIGHT_NZ',
  'GGML_CPU_CCORE_SPLIT',
  'GGML_KLEIDIAI_SME',
  'GGML_METAL_CONCURRENCY_DISABLE',
  'GGML_METAL_DEVICES',
  'GGML_METAL_FUSION_DISABLE',
  'GGML_METAL_GRAPH_OPTIMIZE_DISABLE',
  'GGML_METAL_NO_RESIDENCY',
  'GGML_METAL_N_CB',
  'GGML_METAL_RESIDENCY_KEEP_ALIVE_S',
  'GGML_METAL_BF16_DISABLE',
  'GGML_METAL_SHARED_BUFFERS_DISABLE',
  'GGML_METAL_TENSOR_DISABLE',
  'GGML_METAL_TENSOR_ENABLE',
  'GGML_OP_OFFLOAD_MIN_BATCH',
  'GGML_OPENCL_DEVICE',
  'GGML_OPENCL_DISABLE_FUSION',
  'GGML_OPENCL_PLATFORM',
  'GGML_SCHED_DEBUG',
  'GGML_SYCL_DISABLE_DNN',
  'GGML_SYCL_DISABLE_GRAPH',
  'GGML_SYCL_DISABLE_OPT',
  'GGML_SYCL_ENABLE_FLASH_ATTN',
  'GGML_SYCL_PRIORITIZE_DMMV',
  'GGML_SYCL_VISIBLE_DEVICES',
  'LLAMA_CACHE',
  'HF_HOME',
  'HF_HUB_CACHE',
]);

/**
 * The variables of the CUDA and Vulkan parts switch and tune only; builds add more of them than can be
 * listed. What sounds like code or a file is none of these all the same.
 */
const tuning = /^GGML_(CUDA|VK)_[A-Z0-9_]+$/;
const unsafeTuning =
  /PATH|DIR|FILE|LIB|MODULE|PLUGIN|CACHE|DUMP|LOG|PROFIL|TRACE|EXEC|COMMAND|SCRIPT|OUTPUT|EXPORT|RPC|ICD|LAYER/;

/** Whether an instance may set this variable. */
export function isSafeVariable(name: string): boolean {
  return safeNames.has(name) || (tuning.test(name) && !unsafeTuning.test(name));
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
