#!/bin/sh
# Ends at once with 0, as if all were well, without ever being ready.
. "${0%/*}/shared/answers.sh"
log I 'srv  llama_server: initializing ...'
exit 0
