using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The command dd.</summary>
internal static class CopyBlocksCommand
{
    private const int LargestBlock = 64 * 1024 * 1024;

    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var operands = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string argument in arguments.Skip(1))
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            operands[equals > 0 ? argument[..equals] : throw new UsageException($"unrecognized operand '{argument}'")] = argument[(equals + 1)..];
        }

        long Number(string name, long missing) => operands.TryGetValue(name, out string? text) ? CommandOptions.ParseSize(text) : missing;
        int blockSize = (int)Math.Clamp(Number("bs", Number("ibs", 512)), 1, LargestBlock);
        bool truncates = !operands.GetValueOrDefault("conv", "").Contains("notrunc", StringComparison.Ordinal);
        OpenFile input = operands.TryGetValue("if", out string? source) ? FileSystem.Open(process, source, OpenMode.Read) : process.Files[0].Share();
        OpenFile output = operands.TryGetValue("of", out string? target)
            ? FileSystem.Open(process, target, OpenMode.Write | (truncates ? OpenMode.Truncate : OpenMode.None))
            : process.Files[1].Share();
        byte[] block = new byte[blockSize];
        for (long skipped = 0; skipped < Number("skip", 0); skipped++)
        {
            await input.ReadAsync(block, process.Killed);
        }

        await CopyAsync(process, input, output, block, Number("count", long.MaxValue), operands.GetValueOrDefault("status") != "none");
        input.Release();
        output.Release();
        return 0;
    }

    private static async Task CopyAsync(SimulatedProcess process, OpenFile input, OpenFile output, byte[] block, long count, bool reports)
    {
        long started = process.Scope.Time.GetTimestamp();
        long whole = 0;
        long partial = 0;
        long bytes = 0;
        int length;
        while (whole + partial < count && (length = await input.ReadAsync(block, process.Killed)) > 0)
        {
            await output.WriteAsync(block.AsMemory(0, length), process.Killed);
            whole += length == block.Length ? 1 : 0;
            partial += length == block.Length ? 0 : 1;
            bytes += length;
        }

        if (reports)
        {
            double seconds = process.Scope.Time.GetElapsedTime(started).TotalSeconds;
            double rate = bytes / 1048576.0 / Math.Max(seconds, 0.000001);
            await process.WriteErrorAsync(string.Create(CultureInfo.InvariantCulture,
                $"{whole}+{partial} records in\n{whole}+{partial} records out\n{bytes} bytes ({bytes / 1048576.0:F1}MB) copied, {seconds:F6} seconds, {rate:F1}MB/s\n"));
        }
    }
}
