using System.Text;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>A value in a report: a text alone, or a prefix and records in braces.</summary>
internal sealed record GoNode(string Prefix, IReadOnlyList<GoRecord>? Records = null);

/// <summary>One entry of a value: unchanged, removed (-) or inserted (+), with its key if it has one.</summary>
internal sealed record GoRecord(char Mark, string Key, GoNode Value);

/// <summary>Lays a report out as go-cmp does: what fits goes on one line, keys below each other are aligned.</summary>
internal static class GoText
{
    private const int LongestChange = 80;

    public static string Print(GoNode node)
    {
        var text = new StringBuilder("  ");
        Append(text, node, ' ', depth: 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, GoNode node, char mark, int depth)
    {
        if (OneLine(node, mark) is { } line)
        {
            text.Append(line);
            return;
        }

        IReadOnlyList<GoRecord> records = node.Records!;
        int[] widths = KeyWidths(records, mark);
        text.Append(node.Prefix).Append('{');
        for (int index = 0; index < records.Count; index++)
        {
            GoRecord record = records[index];
            char marked = mark == ' ' ? record.Mark : mark;
            text.Append('\n').Append(marked).Append(' ').Append('\t', depth + 1);
            if (record.Key.Length > 0)
            {
                text.Append(record.Key).Append(": ").Append(' ', widths[index]);
            }

            Append(text, record.Value, marked, depth + 1);
            text.Append(record.Value.Prefix.StartsWith("...", StringComparison.Ordinal) ? "" : ",");
        }

        text.Append('\n').Append(mark).Append(' ').Append('\t', depth).Append('}');
    }

    /// <summary>The value on one line; null when it takes several.</summary>
    private static string? OneLine(GoNode node, char mark)
    {
        if (node.Records is null)
        {
            return node.Prefix;
        }

        var parts = new List<string>();
        foreach (GoRecord record in node.Records)
        {
            if (record.Mark != ' ' || record.Value.Prefix.Contains("//", StringComparison.Ordinal) || OneLine(record.Value, mark) is not { } value)
            {
                return null;
            }

            parts.Add(record.Key.Length == 0 ? value : $"{record.Key}: {value}");
        }

        string line = string.Join(", ", parts);
        return mark != ' ' && line.Length > LongestChange ? null : $"{node.Prefix}{{{line}}}";
    }

    /// <summary>How far each value is moved, so that those of records on single lines below each other begin in one column.</summary>
    private static int[] KeyWidths(IReadOnlyList<GoRecord> records, char mark)
    {
        int[] widths = new int[records.Count];
        for (int start = 0; start < records.Count; start++)
        {
            int end = start;
            while (end < records.Count && records[end].Key.Length > 0 && OneLine(records[end].Value, mark == ' ' ? records[end].Mark : mark) is not null)
            {
                end++;
            }

            int longest = records.Skip(start).Take(end - start).Select(record => record.Key.Length).DefaultIfEmpty().Max();
            for (int index = start; index < end; index++)
            {
                widths[index] = longest - records[index].Key.Length;
            }

            start = end;
        }

        return widths;
    }
}
