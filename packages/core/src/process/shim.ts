import { delimiter } from 'node:path';

/** Name that the shim and its guard show in the process table. */
export const shimName = 'llamactl-shim';

/** Descriptor on which the shim reports the backend's pid; see {@link shimScript}. */
export const reportDescriptor = 3;

/** Descriptor whose end tells the guard of a tied run that we have gone. */
export const tieDescriptor = 4;

/**
 * A small POSIX shell program that starts a backend, waits for it and writes down how it ended, whether
 * or not the one that started it is still there. Run as
 * `sh -c SCRIPT llamactl-shim RUN_DIR TOOL_PATH tied|untied COMMAND ARGS…`, detached.
 *
 * In the run folder it makes `pid`, `exit` and `fifo`. It holds the latter open until the end is written
 * down, so that a reader sees that, and also when the shim is killed. A file counts only with its line
 * end: it is one short write of the shell itself, because a rename would need another process at the
 * very moment when the machine may have no memory or process left for one.
 *
 * Only mkfifo is another program; after that the shell waits (and the guard's shell reads) without one.
 * Measured with dash on Debian 12, two cores: 1.8 MB resident, of which 0.4 MB are its own (PSS), and
 * 0.9 MB for the guard; 6 to 8 ms (median of 40) from the call of `startRun` to the known pid, both
 * records written; 1 ms from the death of the backend to `exited`. With bash as sh it is 3.1 MB.
 */
export const shimScript = withoutComments(`
: ${shimName}
dir=$1 tools=$2 tied=$3
shift 3
umask 077
# Until the backend runs, complaints go to the report instead of the log.
exec 2>&3
# A signal to the group must not end the shim before it has written down the end. Ignored, it does not
# even interrupt the wait below; the backend's shell sets each back to its default before it becomes the backend.
trap '' HUP INT QUIT PIPE ALRM TERM USR1 USR2

# Sets $left to the living processes of this run, the shim and the guard apart.
survivors() {
  left=
  if [ -r /proc/self/stat ]; then
    read -r self rest </proc/self/stat
    # The list is made before grep exists, since grep carries the marker too.
    set -- /proc/[0-9]*/environ
    for file in $(PATH=$tools grep -Fls "LLAMACTL_RUN=$LLAMACTL_RUN" "$@"); do
      file=\${file#/proc/} file=\${file%/environ}
      [ "$file" = "$self" ] || [ "$file" = $$ ] || left="$left $file"
    done
  else
    left=$(PATH=$tools ps -A -ww -o pid= -o pgid= -o stat= -o args= | while read -r pid group state args; do
      case $group.$state.$args in
        *.Z*.* | *${shimName}* | *'ps -A'*) ;;
        $$.*) echo "$pid" ;;
      esac
    done)
  fi
  [ -n "$left" ]
}

# Ends the run once whoever started it is gone or has let go: SIGTERM, 3 s, SIGKILL, and no file left.
guard() {
  # From inside, so that only this run's files go, even if the name is given to another run meanwhile.
  cd "$dir" || dir=
  read -r rest <&4
  # First of all, since the shim may be about to start the backend; it looks for this once it has.
  [ -z "$dir" ] || PATH=$tools rm -f fifo
  kill -s TERM 0
  tries=0
  while survivors && [ $tries -lt 50 ]; do
    [ $tries -gt 0 ] || kill -s TERM $left
    [ $tries -lt 30 ] || kill -s KILL $left
    # A process that is stopped acts on SIGTERM only when it goes on.
    kill -s CONT $left
    PATH=$tools sleep 0.1 || { PATH=$tools sleep 1; tries=$((tries + 9)); }
    tries=$((tries + 1))
  done
  [ -n "$dir" ] || return
  # The shim is about to write it, unless it was killed.
  [ -e exit ] || PATH=$tools sleep 0.1
  PATH=$tools rm -f run.json pid exit
  pwd -P && PATH=$tools rmdir "$dir"
}

PATH=$tools mkfifo -m 600 "$dir/fifo" || exit 73
exec 9<>"$dir/fifo"
guard=
if [ "$tied" = tied ]; then
  (
    exec >/dev/null 2>&1 3>&- 9>&-
    guard
  ) &
  guard=$!
  exec 4<&-
fi
# A background process of a shell without job control ignores SIGINT and SIGQUIT for good; no one sends those.
(
  trap - HUP INT QUIT PIPE ALRM TERM USR1 USR2
  # The report closes here, which tells that signals work from now on.
  exec "$@" 2>&1 3>&- 9>&-
) &
child=$!
if [ -n "$guard" ] && [ ! -e "$dir/fifo" ]; then
  # The guard may have seen no backend yet, and be gone.
  kill -s KILL "$child"
  wait
  kill -s KILL 0
fi
echo "$child" >"$dir/pid"
echo "$child $guard." >&3
exec >/dev/null 2>&1 3>&-
wait "$child"
echo $? >"$dir/exit"
exec 9>&-
# Reaped here, since not every machine has an init that does. Whoever is left in the group does not carry
# the marker; this is the shim's own end too.
[ -z "$guard" ] || { wait "$guard"; kill -s KILL 0; }
`);

/** Folders that the shim takes its few tools from, whatever PATH the backend is given. */
export function shimToolPath(inherited = process.env.PATH ?? ''): string {
  const folders = ['/usr/bin', '/bin', ...inherited.split(delimiter)];
  return folders.filter((folder) => folder.startsWith('/')).join(delimiter);
}

function withoutComments(script: string): string {
  return script.replace(/^\s*(#.*)?\n/gm, '').trim();
}
