using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands that pass on or measure the content of files: cat, head, tail, wc, tee, base64, sha256sum.</summary>
internal static class FileContentCommands
{
    private const int ChunkSize = 32768;

    public static Task<int> ConcatenateAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "unvteA");
        return InputFiles.ForEachAsync(process, options.Operands, async (_, file) =>
        {
            if (!options['n'] && !options['v'] && !options['e'] && !options['A'] && !options['t'])
            {
                await process.CopyToOutputAsync(file);
                return;
            }

            var reader = new LineReader(file, process.Killed);
            int number = 0;
            while (await reader.ReadAsync() is { } line)
            {
                number++;
                string shown = options['v'] || options['e'] || options['A'] ? ShowControls(line) : line;
                string end = (options['e'] || options['A'] ? "$" : "") + (reader.WasTerminated ? "\n" : "");
                await process.WriteAsync((options['n'] ? string.Create(CultureInfo.InvariantCulture, $"{number,6}\t") : "") + shown + end);
            }
        });
    }

    public static Task<int> HeadAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(Modern(arguments), "n:c:qv");
        int seen = 0;
        return InputFiles.ForEachAsync(process, options.Operands, async (name, file) =>
        {
            if ((options.Operands.Count > 1 && !options['q']) || options['v'])
            {
                await process.WriteAsync($"{(seen++ > 0 ? "\n" : "")}==> {name} <==\n");
            }

            await (options.Number('c') is { } bytes
                ? CopyBytesAsync(process, file, bytes)
                : CopyLinesAsync(process, file, options.Number('n') ?? 10));
        });
    }

    public static Task<int> TailAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(Modern(arguments), "n:c:fFqs:");
        return InputFiles.ForEachAsync(process, options.Operands, async (_, file) =>
        {
            byte[] content = await file.ReadToEndAsync(process.Killed);
            string? given = options.Value('c') ?? options.Value('n');
            bool fromStart = given is ['+', ..];
            long count = CommandOptions.ParseSize(given?.TrimStart('+', '-') ?? "10");
            int start = options['c']
                ? (int)Math.Clamp(fromStart ? count - 1 : content.Length - count, 0, content.Length)
                : fromStart ? SkipLines(content, count - 1) : LastLines(content, count);
            await process.WriteAsync(content.AsMemory(start));
            while (options['f'] || options['F'])
            {
                await Task.Delay(TimeSpan.FromSeconds(1), process.Scope.Time, process.Killed);
                await process.CopyToOutputAsync(file);
            }
        });
    }

    public static async Task<int> CountAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "clwmL");
        string columns = string.Concat("lwc".Where(letter => options[letter]));
        columns = columns.Length == 0 ? options['m'] ? "c" : "lwc" : columns;
        var total = new long[3];
        int files = 0;
        int status = await InputFiles.ForEachAsync(process, options.Operands, async (name, file) =>
        {
            long[] counts = await CountAsync(file, process.Killed);
            files++;
            for (int i = 0; i < total.Length; i++)
            {
                total[i] += counts[i];
            }

            await PrintCountsAsync(process, counts, columns, options.Operands.Count == 0 ? "" : name);
        });
        if (files > 1)
        {
            await PrintCountsAsync(process, total, columns, "total");
        }

        return status;
    }

    public static async Task<int> TeeAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "ai");
        var targets = new List<OpenFile>();
        foreach (string name in options.Operands)
        {
            targets.Add(FileSystem.Open(process, name, OpenMode.Write | (options['a'] ? OpenMode.Append : OpenMode.Truncate)));
        }

        byte[] buffer = new byte[ChunkSize];
        int length;
        while ((length = await process.Files[0].ReadAsync(buffer, process.Killed)) > 0)
        {
            await process.WriteAsync(buffer.AsMemory(0, length));
            foreach (OpenFile target in targets)
            {
                await target.WriteAsync(buffer.AsMemory(0, length), process.Killed);
            }
        }

        targets.ForEach(target => target.Release());
        return 0;
    }

    public static Task<int> Base64Async(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "dw:");
        return InputFiles.ForEachAsync(process, options.Operands, async (_, file) =>
        {
            byte[] content = await file.ReadToEndAsync(process.Killed);
            if (options['d'])
            {
                await process.WriteAsync(Decode(Encoding.ASCII.GetString(content)));
                return;
            }

            string encoded = Convert.ToBase64String(content);
            int width = (int)(options.Number('w') ?? 76);
            IEnumerable<string> lines = width <= 0 || encoded.Length == 0 ? [encoded] : encoded.Chunk(width).Select(line => new string(line));
            await process.WriteAsync(string.Join('\n', lines) + (width <= 0 || encoded.Length == 0 ? "" : "\n"));
        });
    }

    /// <summary>sha256sum and its relatives.</summary>
    public static ProgramBody Hash(HashAlgorithmName algorithm) => (process, arguments) =>
    {
        var options = CommandOptions.Parse(arguments, "bt");
        return InputFiles.ForEachAsync(process, options.Operands, async (name, file) =>
        {
            using var hash = IncrementalHash.CreateHash(algorithm);
            byte[] buffer = new byte[ChunkSize];
            int length;
            while ((length = await file.ReadAsync(buffer, process.Killed)) > 0)
            {
                hash.AppendData(buffer, 0, length);
            }

            await process.WriteAsync($"{Convert.ToHexStringLower(hash.GetHashAndReset())}  {name}\n");
        });
    };

    /// <summary><c>head -5</c> is <c>head -n 5</c>.</summary>
    private static List<string> Modern(IReadOnlyList<string> arguments) =>
        [.. arguments.SelectMany((argument, index) => index == 1 && argument is ['-', >= '0' and <= '9', ..] ? (string[])["-n", argument[1..]] : [argument])];

    private static async Task CopyBytesAsync(SimulatedProcess process, OpenFile file, long count)
    {
        byte[] buffer = new byte[ChunkSize];
        while (count > 0)
        {
            int length = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), process.Killed);
            if (length == 0)
            {
                break;
            }

            await process.WriteAsync(buffer.AsMemory(0, length));
            count -= length;
        }
    }

    private static async Task CopyLinesAsync(SimulatedProcess process, OpenFile file, long count)
    {
        var reader = new LineReader(file, process.Killed);
        while (count-- > 0 && await reader.ReadAsync() is { } line)
        {
            await process.WriteAsync(reader.WasTerminated ? line + "\n" : line);
        }
    }

    private static int SkipLines(ReadOnlySpan<byte> content, long count)
    {
        int start = 0;
        while (count-- > 0 && start < content.Length)
        {
            int newline = content[start..].IndexOf((byte)'\n');
            start = newline < 0 ? content.Length : start + newline + 1;
        }

        return start;
    }

    private static int LastLines(ReadOnlySpan<byte> content, long count)
    {
        int start = content.Length;
        while (count-- > 0 && start > 0)
        {
            start = content[..(start - 1)].LastIndexOf((byte)'\n') + 1;
        }

        return start;
    }

    private static async Task<long[]> CountAsync(OpenFile file, CancellationToken cancellation)
    {
        long lines = 0;
        long words = 0;
        long bytes = 0;
        bool inWord = false;
        byte[] buffer = new byte[ChunkSize];
        int length;
        while ((length = await file.ReadAsync(buffer, cancellation)) > 0)
        {
            bytes += length;
            lines += buffer.AsSpan(0, length).Count((byte)'\n');
            foreach (byte value in buffer.AsSpan(0, length))
            {
                bool isSpace = value is (byte)' ' or (>= 9 and <= 13);
                words += inWord || isSpace ? 0 : 1;
                inWord = !isSpace;
            }
        }

        return [lines, words, bytes];
    }

    private static ValueTask PrintCountsAsync(SimulatedProcess process, long[] counts, string columns, string name)
    {
        IEnumerable<long> selected = columns.Select(letter => counts["lwc".IndexOf(letter, StringComparison.Ordinal)]);
        string numbers = columns.Length == 1 && name.Length == 0
            ? selected.First().ToString(CultureInfo.InvariantCulture)
            : string.Join(' ', selected.Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(columns.Length == 1 ? 0 : 9)));
        return process.WriteAsync($"{numbers}{(name.Length == 0 ? "" : " " + name)}\n");
    }

    private static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new UsageException("truncated input");
        }
    }

    private static string ShowControls(string line) =>
        string.Concat(line.Select(letter => letter is < ' ' and not '\t' or '\u007f' ? "^" + (char)(letter ^ 0x40) : letter.ToString()));
}
