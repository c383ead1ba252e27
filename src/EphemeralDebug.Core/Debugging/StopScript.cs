namespace EphemeralDebug.Debugging;

/// <summary>The exit codes of <see cref="StopScript"/>.</summary>
public enum StopResult
{
    /// <summary>
    /// The process has ended. Usually the container's end takes the script with it before it can say so (exit code
    /// 137 or a lost stream): then the container's state tells.
    /// </summary>
    Ended = 0,

    /// <summary>The script was called wrongly.</summary>
    BadArguments = 2,

    /// <summary>No process carries the marker.</summary>
    NotFound = 3,

    /// <summary>The process is there and may not be signalled.</summary>
    NotPermitted = 4,

    /// <summary>The process outlived TERM and KILL, as process 1 of its own namespace can.</summary>
    StillRunning = 5,
}

/// <summary>The shell script that ends a debug container from inside, by ending its first process.</summary>
internal static class StopScript
{
    /// <summary>
    /// POSIX shell, with no other program than sleep: images may have little more, and busybox's grep stops at the
    /// NUL bytes that <c>environ</c> is full of, while every shell's <c>read</c> drops them. Arguments: the marker's
    /// value, and the seconds to wait after TERM and again after KILL. Prints the id of the process before it
    /// signals it, since nothing may be left to print it afterwards. Processes that vanish while they are looked at are
    /// no errors, so nothing is printed of them.
    /// </summary>
    /// <remarks>
    /// The first process is the oldest one that carries the marker while its parent does not. In a shared process
    /// namespace the parent is 0, as it is of commands run by exec, which are younger; with the host's namespace it
    /// is the container runtime. Process 1 of a target never carries the marker. In <c>/proc/PID/stat</c> the
    /// command's name may hold blanks, parentheses and line ends, so fields are counted from the last parenthesis:
    /// state, parent, and 18 fields on the start time, which is compared with the id to recognise the process again.
    /// </remarks>
    public const string Text =
        """
        exec 2>/dev/null
        id=$1 limit=${2:-5}
        case $id in '' | *[!0-9a-f]*) exit 2 ;; esac
        case $limit in '' | *[!0-9]*) exit 2 ;; esac
        [ ${#id} -eq 32 ] || exit 2

        marked() {
          while IFS= read -r line || [ -n "$line" ]; do
            case $line in *EPHEMERALDEBUG_ID="$id"*) return 0 ;; esac
          done </proc/$1/environ
          return 1
        }

        inspect() {
          text=
          while IFS= read -r line || [ -n "$line" ]; do text="$text $line"; done </proc/$1/stat
          set -- ${text##*\)}
          [ $# -ge 20 ] || return 1
          state=$1 parent=$2 start=${20}
        }

        running() {
          inspect "$first" && [ "$start" = "$since" ] && [ "$state" != Z ] && [ "$state" != X ]
        }

        ends_in_time() {
          left=$limit
          while running; do
            [ "$left" -gt 0 ] && sleep 1 || return 1
            left=$((left - 1))
          done
        }

        first=
        for directory in /proc/[0-9]*; do
          pid=${directory#/proc/}
          [ "$pid" != $$ ] && marked "$pid" && inspect "$pid" && ! marked "$parent" || continue
          if [ -z "$first" ] || [ "$start" -lt "$since" ] || { [ "$start" -eq "$since" ] && [ "$pid" -lt "$first" ]; }; then
            first=$pid since=$start
          fi
        done
        [ -n "$first" ] || exit 3
        echo "$first"

        for signal in TERM KILL; do
          kill -$signal "$first" || ! running || exit 4
          ends_in_time && exit 0
        done
        exit 5
        """;
}
