using System.Text;

namespace EphemeralDebug.Debugging.Processes;

/// <summary>One part of what <see cref="ProcessScript"/> wrote.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="ProcessId">The process it is about, or null.</param>
/// <param name="Content">The files' bytes.</param>
internal readonly record struct ProcessPart(string Kind, int? ProcessId, ReadOnlyMemory<byte> Content);

/// <summary>Cuts the output of <see cref="ProcessScript"/> into its parts.</summary>
internal static class ProcessText
{
    /// <summary>The parts in their order. What stands before the first is left out.</summary>
    public static IEnumerable<ProcessPart> Split(ReadOnlyMemory<byte> output, string word)
    {
        byte[] opening = Encoding.ASCII.GetBytes($"\n{word} ");
        int start = output.Span.IndexOf(opening);
        while (start >= 0)
        {
            ReadOnlyMemory<byte> part = output[(start + opening.Length)..];
            int next = part.Span.IndexOf(opening);
            if (Read(next < 0 ? part : part[..next]) is { } read)
            {
                yield return read;
            }

            start = next < 0 ? -1 : start + opening.Length + next;
        }
    }

    private static ProcessPart? Read(ReadOnlyMemory<byte> part)
    {
        int newline = part.Span.IndexOf((byte)'\n');
        return newline < 0
            ? null
            : Encoding.Latin1.GetString(part.Span[..newline]).Split(' ') switch
            {
                [string kind] => new ProcessPart(kind, ProcessId: null, part[(newline + 1)..]),
                [string kind, string id] when ProcNumber.TryParse(id, out int processId) => new ProcessPart(kind, processId, part[(newline + 1)..]),
                _ => null,
            };
    }
}
