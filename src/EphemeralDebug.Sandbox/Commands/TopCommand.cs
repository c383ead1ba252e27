using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The command top: a full screen of processes, drawn anew every second until q or Ctrl+C.</summary>
internal static class TopCommand
{
    private const int DefaultRows = 24;
    private const int DefaultColumns = 80;

    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "bn:d:");
        long rounds = options.Number('n') ?? long.MaxValue;
        TimeSpan delay = TimeSpan.FromSeconds(options.Number('d') ?? 1);
        if (options['b'] || process.Files[0].Terminal is not { } terminal)
        {
            return await RunInBatchAsync(process, rounds, delay);
        }

        TerminalSettings before = terminal.Settings;
        terminal.Settings = TerminalSettings.KeyByKey with { Signals = true };
        process.SetDisposition(Signal.WindowChanged, SignalDisposition.Handle);
        try
        {
            var keys = new KeyReader(process, terminal);
            for (long round = 0; round < rounds; round++)
            {
                await process.WriteAsync("\u001b[H\u001b[J" + Draw(process, terminal.Size, "\u001b[7m", "\u001b[m"));
                Key key = await keys.ReadAsync(delay);
                if (key.Character is 'q' || key.Special == SpecialKey.End)
                {
                    break;
                }
            }
        }
        finally
        {
            terminal.Settings = before;
        }

        await process.WriteAsync("\n");
        return 0;
    }

    private static async Task<int> RunInBatchAsync(SimulatedProcess process, long rounds, TimeSpan delay)
    {
        for (long round = 0; round < rounds; round++)
        {
            await process.WriteAsync(Draw(process, default, "", "") + "\n");
            if (round < rounds - 1)
            {
                await Task.Delay(delay, process.Scope.Time, process.Killed);
            }
        }

        return 0;
    }

    private static string Draw(SimulatedProcess viewer, WindowSize size, string startOfTitle, string endOfTitle)
    {
        int rows = size.Rows > 0 ? size.Rows : DefaultRows;
        int columns = size.Columns > 0 ? size.Columns : DefaultColumns;
        IReadOnlyList<SimulatedProcess> processes = viewer.Namespace.Processes;
        TimeSpan up = viewer.Scope.Time.GetUtcNow() - viewer.Namespace.BootedAt;
        var lines = new List<string>
        {
            "Mem: 1015808K used, 3072000K free, 2048K shrd, 16384K buff, 512000K cached",
            "CPU:   1% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq",
            string.Create(CultureInfo.InvariantCulture, $"Load average: 0.08 0.03 0.01 1/{processes.Count} {processes[^1].Id}  up {(int)up.TotalHours}:{up.Minutes:00}:{up.Seconds:00}"),
            startOfTitle + "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND".PadRight(columns) + endOfTitle,
        };
        lines.AddRange(processes.Take(Math.Max(rows - lines.Count - 1, 1)).Select(process =>
        {
            string line = string.Create(CultureInfo.InvariantCulture,
                $"{process.Id,5} {process.ParentId,5} {UserNames.User(viewer, process.Credentials.UserId),-8} {(process == viewer ? 'R' : 'S')}     4392   0%   0   0% {string.Join(' ', process.Arguments)}");
            return line.Length > columns ? line[..columns] : line;
        }));
        var text = new StringBuilder();
        return text.AppendJoin('\n', lines).ToString();
    }
}
