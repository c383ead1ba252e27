using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The command tr.</summary>
internal static class TranslateCommand
{
    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "dscC", stopsAtOperand: true);
        if (options.Operands.Count < (options['d'] || options['s'] ? 1 : 2))
        {
            throw new UsageException("usage: tr [-cds] STRING1 [STRING2]");
        }

        List<byte> first = Expand(options.Operands[0]);
        List<byte> second = options.Operands.Count > 1 ? Expand(options.Operands[1]) : [];
        if (options['c'] || options['C'])
        {
            first = [.. Enumerable.Range(0, 256).Select(value => (byte)value).Except(first)];
        }

        var map = new byte[256];
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (byte)i;
        }

        if (!options['d'] && second.Count > 0)
        {
            for (int i = 0; i < first.Count; i++)
            {
                map[first[i]] = second[Math.Min(i, second.Count - 1)];
            }
        }

        var deleted = new HashSet<byte>(options['d'] ? first : []);
        var squeezed = new HashSet<byte>(!options['s'] ? [] : second.Count > 0 ? second : first);
        await FilterAsync(process, map, deleted, squeezed);
        return 0;
    }

    private static async Task FilterAsync(SimulatedProcess process, byte[] map, HashSet<byte> deleted, HashSet<byte> squeezed)
    {
        byte[] buffer = new byte[32768];
        int last = -1;
        int length;
        while ((length = await process.Files[0].ReadAsync(buffer, process.Killed)) > 0)
        {
            int kept = 0;
            for (int i = 0; i < length; i++)
            {
                byte value = map[buffer[i]];
                if ((deleted.Count > 0 && deleted.Contains(buffer[i])) || (value == last && squeezed.Contains(value)))
                {
                    continue;
                }

                last = value;
                buffer[kept++] = value;
            }

            await process.WriteAsync(buffer.AsMemory(0, kept));
        }
    }

    /// <summary>The bytes of a set such as <c>a-z[:digit:]\n</c>.</summary>
    private static List<byte> Expand(string set)
    {
        byte[] text = ByteText.Encode(PrintfFormatter.Unescape(set, out _));
        var result = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            int end = text[i] == '[' && i + 1 < text.Length && text[i + 1] == ':' ? text.AsSpan(i).IndexOf(":]"u8) : -1;
            if (end > 0)
            {
                string name = ByteText.Decode(text.AsSpan(i + 2, end - 2));
                result.AddRange(Enumerable.Range(0, 128).Where(value => Glob.IsInClass((char)value, name)).Select(value => (byte)value));
                i += end + 1;
            }
            else if (i + 2 < text.Length && text[i + 1] == '-' && text[i + 2] >= text[i])
            {
                result.AddRange(Enumerable.Range(text[i], text[i + 2] - text[i] + 1).Select(value => (byte)value));
                i += 2;
            }
            else
            {
                result.Add(text[i]);
            }
        }

        return result;
    }
}
