#!/usr/bin/env bash
# One leg of the training relay on a lent GPU without a package index: bash tools/gpu_relay.sh MINUTES [train options...]
#
# All GPUs train, one process each. Expects what tools/gpu_machine.sh names, and $OUT. Goes on from /tmp/run (an earlier
# leg on the same machine), else from checkpoints/teacher.pt, else from nothing, and leaves in $OUT what the next session
# needs: the checkpoint in small, the policy, the curves and the kernels.
set -uo pipefail
cd "$(dirname "$0")/.."
minutes="$1"
shift
source tools/gpu_machine.sh

launcher=(python3 -m)
[ "${#gpus[@]}" -lt 2 ] || launcher=(python3 -m torch.distributed.run --standalone --nproc-per-node "${#gpus[@]}" -m)
resume=()
if [ -f /tmp/run/checkpoint.pt ]; then
  resume=(--resume /tmp/run)
elif [ -f checkpoints/teacher.pt ]; then
  resume=(--resume checkpoints/teacher.pt)
fi
# to a file at once: what a pipe holds back is lost when a call runs into its limit
leg() {
  timeout -s INT -k 20 "$1" "${launcher[@]}" genmimic train --corpus corpora/permissive_v1.npz --out /tmp/run \
    --minutes "$(awk "BEGIN { print ($1 - 15) / 60 }")" "${resume[@]}" "${@:2}" >>"$OUT/train.log" 2>&1
}
began=$SECONDS
seconds=$(awk "BEGIN { print int(60 * $minutes) }")
leg "$seconds" "$@"
status=$?
left=$((seconds - SECONDS + began))
if [ $status -ne 0 ] && [ -f /tmp/run/checkpoint.pt ]; then
  echo "leg ended with $status, $left s left" >>"$OUT/train.log"
  resume=(--resume /tmp/run)
  if [ $left -gt 90 ]; then leg "$left" "$@" --validate-every 0; fi
  [ -f /tmp/run/compact.pt ] || python3 -m genmimic export /tmp/run --out /tmp/run >>"$OUT/train.log" 2>&1
fi
tr '\r' '\n' <"$OUT/train.log" | tail -n 25 | cut -c1-220
for file in compact.pt policy.onnx curves.jsonl config.json broken_worlds.npz; do
  [ -f "/tmp/run/$file" ] && cp "/tmp/run/$file" "$OUT/"
done
tar -C /tmp -czf "$OUT/warp.tgz" warp
ls -la "$OUT"
