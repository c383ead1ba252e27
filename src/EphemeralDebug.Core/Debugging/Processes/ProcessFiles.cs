using System.Text;

namespace EphemeralDebug.Debugging.Processes;

/// <summary>What the files <c>status</c> and <c>stat</c> of a process say (proc(5)).</summary>
internal sealed record ProcessFiles(string Name, char State, int ParentId, long UserTicks, long SystemTicks, long StartTicks)
{
    // Positions in stat after the name, of which the state is the first.
    private const int ParentField = 1, UserField = 11, SystemField = 12, StartField = 19;

    private const int EffectiveUser = 1;
    private const int BytesPerKilobyte = 1024;

    /// <summary>The effective user.</summary>
    public long? UserId { get; private init; }

    /// <summary>The resident memory in bytes.</summary>
    public long? Memory { get; private init; }

    /// <summary>
    /// Reads both files, one after the other as they were written; null when the process had gone before they could be read
    /// whole. In <c>status</c> line ends of the name are escaped, in <c>stat</c> they are not, so the name there ends at the
    /// last parenthesis.
    /// </summary>
    public static ProcessFiles? Read(ReadOnlySpan<byte> content)
    {
        string text = Encoding.UTF8.GetString(content);
        int stat = FindStat(text);
        int open = text.IndexOf('(', stat);
        int close = text.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return null;
        }

        string[] fields = text[(close + 1)..].Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= StartField
            || fields[0].Length != 1
            || !ProcNumber.TryParse(fields[ParentField], out int parent)
            || !ProcNumber.TryParse(fields[UserField], out long user)
            || !ProcNumber.TryParse(fields[SystemField], out long system)
            || !ProcNumber.TryParse(fields[StartField], out long start))
        {
            return null;
        }

        string[] status = text[..stat].Split('\n');
        return new ProcessFiles(text[(open + 1)..close], fields[0][0], parent, user, system, start)
        {
            UserId = Field(status, "Uid:", EffectiveUser),
            Memory = Field(status, "VmRSS:", 0) * BytesPerKilobyte,
        };
    }

    /// <summary>Where <c>stat</c> begins: at the first line that is not <c>Key:</c>, a tab and a value.</summary>
    private static int FindStat(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            int newline = text.IndexOf('\n', start);
            int colon = text.IndexOf(":\t", start, StringComparison.Ordinal);
            if (newline < 0 || colon < 0 || colon > newline || char.IsAsciiDigit(text[start]))
            {
                break;
            }

            start = newline + 1;
        }

        return start;
    }

    private static long? Field(string[] status, string key, int position)
    {
        string? line = Array.Find(status, candidate => candidate.StartsWith(key, StringComparison.Ordinal));
        string[] values = line?[key.Length..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) ?? [];
        return values.Length > position && ProcNumber.TryParse(values[position], out long value) ? value : null;
    }
}
