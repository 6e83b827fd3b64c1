# Sourced by the fakes in sh: answers --help and --version, sets host and port, offers `log`.
host=127.0.0.1
port=9931
previous=
for argument in "$@"; do
  case $argument in
  -h | --help | --usage)
    cat "${0%/*}/shared/help.txt"
    exit 0
    ;;
  --version)
    echo 'version: 0.7.0 (build 11669, commit fake)' >&2
    exit 0
    ;;
  esac
  case $previous in
  --host) host=$argument ;;
  --port) port=$argument ;;
  esac
  previous=$argument
done

log() { echo "0.00.005.000 $1 $2" >&2; }
