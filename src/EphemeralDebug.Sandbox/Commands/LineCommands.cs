using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands that order and cut lines: sort, uniq, cut, rev, nl.</summary>
internal static class LineCommands
{
    public static async Task<int> SortAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "nrufbk:t:o:");
        (List<string> lines, int status) = await InputFiles.ReadLinesAsync(process, options.Operands);
        Comparison<string> comparison = CompareBy(options);
        IEnumerable<string> sorted = lines.Order(Comparer<string>.Create(options['r'] ? (left, right) => comparison(right, left) : comparison));
        if (options['u'])
        {
            sorted = WithoutRepetitions(sorted, comparison);
        }

        string text = string.Concat(sorted.Select(line => line + "\n"));
        if (options.Value('o') is { } target)
        {
            OpenFile file = FileSystem.Open(process, target, OpenMode.Write | OpenMode.Truncate);
            await file.WriteAsync(ByteText.Encode(text), process.Killed);
            file.Release();
        }
        else
        {
            await process.WriteAsync(text);
        }

        return status;
    }

    public static async Task<int> UniqueAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "cdui");
        (List<string> lines, int status) = await InputFiles.ReadLinesAsync(process, options.Operands);
        StringComparison comparison = options['i'] ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count;)
        {
            int end = i + 1;
            while (end < lines.Count && string.Equals(lines[i], lines[end], comparison))
            {
                end++;
            }

            if (!(options['d'] && end - i == 1) && !(options['u'] && end - i > 1))
            {
                text.Append(options['c'] ? string.Create(CultureInfo.InvariantCulture, $"{end - i,7} ") : "").Append(lines[i]).Append('\n');
            }

            i = end;
        }

        await process.WriteAsync(text.ToString());
        return status;
    }

    public static async Task<int> CutAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "d:f:c:b:s");
        string list = options.Value('f') ?? options.Value('c') ?? options.Value('b') ?? throw new UsageException("expected a list of bytes, characters, or fields");
        List<(int First, int Last)> ranges = [.. list.Split(',').Select(ParseRange)];
        bool Selected(int number) => ranges.Exists(range => number >= range.First && number <= range.Last);
        char delimiter = options.Value('d') is [char given, ..] ? given : '\t';
        (List<string> lines, int status) = await InputFiles.ReadLinesAsync(process, options.Operands);
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            if (!options['f'])
            {
                text.Append([.. line.Where((_, index) => Selected(index + 1))]).Append('\n');
            }
            else if (line.Contains(delimiter, StringComparison.Ordinal))
            {
                text.AppendJoin(delimiter, line.Split(delimiter).Where((_, index) => Selected(index + 1))).Append('\n');
            }
            else if (!options['s'])
            {
                text.Append(line).Append('\n');
            }
        }

        await process.WriteAsync(text.ToString());
        return status;
    }

    private static (int First, int Last) ParseRange(string text)
    {
        string[] parts = text.Split('-', 2);
        int Number(string part, int missing) => part.Length == 0 ? missing
            : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
            : throw new UsageException($"invalid range '{text}'");
        int first = Number(parts[0], 1);
        return (first, parts.Length == 1 ? first : Number(parts[1], int.MaxValue));
    }

    private static Comparison<string> CompareBy(CommandOptions options)
    {
        char? separator = options.Value('t') is [char given, ..] ? given : null;
        string[] keys = options.Value('k')?.Split(',') ?? [];
        int field = keys.Length > 0 ? (int)CommandOptions.ParseSize(new string([.. keys[0].TakeWhile(char.IsAsciiDigit)])) : 0;
        int lastField = keys.Length > 1 ? (int)CommandOptions.ParseSize(new string([.. keys[1].TakeWhile(char.IsAsciiDigit)])) : int.MaxValue;
        bool numeric = options['n'] || keys.Any(key => key.Contains('n', StringComparison.Ordinal));
        string Key(string line) => field == 0 ? line : SelectFields(line, separator, field, lastField);
        return (left, right) =>
        {
            int order = numeric
                ? LeadingNumber(Key(left)).CompareTo(LeadingNumber(Key(right)))
                : string.Compare(Key(left), Key(right), options['f'] ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
            return order != 0 || options['u'] ? order : string.CompareOrdinal(left, right);
        };
    }

    private static string SelectFields(string line, char? separator, int first, int last)
    {
        string[] fields = separator is { } letter
            ? line.Split(letter)
            : line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(separator ?? ' ', fields.Skip(first - 1).Take(last - first + 1));
    }

    private static decimal LeadingNumber(string text)
    {
        string trimmed = text.TrimStart();
        int length = 0;
        while (length < trimmed.Length && (char.IsAsciiDigit(trimmed[length]) || trimmed[length] == '.' || (length == 0 && trimmed[0] == '-')))
        {
            length++;
        }

        return decimal.TryParse(trimmed.AsSpan(0, length), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : 0;
    }

    private static IEnumerable<string> WithoutRepetitions(IEnumerable<string> sorted, Comparison<string> comparison)
    {
        string? last = null;
        foreach (string line in sorted)
        {
            if (last is null || comparison(last, line) != 0)
            {
                yield return line;
            }

            last = line;
        }
    }
}
