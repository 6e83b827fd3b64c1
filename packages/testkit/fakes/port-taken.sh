#!/bin/sh
# Says that its port is in use and exits with 1, whether it is or not.
. "${0%/*}/shared/answers.sh"
log I 'srv  llama_server: initializing ...'
log E "srv         start: couldn't bind HTTP server socket, hostname: $host, port: $port"
log I 'srv    operator(): operator(): cleaning up before exit...'
log E 'srv  llama_server: exiting due to HTTP server error'
exit 1
