using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The command ps, as BusyBox has it.</summary>
internal static class ProcessListCommand
{
    private sealed record Column(string Title, int Width, bool AlignsRight, Func<SimulatedProcess, SimulatedProcess, string> Show);

    private static readonly Dictionary<string, Column> Columns = new(StringComparer.Ordinal)
    {
        ["pid"] = new("PID", 5, AlignsRight: true, (_, process) => Show(process.Id)),
        ["ppid"] = new("PPID", 5, AlignsRight: true, (_, process) => Show(process.ParentId)),
        ["pgid"] = new("PGID", 5, AlignsRight: true, (_, process) => Show(process.GroupId)),
        ["sid"] = new("SID", 5, AlignsRight: true, (_, process) => Show(process.SessionId)),
        ["user"] = new("USER", 8, AlignsRight: false, (viewer, process) => UserNames.User(viewer, process.Credentials.UserId)),
        ["group"] = new("GROUP", 8, AlignsRight: false, (viewer, process) => UserNames.Group(viewer, process.Credentials.GroupId)),
        ["tty"] = new("TT", 6, AlignsRight: false, (_, process) => process.Terminal is null ? "?" : "136,0"),
        ["time"] = new("TIME", 5, AlignsRight: true, (_, _) => "0:00"),
        ["etime"] = new("ELAPSED", 7, AlignsRight: true, (_, process) => ShowElapsed(process)),
        ["stat"] = new("STAT", 4, AlignsRight: false, (viewer, process) => process == viewer ? "R" : "S"),
        ["vsz"] = new("VSZ", 4, AlignsRight: true, (_, _) => "4392"),
        ["rss"] = new("RSS", 4, AlignsRight: true, (_, _) => "1024"),
        ["nice"] = new("NI", 5, AlignsRight: true, (_, _) => "0"),
        ["comm"] = new("COMMAND", 16, AlignsRight: false, (_, process) => process.CommandName),
        ["args"] = new("COMMAND", 256, AlignsRight: false, (_, process) => string.Join(' ', process.Arguments)),
    };

    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        string format = FindFormat(arguments) ?? "pid,user,time,args";
        var columns = new List<Column>();
        foreach (string entry in format.Split(','))
        {
            string[] parts = entry.Split('=', 2);
            if (!Columns.TryGetValue(parts[0], out Column? column))
            {
                throw new UsageException($"bad -o argument '{parts[0]}', supported arguments: {string.Join(',', Columns.Keys)}");
            }

            columns.Add(parts.Length > 1 ? column with { Title = parts[1] } : column);
        }

        var text = new StringBuilder();
        if (columns.Exists(column => column.Title.Length > 0))
        {
            AppendRow(text, columns, column => column.Title.PadRight(column.Width));
        }

        foreach (SimulatedProcess other in process.Namespace.Processes)
        {
            AppendRow(text, columns, column => column.AlignsRight ? column.Show(process, other).PadLeft(column.Width) : column.Show(process, other).PadRight(column.Width));
        }

        await process.WriteAsync(text.ToString());
        return 0;
    }

    /// <summary>The argument of <c>-o</c>; of the letters of other versions (<c>aux</c>, <c>-ef</c>) nothing follows.</summary>
    private static string? FindFormat(IReadOnlyList<string> arguments)
    {
        var formats = new List<string>();
        for (int i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] is ['-', 'o', ..])
            {
                formats.Add(arguments[i].Length > 2 ? arguments[i][2..] : ++i < arguments.Count ? arguments[i] : throw new UsageException("option requires an argument: o"));
            }
        }

        return formats.Count == 0 ? null : string.Join(',', formats);
    }

    private static void AppendRow(StringBuilder text, List<Column> columns, Func<Column, string> show)
    {
        text.Append(string.Join(' ', columns.Select(show)).TrimEnd()).Append('\n');
    }

    private static string ShowElapsed(SimulatedProcess process)
    {
        TimeSpan elapsed = process.Scope.Time.GetUtcNow() - process.StartedAt;
        return string.Create(CultureInfo.InvariantCulture, $"{(int)elapsed.TotalMinutes}:{elapsed.Seconds:00}");
    }

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
