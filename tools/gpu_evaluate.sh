#!/usr/bin/env bash
# A policy under all conditions of docs/results.md, on a lent GPU: bash tools/gpu_evaluate.sh POLICY OUT [EXTRA_SET...]
#
# Expects what tools/gpu_machine.sh names. Evaluates on the held-out split of the corpus, clean, with video noise and
# disturbed, and clean and with noise on each extra set. GENMIMIC_DEVICE is cuda by default, GENMIMIC_ROLLOUTS 32,
# GENMIMIC_TRIALS, a pattern of conditions, all. What is done already in OUT is not done again.
set -uo pipefail
cd "$(dirname "$0")/.."
policy="$1" out="$2"
shift 2
source tools/gpu_machine.sh
rollouts="${GENMIMIC_ROLLOUTS:-32}"

# trial NAME SET ROLLOUTS [conditions...]
trial() {
  [[ "$1" =~ ^(${GENMIMIC_TRIALS:-.*})$ ]] || return 0
  python3 -m genmimic evaluate "$policy" --motions "$2" --rollouts "$3" --out "$out/$1" --device "${GENMIMIC_DEVICE:-cuda}" \
    --videos 0 --quiet "${@:4}" >>"$out/log.txt" 2>&1 || echo "$1 failed: $(tail -n 1 "$out/log.txt")"
}

mkdir -p "$out"
corpus=corpora/permissive_v1.npz
trial clean $corpus "$rollouts"
trial noise-1.0 $corpus "$rollouts" --severity 1
for set in "$@"; do
  name="$(basename "${set%.npz}")"
  trial "$name" "$set" "${GENMIMIC_EXTRA_ROLLOUTS:-4}"
  trial "$name-noise-1.0" "$set" "${GENMIMIC_EXTRA_ROLLOUTS:-4}" --severity 1
done
trial noise-0.5 $corpus "$rollouts" --severity 0.5
trial noise-1.5 $corpus "$rollouts" --severity 1.5
trial push-1.0 $corpus "$rollouts" --push 1
trial friction-0.4 $corpus "$rollouts" --friction 0.4
trial strength-0.7 $corpus "$rollouts" --strength 0.7
trial delay-3 $corpus "$rollouts" --delay 3
for folder in "$out"/*/; do
  [ ! -f "$folder/results.md" ] || { echo "== $folder"; grep -m 12 "" "$folder/results.md"; }
done
