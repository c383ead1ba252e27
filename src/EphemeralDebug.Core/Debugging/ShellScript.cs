namespace EphemeralDebug.Debugging;

/// <summary>The script that finds, from inside a container, the shells that this module has started there.</summary>
internal static class ShellScript
{
    /// <summary>
    /// POSIX shell without any other program than sleep, for the reasons of <see cref="StopScript.Text"/>, and read as it
    /// is. <c>list</c> prints a line for each shell: its id, its process id, its name. <c>end SECONDS ID...</c> sends
    /// HUP to the shells of these ids and to all that was started in them, and KILL to shells that are still there
    /// then; it prints nothing, and its exit code is 0 when none is left.
    /// </summary>
    /// <remarks>
    /// The marker is an id and the shell's process id. What the shell starts inherits it, and has another process id.
    /// </remarks>
    public const string Text =
        """
        exec 2>/dev/null
        action=$1
        shift

        read_marker() {
          id= shell=
          while IFS= read -r line || [ -n "$line" ]; do
            case $line in *EPHEMERALDEBUG_SHELL=*)
              line=${line##*EPHEMERALDEBUG_SHELL=}
              id=${line%%.*}
              line=${line#*.}
              shell=${line%%[!0-9]*}
              return ;;
            esac
          done </proc/$1/environ
          return 1
        }

        is_shell() {
          read_marker "$1" && [ "$shell" = "$1" ] || return 1
          text=
          while IFS= read -r line || [ -n "$line" ]; do text="$text $line"; done </proc/$1/stat
          name=${text#*\(}
          name=${name%\)*}
          set -- ${text##*\)}
          [ $# -ge 2 ] && [ "$1" != Z ] && [ "$1" != X ]
        }

        is_chosen() {
          for chosen in $ids; do
            [ "$1" = "$chosen" ] && return 0
          done
          return 1
        }

        find_left() {
          left=
          for directory in /proc/[0-9]*; do
            pid=${directory#/proc/}
            is_shell "$pid" && is_chosen "$id" && left="$left $pid"
          done
          [ -n "$left" ]
        }

        wait_for_end() {
          seconds=$limit
          while find_left; do
            [ "$seconds" -gt 0 ] && sleep 1 || return 1
            seconds=$((seconds - 1))
          done
        }

        case $action in
        list)
          for directory in /proc/[0-9]*; do
            pid=${directory#/proc/}
            is_shell "$pid" && echo "$id $pid $name"
          done
          exit 0 ;;
        end)
          limit=$1
          shift
          ids=$*
          for directory in /proc/[0-9]*; do
            pid=${directory#/proc/}
            read_marker "$pid" && is_chosen "$id" && kill -HUP "$pid" && kill -CONT "$pid"
          done
          wait_for_end && exit 0
          kill -KILL $left
          wait_for_end ;;
        *) exit 2 ;;
        esac
        """;
}
