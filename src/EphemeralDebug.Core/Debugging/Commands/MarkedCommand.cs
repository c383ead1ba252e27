using System.Globalization;
using System.Text;

namespace EphemeralDebug.Debugging.Commands;

/// <summary>
/// A command that carries an id of its own in its environment, by which it can be ended although its client has gone,
/// and that says when it is done: an API server that speaks v5 reports a lost kubelet as success.
/// </summary>
internal static class MarkedCommand
{
    /// <summary>Runs the command as the runtime would: a program of the path, and no word of the shell.</summary>
    private const string Start =
        """
        id=$1
        shift
        export EPHEMERALDEBUG_COMMAND="$id"
        (exec "$@")
        code=$?
        printf '\036%s' "$id" >&2
        exit $code
        """;

    /// <summary>
    /// POSIX shell with no other program than sleep, as <see cref="StopScript"/>. Sends TERM to all that carries the id, and
    /// KILL to what is left after so many seconds. The exit code is 0 when nothing is left.
    /// </summary>
    private const string End =
        """
        exec 2>/dev/null
        id=$1 limit=$2

        is_marked() {
          while IFS= read -r line || [ -n "$line" ]; do
            case $line in *EPHEMERALDEBUG_COMMAND="$id"*) return 0 ;; esac
          done </proc/$1/environ
          return 1
        }

        find_left() {
          left=
          for directory in /proc/[0-9]*; do
            pid=${directory#/proc/}
            is_marked "$pid" && left="$left $pid"
          done
          [ -n "$left" ]
        }

        for signal in TERM KILL; do
          find_left || exit 0
          for pid in $left; do
            kill -$signal "$pid" && kill -CONT "$pid"
          done
          seconds=$limit
          while find_left; do
            [ "$seconds" -gt 0 ] && sleep 1 || break
            seconds=$((seconds - 1))
          done
        done
        [ -z "$left" ]
        """;

    /// <summary>The command that runs another one.</summary>
    public static IReadOnlyList<string> Command(string id, IReadOnlyList<string> command) =>
        ["sh", "-c", Start, "ephemeraldebug-command", id, .. command];

    /// <summary>What comes at the end of the error output when the command is done.</summary>
    public static byte[] EndMark(string id) => Encoding.ASCII.GetBytes($"\u001e{id}");

    /// <summary>The command that ends another one.</summary>
    /// <param name="id">The id of the command to end.</param>
    /// <param name="grace">Between TERM and KILL, in whole seconds.</param>
    public static IReadOnlyList<string> EndCommand(string id, TimeSpan grace) =>
        ["sh", "-c", End, "ephemeraldebug-end", id, Math.Ceiling(grace.TotalSeconds).ToString(CultureInfo.InvariantCulture)];
}
