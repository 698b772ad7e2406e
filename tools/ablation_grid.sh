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
source tools/gpu_machine.sh
per_gpu="${GENMIMIC_PER_GPU:-1}"
compile_threads "$((${#gpus[@]} * per_gpu))"
python3 tools/ablation_grid.py --corpus corpora/permissive_v1.npz --out /tmp/grid --pack "$OUT" \
  --gpus "${#gpus[@]}" --per-gpu "$per_gpu" --within "$within" "$@"
status=$?
for log in /tmp/grid/*/train.log; do echo "== $log"; tail -n 2 "$log" | cut -c1-200; done
ls -la "$OUT"
exit $status
