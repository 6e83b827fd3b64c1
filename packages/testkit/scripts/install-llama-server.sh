#!/bin/sh
# Gets a real llama-server for tests out of Debian's archive, into a folder, without installing it.
#
#   install-llama-server.sh FOLDER     prints FOLDER/llama-server; progress goes to stderr
#
# For Debian 12 and later on amd64 and arm64, with apt, dpkg-deb and flock. Root is not needed. The
# machine's own packages, package lists and apt hooks are left alone: apt runs on a private state
# in which nothing is installed, so that it fetches every library that the server needs, and checks
# the archive's signatures as it always does. The server is made to use those libraries (the
# machine's may be too old) and is an ordinary program, but FOLDER cannot be moved afterwards.
#
# Runs for the same FOLDER wait for each other. What works already is kept; remove FOLDER to get a
# newer one. LLAMACTL_DEBIAN_SUITE names the suite to take it from (forky).
set -eu

suite=${LLAMACTL_DEBIAN_SUITE:-forky}
official_mirror=http://deb.debian.org/debian

main() {
  [ $# -eq 1 ] || fail 'usage: install-llama-server.sh FOLDER'
  mkdir -p "$1"
  folder=$(cd "$1" && pwd -P)

  exec 9>"$folder/.lock"
  if ! flock -n 9; then
    progress 'waiting for another run in the same folder'
    flock 9
  fi
  if ! runs "$folder/llama-server"; then
    build=$(mktemp -d "$folder/build.XXXXXX")
    trap 'rm -rf "$build"' EXIT
    trap 'exit 1' HUP INT TERM
    fetch_packages "$build/apt"
    unpack "$build/apt/packages"
    use_own_libraries
    publish
    trap - EXIT
  fi
  printf '%s\n' "$folder/llama-server"
}

# ---- apt with a state of its own

fetch_packages() {
  state=$1
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/packages"
  : >"$state/status"
  write_apt_configuration
  read_package_lists
  progress 'fetching packages'
  libraries=$(apt-cache -c "$state/apt.conf" depends llama.cpp-tools |
    awk '$1 == "Depends:" && $2 ~ /^lib/ { print $2 }')
  # shellcheck disable=SC2086 # one argument for each library
  apt_get install --yes --download-only $libraries
  mv "$state"/cache/archives/*.deb "$state/packages/"
  # Not by "install": their other dependencies are scripts that a server does not need.
  (cd "$state/packages" && apt_get download llama.cpp-tools patchelf)
}

apt_get() { apt-get -qq -c "$state/apt.conf" "$@" >&2; }

write_apt_configuration() {
  cat >"$state/apt.conf" <<CONFIGURATION
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear APT::Architectures;
APT::Architectures { "$(dpkg --print-architecture)"; };
APT::Install-Recommends "false";
APT::Keep-Downloaded-Packages "true";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Cache "$state/cache";
Dir::Cache::Archives "$state/cache/archives";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Etc::SourceList "$state/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Log "$state";
Dir::State "$state";
Dir::State::Lists "$state/lists";
Dir::State::Status "$state/status";
Dir::State::Extended_States "$state/extended_states";
CONFIGURATION
}

read_package_lists() {
  keyring=
  for file in /usr/share/keyrings/debian-archive-keyring.gpg \
    /usr/share/keyrings/debian-archive-keyring.pgp; do
    [ ! -r "$file" ] || keyring=" signed-by=$file"
  done
  for mirror in $(own_mirror) "$official_mirror"; do
    progress "reading the package list of $suite from $mirror"
    printf 'deb [target=Packages%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$state/sources.list"
    if apt_get update; then return; fi
  done
  fail "could not read the package list of $suite"
}

# The mirror that the machine takes its own release from, in either format of apt's sources; its
# package lists may be missing, so apt itself cannot be asked.
own_mirror() {
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  sed -n 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\)  *\([^ ]*\) .*/\3 \2/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    awk -v own="$codename" '$1 == own { print $2; exit }'
  awk -v own="$codename" '
    FNR == 1 || NF == 0 { uri = ""; wanted = 0 }
    tolower($1) == "uris:" { uri = $2 }
    tolower($1) == "suites:" { for (i = 2; i <= NF; i++) if ($i == own) wanted = 1 }
    wanted && uri { print uri; exit }' /etc/apt/sources.list.d/*.sources 2>/dev/null || true
}

# ---- files

unpack() {
  progress 'unpacking'
  for package in "$1"/*.deb; do dpkg-deb -x "$package" "$build"; done
  # The licences in usr/share/doc stay.
  rm -rf "$build/apt" "$build"/usr/share/locale "$build"/usr/share/man "$build"/usr/share/i18n \
    "$build"/usr/lib/*/gconv "$build"/usr/share/llama.cpp
}

use_own_libraries() {
  loader=$(find "$build/usr/lib" -name 'ld-linux-*.so.*' -type f | head -n 1)
  [ -n "$loader" ] || fail 'the packages hold no dynamic loader'
  libraries=$(dirname "$loader")
  near="\$ORIGIN/../lib/$(basename "$libraries")"

  # A library with a search path of its own would not look where the program says.
  find "$libraries" \( -name 'lib*llama*.so*' -o -name 'libggml*.so*' -o -name 'libmtmd*.so*' \) \
    -type f | while read -r library; do edit_elf --remove-rpath "$library"; done
  edit_elf --set-interpreter "$loader" --force-rpath --set-rpath "$near:$near/llama" \
    "$build/usr/bin/llama-server"
  # The server tries the code for each kind of processor that it finds beside itself.
  for variant in "$libraries"/ggml/backends*/*.so; do
    ln -s "../${variant#"$build"/usr/}" "$build/usr/bin/"
  done
}

edit_elf() { "$loader" --library-path "$libraries" "$build/usr/bin/patchelf" "$@"; }

# Whoever looks sees either no server or a complete one.
publish() {
  chmod 755 "$build"
  runs "$build/usr/bin/llama-server" || fail "it does not run: $("$build/usr/bin/llama-server" --version 2>&1)"
  ln -s "${build##*/}/usr/bin/llama-server" "$build/link"
  mv -f -T "$build/link" "$folder/llama-server"
  for other in "$folder"/build.*; do
    [ "$other" = "$build" ] || rm -rf "$other"
  done
}

runs() { "$1" --version >/dev/null 2>&1; }
progress() { printf 'llama-server from Debian: %s\n' "$*" >&2; }
fail() {
  progress "$*"
  exit 1
}

main "$@"
