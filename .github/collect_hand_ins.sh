#!/usr/bin/env bash
# Copies what counts of each student's repository: Python code, without tests and workflows.
#
#   collect_hand_ins.sh CLONES HAND_INS
#
# CLONES holds the repositories, at any depth. Each becomes a folder of HAND_INS, named as the
# repository's folder is. CLONES is removed, so that no history of others lies beside a hand-in.
set -euo pipefail

clones=$(realpath "$1")
mkdir -p "$2"
hand_ins=$(realpath "$2")
count=0
while IFS= read -r -d '' git_folder; do
  repository=$(dirname "$git_folder")
  target="$hand_ins/$(basename "$repository")"
  if test -e "$target"; then
    echo "collect_hand_ins: two hand-ins are named $(basename "$repository")" >&2
    exit 1
  fi
  mkdir "$target"
  git -C "$repository" ls-files -z -- '*.py' ':!.github' ':!tests' ':!test_*.py' ':!conftest.py' |
    tar --create --directory "$repository" --null --files-from - |
    tar --extract --directory "$target" --no-same-owner --no-same-permissions
  count=$((count + 1))
done < <(find "$clones" -type d -name .git -prune -print0 | sort -z)
rm -rf "$clones"
if test "$count" -eq 0; then
  echo "collect_hand_ins: no repository in $1" >&2
  exit 1
fi
echo "$count hand-ins in $2"
