#!/bin/sh
# Finds too little memory on the GPU and exits with 1.
. "${0%/*}/shared/answers.sh"
log I 'srv  llama_server: initializing ...'
log E 'ggml_backend_cuda_buffer_type_alloc_buffer: allocating 8192.00 MiB on device 0: cudaMalloc failed: out of memory'
log E 'llama_model_load: error loading model: unable to allocate CUDA0 buffer'
log E 'srv  llama_server: exiting due to model loading error'
exit 1
