using System.Globalization;
using System.Text;

namespace EphemeralDebug.FeatureGates;

/// <summary>A change of one place of a text as a unified diff with three lines around it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The diff, which <c>patch</c> understands; empty when nothing differs.</summary>
    public static string Create(string path, string before, string after)
    {
        if (before == after)
        {
            return "";
        }

        string[] old = Lines(before);
        string[] changed = Lines(after);
        int same = CommonStart(old, changed);
        int sameEnd = CommonStart([.. old.Skip(same).Reverse()], [.. changed.Skip(same).Reverse()]);
        int first = Math.Max(same - Context, 0);
        int oldEnd = Math.Min(old.Length - sameEnd + Context, old.Length);
        int changedEnd = Math.Min(changed.Length - sameEnd + Context, changed.Length);
        var diff = new StringBuilder();
        diff.Append(CultureInfo.InvariantCulture, $"--- {path}\n+++ {path}\n");
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{Range(first, oldEnd)} +{Range(first, changedEnd)} @@\n");
        Append(diff, ' ', old[first..same]);
        Append(diff, '-', old[same..^sameEnd]);
        Append(diff, '+', changed[same..^sameEnd]);
        Append(diff, ' ', old[^sameEnd..oldEnd]);
        return diff.ToString();
    }

    private static string Range(int start, int end) =>
        string.Create(CultureInfo.InvariantCulture, $"{(end > start ? start + 1 : start)},{end - start}");

    private static void Append(StringBuilder diff, char mark, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            diff.Append(mark).Append(line);
            if (!line.EndsWith('\n'))
            {
                diff.Append("\n\\ No newline at end of file\n");
            }
        }
    }

    /// <summary>The lines with their line feeds.</summary>
    private static string[] Lines(string text)
    {
        string[] lines = text.Split('\n');
        string[] ended = [.. lines[..^1].Select(line => line + '\n')];
        return lines[^1].Length == 0 ? ended : [.. ended, lines[^1]];
    }

    private static int CommonStart(string[] left, string[] right)
    {
        int length = 0;
        while (length < left.Length && length < right.Length && left[length] == right[length])
        {
            length++;
        }

        return length;
    }
}
