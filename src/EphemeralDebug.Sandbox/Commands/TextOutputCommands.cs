using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands that print what they are told: echo, printf, seq, yes.</summary>
internal static class TextOutputCommands
{
    private const int ChunkSize = 32768;

    public static async Task<int> EchoAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        int first = 1;
        bool newline = true;
        bool escapes = false;
        while (first < arguments.Count && arguments[first] is ['-', _, ..] option && option.AsSpan(1).IndexOfAnyExcept("neE") < 0)
        {
            newline &= !option.Contains('n', StringComparison.Ordinal);
            escapes = option.LastIndexOf('e') > option.LastIndexOf('E') || (escapes && !option.Contains('E', StringComparison.Ordinal));
            first++;
        }

        string text = string.Join(' ', arguments.Skip(first));
        bool stops = false;
        if (escapes)
        {
            text = PrintfFormatter.Unescape(text, out stops);
        }

        await process.WriteAsync(newline && !stops ? text + "\n" : text);
        return 0;
    }

    public static async Task<int> PrintFormattedAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            throw new UsageException("usage: printf FORMAT [ARGUMENT]...");
        }

        var formatter = new PrintfFormatter(arguments[1], arguments.Skip(2).ToList());
        await process.WriteAsync(formatter.Format());
        foreach (string problem in formatter.Problems)
        {
            await process.WriteErrorAsync($"printf: invalid number '{problem}'\n");
        }

        return formatter.Problems.Count == 0 ? 0 : 1;
    }

    public static async Task<int> SequenceAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        // Numbers may be negative, so that getopt's rules do not fit.
        bool equalWidth = arguments.Contains("-w");
        string separator = "\n";
        var numbers = new List<decimal>();
        for (int i = 1; i < arguments.Count; i++)
        {
            if (arguments[i].StartsWith("-s", StringComparison.Ordinal))
            {
                bool isAttached = arguments[i].Length > 2;
                separator = isAttached ? arguments[i][2..] : arguments.ElementAtOrDefault(++i) ?? "";
            }
            else if (arguments[i] != "-w")
            {
                numbers.Add(decimal.TryParse(arguments[i], NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
                    ? number
                    : throw new UsageException($"invalid number '{arguments[i]}'"));
            }
        }

        if (numbers.Count is 0 or > 3)
        {
            throw new UsageException("usage: seq [-w] [-s SEP] [FIRST [INC]] LAST");
        }

        decimal first = numbers.Count > 1 ? numbers[0] : 1;
        decimal step = numbers.Count > 2 ? numbers[1] : 1;
        await PrintSequenceAsync(process, first, step, numbers[^1], separator, equalWidth);
        return 0;
    }

    public static async Task<int> YesAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        byte[] line = ByteText.Encode((arguments.Count > 1 ? string.Join(' ', arguments.Skip(1)) : "y") + "\n");
        byte[] chunk = new byte[Math.Max(line.Length, ChunkSize / line.Length * line.Length)];
        for (int i = 0; i < chunk.Length; i += line.Length)
        {
            line.CopyTo(chunk, i);
        }

        while (true)
        {
            await process.WriteAsync(chunk);
        }
    }

    private static async Task PrintSequenceAsync(
        SimulatedProcess process, decimal first, decimal step, decimal last, string separator, bool equalWidth)
    {
        if (step == 0)
        {
            throw new UsageException("increment is 0");
        }

        int width = equalWidth ? Math.Max(Show(first).Length, Show(last).Length) : 0;
        var text = new StringBuilder();
        bool any = false;
        for (decimal number = first; step > 0 ? number <= last : number >= last; number += step)
        {
            text.Append(any ? separator : "").Append(Show(number).PadLeft(width, '0'));
            any = true;
            if (text.Length > ChunkSize)
            {
                await process.WriteAsync(text.ToString());
                text.Clear();
            }
        }

        await process.WriteAsync(text.Append(any ? "\n" : "").ToString());
    }

    private static string Show(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
