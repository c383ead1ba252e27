using System.Globalization;
using EphemeralDebug.Sandbox.Commands;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>A command that is a part of the shell; the first argument is its name.</summary>
internal delegate Task<int> BuiltinBody(ShellInterpreter shell, IReadOnlyList<string> arguments);

/// <summary>The commands that change the shell itself, and those that are quicker without a process.</summary>
internal static class ShellBuiltins
{
    private static readonly HashSet<string> Special = new(StringComparer.Ordinal)
    {
        ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "trap", "unset",
    };

    private static readonly Dictionary<string, BuiltinBody> All = new(StringComparer.Ordinal)
    {
        [":"] = (_, _) => Task.FromResult(0),
        ["."] = SourceAsync,
        ["source"] = SourceAsync,
        ["["] = AsBuiltin(TestCommand.RunAsync),
        ["break"] = (shell, arguments) => LeaveLoop(shell, arguments, continues: false),
        ["cd"] = ChangeDirectoryAsync,
        ["command"] = CommandAsync,
        ["continue"] = (shell, arguments) => LeaveLoop(shell, arguments, continues: true),
        ["echo"] = AsBuiltin(TextOutputCommands.EchoAsync),
        ["eval"] = (shell, arguments) => shell.RunTextAsync(string.Join(' ', arguments.Skip(1))),
        ["exec"] = (_, _) => Task.FromResult(0),
        ["exit"] = (shell, arguments) => throw new ShellExitException(ParseStatus(shell, arguments)),
        ["export"] = (shell, arguments) => ShellVariableBuiltins.ExportAsync(shell, arguments),
        ["false"] = (_, _) => Task.FromResult(1),
        ["fg"] = ForegroundAsync,
        ["help"] = HelpAsync,
        ["jobs"] = JobsAsync,
        ["kill"] = KillAsync,
        ["let"] = LetAsync,
        ["local"] = (shell, arguments) => ShellVariableBuiltins.LocalAsync(shell, arguments),
        ["printf"] = AsBuiltin(TextOutputCommands.PrintFormattedAsync),
        ["pwd"] = async (shell, _) =>
        {
            await shell.Process.WriteAsync(shell.Process.WorkingDirectory + "\n");
            return 0;
        },
        ["read"] = (shell, arguments) => ReadBuiltin.RunAsync(shell, arguments),
        ["readonly"] = (shell, arguments) => ShellVariableBuiltins.ReadOnlyAsync(shell, arguments),
        ["return"] = (shell, arguments) => throw new FunctionReturnException(ParseStatus(shell, arguments)),
        ["set"] = (shell, arguments) => ShellVariableBuiltins.SetAsync(shell, arguments),
        ["shift"] = ShiftAsync,
        ["test"] = AsBuiltin(TestCommand.RunAsync),
        ["trap"] = TrapAsync,
        ["true"] = (_, _) => Task.FromResult(0),
        ["type"] = TypeAsync,
        ["umask"] = UmaskAsync,
        ["unset"] = (shell, arguments) => ShellVariableBuiltins.UnsetAsync(shell, arguments),
        ["wait"] = (shell, arguments) => WaitBuiltin.RunAsync(shell, arguments),
    };

    /// <summary>The names of all of them.</summary>
    public static IEnumerable<string> Names => All.Keys;

    public static BuiltinBody? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Whether variables set before the command stay set after it (POSIX 2.14).</summary>
    public static bool IsSpecial(string name) => Special.Contains(name);

    private static BuiltinBody AsBuiltin(ProgramBody body) => (shell, arguments) => body(shell.Process, arguments);

    private static int ParseStatus(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            return shell.LastStatus;
        }

        return int.TryParse(arguments[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int status)
            ? status & 0xff
            : throw new ShellErrorException($"{arguments[0]}: Illegal number: {arguments[1]}");
    }

    private static Task<int> LeaveLoop(ShellInterpreter shell, IReadOnlyList<string> arguments, bool continues)
    {
        if (shell.LoopDepth == 0)
        {
            return Task.FromResult(0);
        }

        int levels = arguments.Count > 1 && int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 1;
        throw new LoopControlException(continues, levels);
    }

    private static async Task<int> SourceAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            throw new ShellErrorException($"{arguments[0]}: filename argument required");
        }

        string path = arguments[1].Contains('/', StringComparison.Ordinal) ? arguments[1] : "./" + arguments[1];
        OpenFile file = FileSystem.Open(shell.Process, path, OpenMode.Read);
        string script = ByteText.Decode(await file.ReadToEndAsync(shell.Process.Killed));
        file.Release();
        try
        {
            return await shell.RunTextAsync(script);
        }
        catch (FunctionReturnException result)
        {
            return result.Code;
        }
    }

    private static async Task<int> ChangeDirectoryAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        string target = arguments.Count < 2 ? shell.Variables["HOME"] ?? "/" : arguments[1];
        bool isBack = target == "-";
        target = isBack ? shell.Variables["OLDPWD"] ?? shell.Process.WorkingDirectory : target;
        string path = FileSystem.Normalize(shell.Process.WorkingDirectory, target);
        try
        {
            FileNode node = FileSystem.Get(shell.Process, target);
            if (node is not DirectoryNode || !node.Allows(shell.Process.Credentials, 1))
            {
                throw new SystemCallException(node is DirectoryNode ? Errno.AccessDenied : Errno.NotADirectory);
            }
        }
        catch (SystemCallException exception)
        {
            await shell.Process.WriteErrorAsync($"{shell.Name}: cd: can't cd to {target}: {exception.Message}\n");
            return 1;
        }

        shell.Variables.Set("OLDPWD", shell.Process.WorkingDirectory);
        shell.Process.WorkingDirectory = path;
        shell.Variables.Set("PWD", path);
        if (isBack)
        {
            await shell.Process.WriteAsync(path + "\n");
        }

        return 0;
    }

    private static async Task<int> CommandAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            return 0;
        }

        if (arguments[1] is not ("-v" or "-V"))
        {
            return await new SimpleCommandRunner(shell).RunWithoutFunctionsAsync(arguments.Skip(arguments[1] == "-p" ? 2 : 1).ToList());
        }

        int status = 0;
        foreach (string name in arguments.Skip(2))
        {
            string? found = shell.Functions.ContainsKey(name) || Find(name) is not null ? name : FindProgram(shell, name);
            status = found is null ? 127 : status;
            await shell.Process.WriteAsync(found is null ? "" : found + "\n");
        }

        return status;
    }

    private static async Task<int> TypeAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        int status = 0;
        foreach (string name in arguments.Skip(1))
        {
            string? path = FindProgram(shell, name);
            string what = shell.Functions.ContainsKey(name) ? "is a function"
                : Find(name) is not null ? "is a shell builtin"
                : path is not null ? $"is {path}" : "not found";
            status = what == "not found" ? 127 : status;
            await shell.Process.WriteAsync($"{name}{(what == "not found" ? ":" : "")} {what}\n");
        }

        return status;
    }

    private static string? FindProgram(ShellInterpreter shell, string name)
    {
        string? path = ProgramLoader.FindPath(shell.Process, name, shell.Variables["PATH"] ?? ProgramLoader.DefaultPath);
        try
        {
            return path is not null && FileSystem.Find(shell.Process, path) is not null and not DirectoryNode ? path : null;
        }
        catch (SystemCallException)
        {
            return null;
        }
    }

    private static async Task<int> ForegroundAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        if (shell.Jobs.Find(arguments.Count > 1 ? arguments[1] : "%%") is not { } job)
        {
            await shell.Process.WriteErrorAsync($"{shell.Name}: fg: no such job\n");
            return 2;
        }

        await shell.Process.WriteAsync(job.Text + "\n");
        shell.Jobs.Remove(job);
        return await shell.WaitForegroundAsync([job.Process]);
    }

    private static async Task<int> JobsAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        foreach (ShellJob job in shell.Jobs.All.Where(job => !job.IsDone).ToArray())
        {
            await shell.Process.WriteAsync(arguments.Contains("-p")
                ? string.Create(CultureInfo.InvariantCulture, $"{job.Process.Id}\n")
                : job.Describe(isCurrent: job == shell.Jobs.All[^1]));
        }

        return 0;
    }

    private static Task<int> KillAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        List<string> numbers = arguments
            .Select(argument => argument.StartsWith('%') && shell.Jobs.Find(argument) is { } job
                ? job.Process.Id.ToString(CultureInfo.InvariantCulture)
                : argument)
            .ToList();
        return ProcessCommands.KillAsync(shell.Process, numbers);
    }

    private static Task<int> LetAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        long value = 0;
        foreach (string expression in arguments.Skip(1))
        {
            value = Arithmetic.Evaluate(expression, shell.Variables);
        }

        return Task.FromResult(value == 0 ? 1 : 0);
    }

    private static async Task<int> ShiftAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        int count = arguments.Count > 1 && int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 1;
        if (count > shell.Positional.Count)
        {
            await shell.Process.WriteErrorAsync($"{shell.Name}: shift: can't shift that many\n");
            return 1;
        }

        shell.Positional = shell.Positional.Skip(count).ToList();
        return 0;
    }

    private static async Task<int> TrapAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        List<string> rest = arguments.Skip(1).SkipWhile(argument => argument == "--").ToList();
        if (rest.Count == 0)
        {
            foreach ((string condition, string set) in shell.Traps.All)
            {
                await shell.Process.WriteAsync($"trap -- '{set}' {condition}\n");
            }

            return 0;
        }

        bool resets = rest.Count == 1 || rest[0] == "-" || rest[0].All(char.IsAsciiDigit) && rest[0].Length > 0;
        string? action = resets ? null : rest[0];
        int status = 0;
        foreach (string condition in resets && rest[0] != "-" ? rest : rest.Skip(1))
        {
            if (!shell.Traps.Set(condition, action))
            {
                await shell.Process.WriteErrorAsync($"{shell.Name}: trap: {condition}: invalid signal specification\n");
                status = 1;
            }
        }

        return status;
    }

    private static async Task<int> UmaskAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            await shell.Process.WriteAsync(Convert.ToString(shell.Process.FileModeMask, 8).PadLeft(4, '0') + "\n");
            return 0;
        }

        if (!arguments[1].All(digit => digit is >= '0' and <= '7'))
        {
            throw new ShellErrorException($"umask: Illegal mode: {arguments[1]}");
        }

        shell.Process.FileModeMask = Convert.ToInt32(arguments[1], 8) & 0x1ff;
        return 0;
    }

    private static async Task<int> HelpAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        await shell.Process.WriteAsync($"Built-in commands:\n------------------\n\t{string.Join(' ', Names.Order(StringComparer.Ordinal))}\n");
        return 0;
    }
}
