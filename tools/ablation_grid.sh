#!/usr/bin/env bash
# The ablation grid on a lent GPU machine: bash tools/ablation_grid.sh WITHIN_MINUTES [options of ablation_grid.py...]
#
# For instance: bash tools/ablation_grid.sh 9.5 --samples 100000000 -- --validate-every 0
# Expects the bundle of ../shared/tools/gpu_bundle.py unpacked in /tmp/site and $OUT; called again on the same machine it
# goes on where it was. Results are laid out in $OUT.
set -uo pipefail
cd "$(dirname "$0")/.."
within="$1"
shift
export PYTHONPATH="/tmp/site:$PWD/src" MUJOCO_GL=disable PYTHONUNBUFFERED=1
export WARP_CACHE_PATH=/tmp/warp TORCHINDUCTOR_CACHE_DIR=/tmp/inductor
[ -d /tmp/warp ] || [ ! -f .gpu/cache/warp.tgz ] || tar -C /tmp -xzf .gpu/cache/warp.tgz
gpus="${GENMIMIC_GPUS:-$(nvidia-smi -L | wc -l)}"
# each process compiles its kernels; together they shall not use more cores than there are
export TORCHINDUCTOR_COMPILE_THREADS="$(($(nproc) / gpus))"
python3 tools/ablation_grid.py --corpus corpora/permissive_v1.npz --out /tmp/grid --pack "$OUT" \
  --gpus "$gpus" --within "$within" "$@"
status=$?
for log in /tmp/grid/*/train.log; do echo "== $log"; tail -n 2 "$log" | cut -c1-200; done
ls -la "$OUT"
exit $status
