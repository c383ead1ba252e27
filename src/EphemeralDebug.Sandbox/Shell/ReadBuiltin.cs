using System.Globalization;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>The command <c>read</c>: reads a line byte by byte, so that what follows is left for other commands.</summary>
internal static class ReadBuiltin
{
    private sealed record Settings(bool Raw, string Prompt, int Limit, double? Timeout, IReadOnlyList<string> Names);

    public static async Task<int> RunAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        Settings settings = Parse(arguments);
        await shell.Process.WriteErrorAsync(settings.Prompt);
        var line = new List<byte>();
        var escaped = new HashSet<int>();
        bool complete = false;
        bool inTime = await shell.Process.UnlessSignaledAsync(async cancellation =>
            complete = await ReadLineAsync(shell.Process, settings, line, escaped, cancellation));
        if (!inTime)
        {
            return 128 + (int)(shell.Process.PendingSignal ?? Signal.Interrupt);
        }

        Assign(shell, settings.Names, line, escaped);
        return complete ? 0 : 1;
    }

    private static Settings Parse(IReadOnlyList<string> arguments)
    {
        bool raw = false;
        string prompt = "";
        int limit = int.MaxValue;
        double? timeout = null;
        int next = 1;
        while (next < arguments.Count && arguments[next] is ['-', _, ..])
        {
            string option = arguments[next++];
            foreach (char letter in option.AsSpan(1))
            {
                string Value() => next < arguments.Count ? arguments[next++] : "";
                switch (letter)
                {
                    case 'r':
                        raw = true;
                        break;
                    case 'p':
                        prompt = Value();
                        break;
                    case 'n':
                        limit = int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : limit;
                        break;
                    case 't':
                        timeout = double.TryParse(Value(), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) ? seconds : timeout;
                        break;
                    case 's':
                        break;
                    default:
                        throw new ShellErrorException($"read: illegal option -{letter}");
                }
            }
        }

        return new Settings(raw, prompt, limit, timeout, arguments.Count > next ? arguments.Skip(next).ToList() : ["REPLY"]);
    }

    /// <summary>Whether the line was complete: ended by a line feed or the limit, not by the end of input.</summary>
    private static async Task<bool> ReadLineAsync(
        SimulatedProcess process, Settings settings, List<byte> line, HashSet<int> escaped, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (settings.Timeout is { } seconds)
        {
            limited.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        byte[] one = new byte[1];
        bool quoteNext = false;
        while (line.Count < settings.Limit)
        {
            try
            {
                if (await process.Files[0].ReadAsync(one, limited.Token) == 0)
                {
                    return false;
                }
            }
            catch (OperationCanceledException) when (settings.Timeout is not null && !cancellation.IsCancellationRequested)
            {
                return false;
            }

            if (quoteNext)
            {
                quoteNext = false;
                if (one[0] != '\n')
                {
                    escaped.Add(line.Count);
                    line.Add(one[0]);
                }
            }
            else if (one[0] == '\\' && !settings.Raw)
            {
                quoteNext = true;
            }
            else if (one[0] == '\n')
            {
                return true;
            }
            else
            {
                line.Add(one[0]);
            }
        }

        return true;
    }

    /// <summary>Gives each name a field and the last one the rest (POSIX, <c>read</c>).</summary>
    private static void Assign(ShellInterpreter shell, IReadOnlyList<string> names, List<byte> line, HashSet<int> escaped)
    {
        string separators = shell.Variables["IFS"] ?? " \t\n";
        bool IsSeparator(int index) => !escaped.Contains(index) && separators.Contains((char)line[index], StringComparison.Ordinal);
        bool IsBlank(int index) => IsSeparator(index) && line[index] is (byte)' ' or (byte)'\t' or (byte)'\n';
        int position = 0;
        int end = line.Count;
        while (end > 0 && IsBlank(end - 1))
        {
            end--;
        }

        for (int i = 0; i < names.Count; i++)
        {
            while (position < end && IsBlank(position))
            {
                position++;
            }

            int start = position;
            bool isLast = i == names.Count - 1;
            while (position < end && (isLast || !IsSeparator(position)))
            {
                position++;
            }

            int stop = position;
            if (!isLast)
            {
                SkipSeparator();
            }
            else if (stop > start && IsSeparator(stop - 1) && !Enumerable.Range(start, stop - 1 - start).Any(IsSeparator))
            {
                // A single separator at the very end belongs to the field before it.
                stop--;
            }

            shell.Variables.Set(names[i], ByteText.Decode([.. line.GetRange(start, stop - start)]));
        }

        void SkipSeparator()
        {
            while (position < end && IsBlank(position))
            {
                position++;
            }

            if (position < end && IsSeparator(position))
            {
                position++;
            }
        }
    }
}
