#!/bin/sh
# Fails on its arguments: says so and exits with FAKE_EXIT_CODE (1).
. "${0%/*}/shared/answers.sh"
echo 'error: invalid argument: --x' >&2
exit "${FAKE_EXIT_CODE:-1}"
