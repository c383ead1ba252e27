namespace EphemeralDebug.Debugging.Processes;

/// <summary>The script that tells of all processes of a namespace from inside a container, in one go and without <c>ps</c>.</summary>
internal static class ProcessScript
{
    /// <summary>
    /// POSIX shell and <c>cat</c>. Its argument is a word that nothing else contains; a line of it opens each part of
    /// the output: <c>WORD KIND [PID]</c>. Kinds: <c>clock</c>, the seconds that the machine has been up and <c>btime</c>,
    /// when it was started; <c>helper</c>, a process that carries the marker; <c>status</c>, its file of this name with
    /// <c>stat</c> after it; <c>command</c>, the file <c>cmdline</c>; <c>users</c>, the target's <c>/etc/passwd</c>; and
    /// <c>end</c>, without which the output is not whole. A line end is put before each word, because files may end
    /// without one.
    /// </summary>
    /// <remarks>
    /// Environments are looked at where they are and not sent, because they hold secrets. The marker is looked for by the
    /// shell's own <c>read</c>, which drops the NUL bytes that they are full of, as <see cref="StopScript.Text"/> does.
    /// Every file may vanish between two lines. The script itself, which carries the marker too, is left out.
    /// </remarks>
    public const string Text =
        """
        exec 2>/dev/null
        word=$1

        is_marked() {
          while IFS= read -r line || [ -n "$line" ]; do
            case $line in *EPHEMERALDEBUG_ID=*) return 0 ;; esac
          done </proc/$1/environ
          return 1
        }

        printf '\n%s clock\n' "$word"
        read -r up rest </proc/uptime && echo "uptime $up"
        while read -r key value rest; do
          [ "$key" = btime ] && echo "btime $value"
        done </proc/stat

        users=
        for directory in /proc/[0-9]*; do
          pid=${directory#/proc/}
          [ "$pid" != $$ ] || continue
          if is_marked "$pid"; then
            printf '\n%s helper %s\n' "$word" "$pid"
          elif [ -z "$users" ] && [ -r "/proc/$pid/root/etc/passwd" ]; then
            users=/proc/$pid/root/etc/passwd
          fi
          printf '\n%s status %s\n' "$word" "$pid"
          cat "/proc/$pid/status" "/proc/$pid/stat"
          printf '\n%s command %s\n' "$word" "$pid"
          cat "/proc/$pid/cmdline"
        done

        printf '\n%s users\n' "$word"
        [ -n "$users" ] && cat "$users"
        printf '\n%s end\n' "$word"
        """;

    /// <summary>The command that runs the script.</summary>
    /// <param name="word">A random word.</param>
    public static IReadOnlyList<string> Command(string word) => ["sh", "-c", Text, "ephemeraldebug-processes", word];
}
