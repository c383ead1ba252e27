#!/usr/bin/env bash
# Runs the tests of Core and of the terminal, and the integration tests against a sandbox outside, as Windows programs
# under Wine 10. Makes a Debian 13 with Wine in a cache folder the first time, which takes root, debootstrap and Debian's
# packages. Where those can't be had, it says so and succeeds.
set -u -o pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cache=${EPHEMERALDEBUG_WINE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ephemeraldebug/wine}
root=$cache/debian
work=$root/tests
log=$(mktemp -d)
sandbox=

cleanup() {
  [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null
  in_wine wineserver -k >/dev/null 2>&1
  for place in dev/pts proc; do umount "$root/$place" 2>/dev/null; done
  rm -rf "$log" "$work"
}

leave_out() {
  echo "The Windows tests do not run: $1"
  exit 0
}

# Debian 13 with Wine, complete or not there at all.
make_root() {
  [ "$(id -u)" -eq 0 ] || leave_out "making a Debian root takes root."
  if ! command -v debootstrap >/dev/null; then
    { apt-get update && apt-get install -y debootstrap; } >"$log/apt" 2>&1 || leave_out "debootstrap can't be installed."
  fi
  rm -rf "$root.new" && mkdir -p "$root.new"
  debootstrap --variant=minbase trixie "$root.new" >"$log/debootstrap" 2>&1 || leave_out "Debian 13 can't be had."
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root.new/etc/hosts"
  chroot "$root.new" sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wine wine64' \
    >"$log/wine" 2>&1 || leave_out "Wine can't be installed."
  mv "$root.new" "$root"
}

in_wine() {
  chroot "$root" env -i HOME=/root PATH=/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 WINEDEBUG=-all "$@"
}

# One assembly's tests. Wine ends the process now and then; the run then goes on after the tests that had ended.
run_assembly() {
  for _ in 1 2 3 4 5 6; do
    if in_wine EPHEMERALDEBUG_TEST_KUBECONFIG="${kubeconfig:-}" sh -c \
        "cd /tests/run && exec timeout 600 wine EphemeralDebug.Windows.Runner.exe $1 ../$1.results ${2:-}" >"$log/$1" 2>&1; then
      grep -aE -A6 '^(failed|skipped): ' "$log/$1" || true
      return
    fi
    grep -aE -A6 '^failed: ' "$log/$1" || true
    echo "$1: Wine ended the process; going on with the tests that are left."
  done
  tail -n 20 "$log/$1"
  printf 'failed\t%s does not come to its end\n' "$1" >>"$work/$1.results"
}

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || leave_out "Wine needs x86-64 Linux."
[ -d "$root" ] || make_root
trap cleanup EXIT
mkdir -p "$work" && rm -rf "${work:?}"/*
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc" || leave_out "/proc can't be mounted."
mountpoint -q "$root/dev/pts" || mount --bind /dev/pts "$root/dev/pts" || leave_out "/dev/pts can't be mounted."

dotnet publish tests/Windows/Runner -v q >"$log/publish" 2>&1 || { cat "$log/publish"; exit 1; }
cp -r output/windows "$work/run"

run_assembly EphemeralDebug.Core.Tests "$@"

# The sandbox runs outside; a user with a token, since Wine can't use a client certificate.
dotnet src/EphemeralDebug.Sandbox/bin/Release/net10.0/EphemeralDebug.Sandbox.dll serve --kubeconfig "$work/kubeconfig" >"$log/sandbox" 2>&1 &
sandbox=$!
timeout 60 sh -c "until grep -q Kubeconfig '$log/sandbox'; do :; done" || { cat "$log/sandbox"; exit 1; }
sed -i 's/^current-context:.*/current-context: operator/' "$work/kubeconfig"
kubeconfig='Z:\tests\kubeconfig'
run_assembly EphemeralDebug.Integration.Tests "$@"

# The terminal's tests run outside and play both the window around Wine's console and the remote end.
cat >"$work/terminal" <<END
#!/bin/sh
exec chroot "$root" env -i HOME=/root PATH=/usr/bin:/bin LANG=C.UTF-8 TERM=xterm-256color WINEDEBUG=-all \\
  sh -c 'cd /tests/run && exec wine EphemeralDebug.Windows.Runner.exe terminal "\$@" 2>/dev/null' sh "\$@"
END
chmod +x "$work/terminal"
EPHEMERALDEBUG_WINDOWS_TERMINAL_HOST=$work/terminal dotnet test tests/EphemeralDebug.Terminal.Tests \
  --filter FullyQualifiedName~WindowsConsoleTests --logger "console;verbosity=normal" >"$log/terminal" 2>&1 ||
  grep -A12 -E '^ +Failed ' "$log/terminal"
sed -nE 's/^ +(Passed|Failed|Skipped) ([^[]+).*/\1\t\2/p' "$log/terminal" | sed 's/^./\l&/' >"$work/terminal.results"
[ -s "$work/terminal.results" ] || { cat "$log/terminal"; printf 'failed\tthe terminal tests do not run\n' >"$work/terminal.results"; }

count() { sort -u "$work"/*.results | grep -c "^$1"; }
failed=$(count failed)
echo "$(count passed) passed, $failed failed, $(count skipped) skipped"
[ "$failed" -eq 0 ]
