using System.Text;

namespace EphemeralDebug.Debugging.Processes;

/// <summary>Makes records of what <see cref="ProcessScript"/> wrote.</summary>
internal sealed class ProcessList
{
    /// <summary>USER_HZ, in which the kernel tells times to programs: 100 on every architecture that runs containers.</summary>
    private const int TicksPerSecond = 100;

    private readonly EphemeralContainer _container;
    private readonly Dictionary<int, ProcessFiles> _files = [];
    private readonly Dictionary<int, string[]> _commands = [];
    private readonly HashSet<int> _helpers = [];
    private Dictionary<long, string> _users = [];
    private double? _uptime;
    private long? _bootedAt;
    private bool _isWhole;

    private ProcessList(EphemeralContainer container) => _container = container;

    /// <summary>The processes by their ids; null when the output is not whole.</summary>
    /// <param name="container">The container in which the script ran.</param>
    /// <param name="output">What it wrote.</param>
    /// <param name="word">The word it was given.</param>
    public static IReadOnlyList<EphemeralProcess>? Read(EphemeralContainer container, ReadOnlyMemory<byte> output, string word)
    {
        var list = new ProcessList(container);
        foreach (ProcessPart part in ProcessText.Split(output, word))
        {
            list.Take(part);
        }

        return list._isWhole ? [.. list._files.OrderBy(pair => pair.Key).Select(pair => list.Create(pair.Key, pair.Value))] : null;
    }

    private void Take(ProcessPart part)
    {
        switch (part)
        {
            case { Kind: "clock" }:
                TakeClock(Encoding.Latin1.GetString(part.Content.Span));
                break;
            case { Kind: "helper", ProcessId: { } id }:
                _helpers.Add(id);
                break;
            case { Kind: "status", ProcessId: { } id } when ProcessFiles.Read(part.Content.Span) is { } files:
                _files[id] = files;
                break;
            case { Kind: "command", ProcessId: { } id }:
                _commands[id] = ReadCommand(part.Content.Span);
                break;
            case { Kind: "users" }:
                _users = ReadUsers(Encoding.UTF8.GetString(part.Content.Span));
                break;
            case { Kind: "end" }:
                _isWhole = true;
                break;
        }
    }

    private void TakeClock(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            switch (line.Split(' '))
            {
                case ["uptime", string value] when ProcNumber.TryParse(value, out double uptime):
                    _uptime = uptime;
                    break;
                case ["btime", string value] when ProcNumber.TryParse(value, out long bootedAt):
                    _bootedAt = bootedAt;
                    break;
            }
        }
    }

    /// <summary>The arguments; a process that has overwritten them may have left out the last NUL, or all.</summary>
    private static string[] ReadCommand(ReadOnlySpan<byte> content)
    {
        string text = Encoding.UTF8.GetString(content);
        if (text.Length == 0)
        {
            return [];
        }

        return text.EndsWith('\0') ? text[..^1].Split('\0') : text.Split('\0');
    }

    private static Dictionary<long, string> ReadUsers(string passwd)
    {
        var users = new Dictionary<long, string>();
        foreach (string line in passwd.Split('\n'))
        {
            if (line.Split(':') is [{ Length: > 0 } name, _, string id, ..] && ProcNumber.TryParse(id, out long number))
            {
                users.TryAdd(number, name);
            }
        }

        return users;
    }

    private EphemeralProcess Create(int id, ProcessFiles files)
    {
        double cpu = (double)(files.UserTicks + files.SystemTicks) / TicksPerSecond;
        double started = (double)files.StartTicks / TicksPerSecond;
        return new EphemeralProcess(_container.Namespace, _container.Pod, _container.Target, id)
        {
            ParentId = files.ParentId,
            Name = files.Name,
            CommandLine = _commands.GetValueOrDefault(id) ?? [],
            UserId = files.UserId,
            UserName = files.UserId is { } user ? _users.GetValueOrDefault(user) : null,
            State = files.State,
            CpuTime = TimeSpan.FromSeconds(cpu),
            CpuPercent = _uptime - started is > 0 and { } age ? Math.Round(100 * cpu / age, 1) : null,
            Memory = files.Memory,
            StartedAt = _bootedAt is { } boot ? DateTimeOffset.FromUnixTimeSeconds(boot).AddSeconds(started) : null,
            IsHelper = _helpers.Contains(id),
        };
    }
}
