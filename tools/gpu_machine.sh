# What the scripts for a lent GPU machine begin with: `source tools/gpu_machine.sh` in the repository's root.
#
# The machine has no package index: the bundle of ../shared/tools/gpu_bundle.py lies unpacked in /tmp/site. Kernels of an
# earlier leg come from .gpu/cache/warp.tgz. Sets `gpus`, the GPUs to use: those of CUDA_VISIBLE_DEVICES, else all.
# shellcheck shell=bash
export PYTHONPATH="/tmp/site:$PWD/src" MUJOCO_GL=disable PYTHONUNBUFFERED=1
export WARP_CACHE_PATH="${WARP_CACHE_PATH:-/tmp/warp}" TORCHINDUCTOR_CACHE_DIR=/tmp/inductor
[ -d "$WARP_CACHE_PATH" ] || [ ! -f .gpu/cache/warp.tgz ] || tar -C /tmp -xzf .gpu/cache/warp.tgz
IFS=, read -r -a gpus <<<"${CUDA_VISIBLE_DEVICES:-$(nvidia-smi --query-gpu=index --format=csv,noheader | paste -sd,)}"

# compile_threads PROCESSES: processes that compile their kernels together shall not use more cores than there are
compile_threads() {
  export TORCHINDUCTOR_COMPILE_THREADS="$((($(nproc) + $1 - 1) / $1))"
}
