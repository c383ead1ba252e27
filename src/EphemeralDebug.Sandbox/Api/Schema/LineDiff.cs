using System.Globalization;
using System.Text;

namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>
/// A unified diff of lines with three lines of context. Blocks that both sides share are found as in Python's difflib,
/// whose port the API server uses: the longest run first, then what is left and right of it.
/// </summary>
internal static class LineDiff
{
    private const int Context = 3;

    private enum EditKind
    {
        Equal,
        Change,
    }

    /// <summary>The changed parts, each with its header; empty when both sides are equal.</summary>
    public static string Compare(string[] before, string[] after)
    {
        var text = new StringBuilder();
        foreach (List<Edit> group in Groups(Edits(before, after)))
        {
            text.Append("@@ -").Append(Range(group[0].BeforeStart, group[^1].BeforeEnd))
                .Append(" +").Append(Range(group[0].AfterStart, group[^1].AfterEnd)).Append(" @@\n");
            foreach (Edit edit in group)
            {
                bool equal = edit.Kind == EditKind.Equal;
                AppendLines(text, equal ? ' ' : '-', before.AsSpan(edit.BeforeStart..edit.BeforeEnd));
                if (!equal)
                {
                    AppendLines(text, '+', after.AsSpan(edit.AfterStart..edit.AfterEnd));
                }
            }
        }

        return text.ToString();
    }

    private static void AppendLines(StringBuilder text, char mark, ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
        {
            text.Append(mark).Append(line).Append('\n');
        }
    }

    private static string Range(int start, int end)
    {
        int length = end - start;
        int first = length == 0 ? start : start + 1;
        return length == 1
            ? first.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{first},{length}");
    }

    private static List<Edit> Edits(string[] before, string[] after)
    {
        var blocks = new List<Block>();
        FindBlocks(before, after, new Bounds(0, before.Length, 0, after.Length), LinePositions(after), blocks);
        blocks.Add(new Block(before.Length, after.Length, 0));

        var edits = new List<Edit>();
        int beforeAt = 0, afterAt = 0;
        foreach (Block block in blocks)
        {
            if (beforeAt < block.Before || afterAt < block.After)
            {
                edits.Add(new Edit(EditKind.Change, beforeAt, block.Before, afterAt, block.After));
            }

            beforeAt = block.Before + block.Length;
            afterAt = block.After + block.Length;
            if (block.Length > 0)
            {
                edits.Add(new Edit(EditKind.Equal, block.Before, beforeAt, block.After, afterAt));
            }
        }

        return edits;
    }

    private static Dictionary<string, List<int>> LinePositions(string[] lines)
    {
        var positions = lines
            .Select((line, index) => (line, index))
            .GroupBy(entry => entry.line, entry => entry.index, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

        // Lines that are everywhere in a long text say nothing about where a block begins.
        if (lines.Length >= 200)
        {
            int popular = (lines.Length / 100) + 1;
            foreach (string line in positions.Where(entry => entry.Value.Count > popular).Select(entry => entry.Key).ToList())
            {
                positions.Remove(line);
            }
        }

        return positions;
    }

    private static void FindBlocks(
        string[] before, string[] after, Bounds bounds, Dictionary<string, List<int>> positions, List<Block> blocks)
    {
        Block longest = FindLongest(before, after, bounds, positions);
        if (longest.Length == 0)
        {
            return;
        }

        FindBlocks(before, after, bounds with { BeforeEnd = longest.Before, AfterEnd = longest.After }, positions, blocks);
        if (blocks is [.., Block last] && last.Before + last.Length == longest.Before && last.After + last.Length == longest.After)
        {
            blocks[^1] = last with { Length = last.Length + longest.Length };
        }
        else
        {
            blocks.Add(longest);
        }

        Bounds right = bounds with { BeforeStart = longest.Before + longest.Length, AfterStart = longest.After + longest.Length };
        FindBlocks(before, after, right, positions, blocks);
    }

    private static Block FindLongest(string[] before, string[] after, Bounds bounds, Dictionary<string, List<int>> positions)
    {
        Block best = new(bounds.BeforeStart, bounds.AfterStart, 0);
        var lengths = new Dictionary<int, int>();
        for (int i = bounds.BeforeStart; i < bounds.BeforeEnd; i++)
        {
            var next = new Dictionary<int, int>();
            foreach (int j in positions.GetValueOrDefault(before[i], []))
            {
                if (j < bounds.AfterStart || j >= bounds.AfterEnd)
                {
                    continue;
                }

                int length = lengths.GetValueOrDefault(j - 1) + 1;
                next[j] = length;
                if (length > best.Length)
                {
                    best = new Block(i - length + 1, j - length + 1, length);
                }
            }

            lengths = next;
        }

        return Extend(before, after, bounds, best);
    }

    private static Block Extend(string[] before, string[] after, Bounds bounds, Block block)
    {
        while (block.Before > bounds.BeforeStart && block.After > bounds.AfterStart && before[block.Before - 1] == after[block.After - 1])
        {
            block = new Block(block.Before - 1, block.After - 1, block.Length + 1);
        }

        while (block.Before + block.Length < bounds.BeforeEnd
            && block.After + block.Length < bounds.AfterEnd
            && before[block.Before + block.Length] == after[block.After + block.Length])
        {
            block = block with { Length = block.Length + 1 };
        }

        return block;
    }

    private static IEnumerable<List<Edit>> Groups(List<Edit> edits)
    {
        if (edits.TrueForAll(edit => edit.Kind == EditKind.Equal))
        {
            yield break;
        }

        if (edits[0].Kind == EditKind.Equal)
        {
            edits[0] = edits[0].Last(Context);
        }

        if (edits[^1].Kind == EditKind.Equal)
        {
            edits[^1] = edits[^1].First(Context);
        }

        var group = new List<Edit>();
        foreach (Edit edit in edits)
        {
            if (edit.Kind == EditKind.Equal && edit.BeforeEnd - edit.BeforeStart > 2 * Context)
            {
                group.Add(edit.First(Context));
                yield return group;
                group = [edit.Last(Context)];
            }
            else
            {
                group.Add(edit);
            }
        }

        yield return group;
    }

    private readonly record struct Block(int Before, int After, int Length);

    private readonly record struct Bounds(int BeforeStart, int BeforeEnd, int AfterStart, int AfterEnd);

    private readonly record struct Edit(EditKind Kind, int BeforeStart, int BeforeEnd, int AfterStart, int AfterEnd)
    {
        public Edit First(int count) => this with
        {
            BeforeEnd = Math.Min(BeforeEnd, BeforeStart + count),
            AfterEnd = Math.Min(AfterEnd, AfterStart + count),
        };

        public Edit Last(int count) => this with
        {
            BeforeStart = Math.Max(BeforeStart, BeforeEnd - count),
            AfterStart = Math.Max(AfterStart, AfterEnd - count),
        };
    }
}
