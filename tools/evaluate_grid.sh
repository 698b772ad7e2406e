#!/usr/bin/env bash
# Policies on the sets of docs/results.md, in plain MuJoCo: bash tools/evaluate_grid.sh OUT VIDEOS NAME=POLICY...
#
#     bash tools/evaluate_grid.sh out/grid out/ten_videos dofs=runs/grid/dofs 3dp=runs/grid/3dp twist2=twist2:twist2.onnx
#     genmimic tables out/grid/*/* --into docs/results.md
#
# VIDEOS is a folder of reference.npz of `genmimic run`. One policy after the other goes to OUT/SET/NAME; rollouts that
# these folders hold are not made again. GENMIMIC_SETS names the sets that are wanted, GENMIMIC_JOBS the processes,
# GENMIMIC_CORPUS and GENMIMIC_BENCH other sets of motions; GENMIMIC_OPTIONS go to every `genmimic evaluate`.
set -uo pipefail
out="$1" videos="$2"
shift 2
corpus="${GENMIMIC_CORPUS:-$(dirname "$0")/../corpora/permissive_v1.npz}"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
failed=0

# trial SET NAME POLICY [options...]
trial() {
  [[ " ${GENMIMIC_SETS:-bench videos held-out held-out-noise} " == *" $1 "* ]] || return 0
  local folder="$out/$1/$2"
  mkdir -p "$folder"
  # shellcheck disable=SC2086
  if genmimic evaluate "$3" --names "$2" --out "$folder" --videos 0 --quiet --jobs "${GENMIMIC_JOBS:-0}" "${@:4}" \
    ${GENMIMIC_OPTIONS:-} >"$folder/log.txt" 2>&1; then
    echo "$(date +%T) $1 $2"
  else
    echo "$(date +%T) $1 $2 failed: $(tail -n 1 "$folder/log.txt")"
    failed=1
  fi
}

for policy in "$@"; do
  name="${policy%%=*}" file="${policy#*=}"
  trial bench "$name" "$file" --motions "${GENMIMIC_BENCH:-bench}" --rollouts 1
  trial videos "$name" "$file" --motions "$videos" --rollouts 4
  trial held-out "$name" "$file" --motions "$corpus" --seconds 10 --rollouts 1
  trial held-out-noise "$name" "$file" --motions "$corpus" --seconds 10 --rollouts 1 --severity 1
done
exit $failed
