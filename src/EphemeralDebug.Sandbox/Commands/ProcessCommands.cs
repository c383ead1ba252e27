using System.Globalization;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands about processes: kill, sleep, env, printenv, timeout, xargs, nohup.</summary>
internal static class ProcessCommands
{
    private const int TimedOut = 143;

    public static async Task<int> KillAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        if (arguments.Count > 1 && arguments[1] == "-l")
        {
            await process.WriteAsync(string.Concat(Signals.All.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{(int)entry.Signal,2}) {entry.Name}\n"))));
            return 0;
        }

        int first = 1;
        string? name = null;
        if (arguments.Count > 1 && arguments[1] is ['-', _, ..])
        {
            bool hasValue = arguments[1] is "-s" or "-n";
            name = hasValue ? arguments.ElementAtOrDefault(2) ?? "" : arguments[1][1..];
            first = hasValue ? 3 : 2;
        }

        // Signal 0 only asks whether the process is there.
        Signal? signal = name is null ? Signal.Terminate : Signals.Parse(name);
        if (signal is null && name != "0")
        {
            return await process.FailAsync($"bad signal name '{name}'");
        }

        if (first >= arguments.Count)
        {
            return await process.FailAsync("you need to specify whom to kill");
        }

        int status = 0;
        foreach (string target in arguments.Skip(first).Where(target => target != "--"))
        {
            status |= await KillOneAsync(process, target, signal);
        }

        return status;
    }

    public static async Task<int> SleepAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            throw new UsageException("usage: sleep [N]...");
        }

        double seconds = arguments.Skip(1).Sum(ParseDuration);
        var longest = TimeSpan.FromDays(40);
        while (seconds > longest.TotalSeconds)
        {
            await Task.Delay(longest, process.Scope.Time, process.Killed);
            seconds -= double.IsInfinity(seconds) ? 0 : longest.TotalSeconds;
        }

        await Task.Delay(TimeSpan.FromSeconds(seconds), process.Scope.Time, process.Killed);
        return 0;
    }

    public static async Task<int> EnvironmentAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "iu:", stopsAtOperand: true);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in process.Environment.Where(pair => !options['i'] && pair.Key != options.Value('u')))
        {
            environment[name] = value;
        }

        int next = 0;
        for (; next < options.Operands.Count && options.Operands[next].Contains('=', StringComparison.Ordinal); next++)
        {
            string[] pair = options.Operands[next].Split('=', 2);
            environment[pair[0]] = pair[1];
        }

        if (next < options.Operands.Count)
        {
            return await RunInPlaceAsync(process, options.Operands.Skip(next).ToList(), environment);
        }

        await process.WriteAsync(string.Concat(environment.Select(pair => $"{pair.Key}={pair.Value}\n")));
        return 0;
    }

    public static async Task<int> PrintEnvironmentAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 1)
        {
            await process.WriteAsync(string.Concat(process.Environment.Select(pair => $"{pair.Key}={pair.Value}\n")));
            return 0;
        }

        int status = 0;
        foreach (string name in arguments.Skip(1))
        {
            bool isSet = process.Environment.TryGetValue(name, out string? value);
            await process.WriteAsync(isSet ? value + "\n" : "");
            status = isSet ? status : 1;
        }

        return status;
    }

    public static Task<int> NoHangupAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        process.SetDisposition(Signal.Hangup, SignalDisposition.Ignore);
        return RunInPlaceAsync(process, arguments.Skip(1).ToList(), process.Environment);
    }

    public static async Task<int> TimeoutAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "s:k:", stopsAtOperand: true);
        if (options.Operands.Count < 2)
        {
            throw new UsageException("usage: timeout [-s SIG] SECS PROG ARGS");
        }

        Signal signal = options.Value('s') is { } name ? Signals.Parse(name) ?? throw new UsageException($"bad signal name '{name}'") : Signal.Terminate;
        SimulatedProcess child = Start(process, options.Operands.Skip(1).ToList());
        try
        {
            return (await child.Exited.WaitAsync(TimeSpan.FromSeconds(ParseDuration(options.Operands[0])), process.Scope.Time, process.Killed)).Code;
        }
        catch (TimeoutException)
        {
            child.Deliver(signal);
            await child.Exited.WaitAsync(process.Killed);
            return TimedOut;
        }
    }

    public static async Task<int> ArgumentsAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "n:I:0rt", stopsAtOperand: true);
        string text = ByteText.Decode(await process.Files[0].ReadToEndAsync(process.Killed));
        string[] items = options['0'] ? text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : options['I'] ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : text.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        IReadOnlyList<string> command = options.Operands.Count == 0 ? ["echo"] : options.Operands;
        int size = options['I'] ? 1 : (int)(options.Number('n') ?? 5000);
        IEnumerable<string[]> batches = items.Length == 0 && !options['r'] && !options['I'] ? [[]] : items.Chunk(Math.Max(size, 1));
        int status = 0;
        foreach (string[] batch in batches)
        {
            List<string> words = options.Value('I') is { } mark
                ? [.. command.Select(word => word.Replace(mark, batch[0], StringComparison.Ordinal))]
                : [.. command, .. batch];
            ExitStatus result = await Start(process, words).Exited.WaitAsync(process.Killed);
            status = result.Code == 0 ? status : 123;
        }

        return status;
    }

    private static async Task<int> KillOneAsync(SimulatedProcess process, string target, Signal? signal)
    {
        if (!int.TryParse(target, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
        {
            return await process.FailAsync($"invalid number '{target}'");
        }

        List<SimulatedProcess> targets = id switch
        {
            > 0 => process.Namespace.Find(id) is { } one ? [one] : [],
            0 => [.. process.Namespace.FindGroup(process.GroupId)],
            -1 => [.. process.Namespace.Processes.Where(other => other.Id != 1 && other != process)],
            _ => [.. process.Namespace.FindGroup(-id)],
        };
        if (targets.Count == 0)
        {
            return await process.FailAsync($"can't kill pid {target}: {new SystemCallException(Errno.NoProcess).Message}");
        }

        int me = process.Credentials.UserId;
        if (me != 0 && targets.TrueForAll(other => other.Credentials.UserId != me))
        {
            return await process.FailAsync($"can't kill pid {target}: {new SystemCallException(Errno.NotPermitted).Message}");
        }

        foreach (SimulatedProcess other in targets.Where(other => signal is not null && (me == 0 || other.Credentials.UserId == me)))
        {
            other.Deliver(signal!.Value);
        }

        return 0;
    }

    private static double ParseDuration(string text)
    {
        double unit = text.Length == 0 ? 1 : text[^1] switch
        {
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => 1,
        };
        if (text is "inf" or "infinity")
        {
            return double.PositiveInfinity;
        }

        string digits = text.TrimEnd('s', 'm', 'h', 'd');
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? number * unit
            : throw new UsageException($"invalid number '{text}'");
    }

    private static Task<int> RunInPlaceAsync(SimulatedProcess process, List<string> words, IReadOnlyDictionary<string, string> environment) =>
        process.ExecuteAsync(Load(process, words, environment), environment);

    private static SimulatedProcess Start(SimulatedProcess process, List<string> words)
    {
        LoadedProgram program = Load(process, words, process.Environment);
        return process.StartChild(program.Body, start => start with { Arguments = program.Arguments });
    }

    private static LoadedProgram Load(SimulatedProcess process, List<string> words, IReadOnlyDictionary<string, string> environment)
    {
        if (words.Count == 0)
        {
            throw new UsageException("missing command");
        }

        string? path = ProgramLoader.FindPath(process, words[0], environment.GetValueOrDefault("PATH", ProgramLoader.DefaultPath));
        try
        {
            return ProgramLoader.Load(process, path ?? throw new SystemCallException(Errno.NoEntry), words);
        }
        catch (SystemCallException exception)
        {
            throw new UsageException($"can't execute '{words[0]}': {exception.Message}", exception.Error == Errno.NoEntry ? 127 : 126);
        }
    }
}
