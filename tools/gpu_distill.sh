#!/usr/bin/env bash
# Students on a lent GPU machine, all at the same time: bash tools/gpu_distill.sh MINUTES [distill options...]
#
# Ends 30 s before MINUTES are over, all files written. GENMIMIC_STUDENTS names the presets, "paper ours" by default;
# "tuned" goes on from ours by PPO. They take the GPUs in turn; where there are fewer GPUs than students these share them.
# GENMIMIC_OPTIONS_NAME (- as _) holds options for one of them alone. Expects what tools/gpu_machine.sh names, the
# teacher in checkpoints/teacher.pt, and $OUT. Each student goes on from
# /tmp/student_NAME (an earlier leg on the same machine), else from checkpoints/student_NAME.pt, else from nothing, and
# leaves in $OUT/NAME what the next session needs: the checkpoint in small, the policy, curves, settings and log.
set -uo pipefail
cd "$(dirname "$0")/.."
minutes="$1"
shift
source tools/gpu_machine.sh
read -r -a students <<<"${GENMIMIC_STUDENTS:-paper ours}"
compile_threads "${#students[@]}"
end=$((SECONDS + $(awk "BEGIN { print int(60 * $minutes) }") - 30))

# leg GPU NAME [options...]: train until `end`
leg() {
  local gpu="$1" name="$2" run="/tmp/student_$2" left=$((end - SECONDS))
  local start=(--preset "$name")
  if [ -f "$run/checkpoint.pt" ]; then
    start=(--resume "$run")
  elif [ -f "checkpoints/student_$name.pt" ]; then
    start=(--resume "checkpoints/student_$name.pt")
  elif [ "$name" = tuned ]; then
    start=(--resume /tmp/student_ours --fine-tune)
    [ -f /tmp/student_ours/checkpoint.pt ] || start=(--resume checkpoints/student_ours.pt --fine-tune)
  fi
  local own="GENMIMIC_OPTIONS_${name//-/_}" options=()
  read -r -a options <<<"${!own:-}"
  # to a file at once: what a pipe holds back is lost when a call runs into its limit
  CUDA_VISIBLE_DEVICES="$gpu" timeout -s INT -k 15 "$left" python3 -m genmimic distill \
    --teacher checkpoints/teacher.pt --corpus corpora/permissive_v1.npz --out "$run" \
    --minutes "$(awk "BEGIN { print ($left - 15) / 60 }")" "${start[@]}" "${options[@]}" "${@:3}" >>"$OUT/$name/distill.log" 2>&1
}

# student GPU NAME [options...]: a leg, a second one if it failed, and what is kept
student() {
  local name="$2" run="/tmp/student_$2"
  mkdir -p "$OUT/$name"
  leg "$@"
  local status=$?
  if [ $status -ne 0 ]; then
    echo "leg ended with $status, $((end - SECONDS)) s left" >>"$OUT/$name/distill.log"
    if [ $((end - SECONDS)) -gt 90 ]; then leg "$@" --validate-every 0; fi
    if [ -f "$run/checkpoint.pt" ] && [ ! "$run/compact.pt" -nt "$run/checkpoint.pt" ]; then
      python3 -m genmimic export "$run" --out "$run" --name "student_$name" >>"$OUT/$name/distill.log" 2>&1
    fi
  fi
  for file in compact.pt student.onnx curves.jsonl config.json broken_worlds.npz; do
    [ -f "$run/$file" ] && cp "$run/$file" "$OUT/$name/"
  done
}

for index in "${!students[@]}"; do
  student "${gpus[index % ${#gpus[@]}]}" "${students[index]}" "$@" &
done
wait
for name in "${students[@]}"; do
  echo "== $name"
  tr '\r' '\n' <"$OUT/$name/distill.log" | tail -n 12 | cut -c1-220
done
tar -C /tmp -czf "$OUT/warp.tgz" warp
ls -la "$OUT" "$OUT"/*/
