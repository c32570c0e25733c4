#!/usr/bin/env bash
# Runs a command in the GPU container, with the course in the current folder.
#
#   deploy/gpu/run.sh autograder doctor
#   deploy/gpu/run.sh autograder grade keras_cnn hand-ins --json grades.json
#
# GPUS (all), MEMORY (16g) and IMAGE (autograder-gpu) say what it gets. docs/gpu.md says what each
# option is for.
set -euo pipefail

exec docker run --rm \
  --gpus "${GPUS:-all}" \
  --network none \
  --memory "${MEMORY:-16g}" \
  --cap-add SYS_ADMIN \
  --security-opt seccomp=unconfined \
  --security-opt apparmor=unconfined \
  --volume "$PWD:/course" \
  --env AUTOGRADER_SECRET \
  --env CUDA_VISIBLE_DEVICES \
  --env KERAS_BACKEND \
  "${IMAGE:-autograder-gpu}" "$@"
