#!/usr/bin/env bash
# Every C++ file is as clang-format wants it.
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
git ls-files '*.cpp' '*.hpp' | xargs -r clang-format --dry-run --Werror
