using System.Globalization;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell.Syntax;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Runs shell scripts in a simulated process.</summary>
internal sealed class ShellInterpreter
{
    private const int StepsBetweenYields = 100;

    private readonly int _mainProcessId;
    private int _steps;
    private int _ignoreErrors;

    public ShellInterpreter(SimulatedProcess process, ShellFlavor flavor, string name, IReadOnlyList<string> positional)
        : this(process, flavor, name, positional, new ShellVariables(), process.Id)
    {
        foreach ((string variable, string value) in process.Environment)
        {
            if (ShellVariables.IsName(variable))
            {
                Variables.Set(variable, value);
                Variables.Export(variable);
            }
        }

        Variables.Set("PWD", process.WorkingDirectory);
        Variables.Set("IFS", " \t\n");
        Variables.Set("PPID", process.ParentId.ToString(CultureInfo.InvariantCulture));
    }

    private ShellInterpreter(
        SimulatedProcess process, ShellFlavor flavor, string name, IReadOnlyList<string> positional, ShellVariables variables, int mainProcessId)
    {
        Process = process;
        Flavor = flavor;
        Name = name;
        Positional = positional;
        Variables = variables;
        _mainProcessId = mainProcessId;
        Expander = new WordExpander(this);
        Traps = new ShellTraps(process);
    }

    public SimulatedProcess Process { get; }

    public ShellFlavor Flavor { get; }

    /// <summary><c>$0</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Positional { get; set; }

    public ShellVariables Variables { get; }

    public WordExpander Expander { get; }

    public ShellTraps Traps { get; }

    public ShellJobs Jobs { get; } = new();

    public Dictionary<string, Command> Functions { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The options that <c>set</c> switches, by letter.</summary>
    public HashSet<char> Options { get; private init; } = [];

    /// <summary><c>$?</c>.</summary>
    public int LastStatus { get; set; }

    /// <summary>The status of the last command substitution of the command that is being expanded, if there was one.</summary>
    public int? SubstitutionStatus { get; set; }

    /// <summary><c>$!</c>, or null.</summary>
    public int? LastBackground { get; private set; }

    /// <summary>Talks to a user at a terminal, and gives every job a process group of its own.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>How deep in loops the current command is.</summary>
    public int LoopDepth { get; private set; }

    /// <summary>A parameter's value, or null when it is not set.</summary>
    public string? GetParameter(string name)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return index == 0 ? Name : index <= Positional.Count ? Positional[index - 1] : null;
        }

        return name switch
        {
            "?" => LastStatus.ToString(CultureInfo.InvariantCulture),
            "$" => _mainProcessId.ToString(CultureInfo.InvariantCulture),
            "!" => LastBackground?.ToString(CultureInfo.InvariantCulture),
            "#" => Positional.Count.ToString(CultureInfo.InvariantCulture),
            "-" => string.Concat(Options.Where(char.IsLetter).Order()) + (IsInteractive ? "i" : ""),
            "@" or "*" => Positional.Count == 0 ? null : string.Join(' ', Positional),
            "RANDOM" => Random.Shared.Next(32768).ToString(CultureInfo.InvariantCulture),
            _ => Variables[name],
        };
    }

    /// <summary>Runs a whole script and gives its exit code: what <c>exit</c>, errors and the EXIT trap make of it.</summary>
    public async Task<int> RunToEndAsync(Func<Task<int>> script)
    {
        int status = await CatchExitAsync(script);
        if (Traps.Take(ShellTraps.Exit) is { } action)
        {
            LastStatus = status;
            status = await CatchExitAsync(async () =>
            {
                await RunTextAsync(action);
                return status;
            });
        }

        return status;
    }

    /// <summary>
    /// Parses and runs a text. When it is the last, nothing comes after it, and its last command may take the shell's
    /// process over.
    /// </summary>
    public Task<int> RunTextAsync(string text, bool isLast = false)
    {
        CommandList commands;
        try
        {
            commands = new ShellParser(text).ParseAll();
        }
        catch (Exception exception) when (exception is ShellSyntaxException or IncompleteScriptException)
        {
            throw new ShellErrorException(exception.Message);
        }

        return RunAsync(commands, isLast);
    }

    public async Task<int> RunAsync(CommandList list, bool isLast = false)
    {
        LastStatus = list.Items.Count == 0 ? 0 : LastStatus;
        for (int i = 0; i < list.Items.Count; i++)
        {
            ListItem item = list.Items[i];
            if (item.InBackground)
            {
                await StartBackgroundAsync(item);
            }
            else
            {
                await RunAndOrAsync(item.Commands, isLast && i == list.Items.Count - 1);
            }

            await HandleSignalsAsync();
        }

        return LastStatus;
    }

    /// <summary>Runs the traps of the signals that have come.</summary>
    public async Task HandleSignalsAsync()
    {
        while (Process.TakePendingSignal() is { } signal)
        {
            if (Traps.Get(signal) is { } action)
            {
                int status = LastStatus;
                await RunTextAsync(action);
                LastStatus = status;
            }
            else if (signal == Signal.Interrupt && IsInteractive)
            {
                LastStatus = 130;
                throw new ShellInterruptedException();
            }
        }
    }

    /// <summary>What commands print, without the line feeds at the end.</summary>
    public async Task<string> SubstituteAsync(CommandList commands)
    {
        if (commands.Items.Count == 0)
        {
            return "";
        }

        var pipe = new Pipe();
        SimulatedProcess child = StartSubshell(shell => shell.RunAsync(commands, isLast: true), output: new PipeWriter(pipe));
        byte[] printed = await new PipeReader(pipe).ReadToEndAsync(Process.Killed);
        ExitStatus status = await child.Exited.WaitAsync(Process.Killed);
        SubstitutionStatus = status.Code;
        return ByteText.Decode(printed).Replace("\0", "", StringComparison.Ordinal).TrimEnd('\n');
    }

    /// <summary>
    /// Starts a child process that goes on as a copy of this shell: in the same process group for null, in one of its
    /// own for 0.
    /// </summary>
    public SimulatedProcess StartSubshell(
        Func<ShellInterpreter, Task<int>> script, OpenFile? input = null, OpenFile? output = null, int? group = null, bool inBackground = false)
    {
        FileTable files = Process.Files.Clone();
        if (input is not null)
        {
            files.Set(0, input);
        }

        if (output is not null)
        {
            files.Set(1, output);
        }

        ProgramBody body = (child, _) =>
        {
            ShellInterpreter shell = CopyFor(child);
            return shell.RunToEndAsync(() => script(shell));
        };
        return Process.StartChild(
            inBackground ? body : InForeground(body),
            start => start with
            {
                Group = group,
                Ignored = inBackground && !IsInteractive ? Process.Ignored.Union([Signal.Interrupt, Signal.Quit]).ToHashSet() : start.Ignored,
            },
            files);
    }

    /// <summary>
    /// A program that takes the terminal over when it starts, as both a shell and its child see to it: Ctrl+C must not
    /// come in between. In a shell without a user it is left as it is.
    /// </summary>
    public ProgramBody InForeground(ProgramBody body) => !IsInteractive ? body : (process, arguments) =>
    {
        if (process.Terminal is { } terminal)
        {
            terminal.ForegroundGroup = process.GroupId;
        }

        return body(process, arguments);
    };

    /// <summary>Waits for processes in the foreground; the status is that of the last one.</summary>
    public async Task<int> WaitForegroundAsync(IReadOnlyList<SimulatedProcess> processes)
    {
        ExitStatus status = default;
        Terminals.PseudoTerminal? terminal = IsInteractive ? Process.Terminal : null;
        if (terminal is not null)
        {
            terminal.ForegroundGroup = processes[0].GroupId;
        }

        foreach (SimulatedProcess process in processes)
        {
            status = await process.Exited.WaitAsync(Process.Killed);
        }

        if (terminal is not null)
        {
            terminal.ForegroundGroup = Process.GroupId;
            terminal.Settings = Terminals.TerminalSettings.Default;
        }

        LastStatus = status.Code;
        await ReportSignalAsync(status);
        return status.Code;
    }

    private async Task ReportSignalAsync(ExitStatus status)
    {
        switch (status.Signal)
        {
            case null or Signal.BrokenPipe:
                break;
            case Signal.Interrupt:
                if (IsInteractive)
                {
                    throw new ShellInterruptedException();
                }

                break;
            default:
                await Process.WriteErrorAsync(status.Signal switch
                {
                    Signal.Kill => "Killed\n",
                    Signal.Terminate => "Terminated\n",
                    Signal.Hangup => "Hangup\n",
                    Signal.SegmentationFault => "Segmentation fault\n",
                    { } other => $"{other}\n",
                });
                break;
        }
    }

    private ShellInterpreter CopyFor(SimulatedProcess child)
    {
        var copy = new ShellInterpreter(child, Flavor, Name, Positional, Variables.Clone(), _mainProcessId)
        {
            Functions = new Dictionary<string, Command>(Functions, StringComparer.Ordinal),
            Options = [.. Options],
            LastStatus = LastStatus,
            LastBackground = LastBackground,
        };
        return copy;
    }

    private async Task<int> CatchExitAsync(Func<Task<int>> script)
    {
        try
        {
            return await script();
        }
        catch (ShellExitException exit)
        {
            return exit.Code;
        }
        catch (FunctionReturnException exit)
        {
            return exit.Code;
        }
        catch (LoopControlException)
        {
            return 0;
        }
        catch (ShellErrorException error)
        {
            await Process.WriteErrorAsync($"{Name}: {error.Message}\n");
            return error.Code;
        }
    }

    private async Task StartBackgroundAsync(ListItem item)
    {
        OpenFile? input = IsInteractive ? null : new Files.NullDevice();
        SimulatedProcess child = StartSubshell(
            async shell =>
            {
                await shell.RunAndOrAsync(item.Commands, isLast: true);
                return shell.LastStatus;
            },
            input, group: IsInteractive ? 0 : null, inBackground: true);
        LastBackground = child.Id;
        Jobs.Add(child, item.Text);
        LastStatus = 0;
        await YieldSometimesAsync();
    }

    private async Task RunAndOrAsync(AndOrList list, bool isLast)
    {
        bool single = list.Rest.Count == 0;
        await RunPipelineAsync(list.First, isLast && single, demandsSuccess: single);
        for (int i = 0; i < list.Rest.Count; i++)
        {
            (bool ifSuccessful, Pipeline pipeline) = list.Rest[i];
            if (ifSuccessful == (LastStatus == 0))
            {
                bool final = i == list.Rest.Count - 1;
                await RunPipelineAsync(pipeline, isLast && final, demandsSuccess: final);
            }
        }
    }

    private async Task RunPipelineAsync(Pipeline pipeline, bool isLast, bool demandsSuccess)
    {
        bool checks = demandsSuccess && !pipeline.Negated;
        _ignoreErrors += checks ? 0 : 1;
        try
        {
            LastStatus = pipeline.Commands.Count == 1
                ? await RunCommandAsync(pipeline.Commands[0], isLast && !pipeline.Negated)
                : await RunProcessesAsync(pipeline.Commands);
        }
        finally
        {
            _ignoreErrors -= checks ? 0 : 1;
        }

        if (pipeline.Negated)
        {
            LastStatus = LastStatus == 0 ? 1 : 0;
        }
        else if (LastStatus != 0 && checks && _ignoreErrors == 0 && Options.Contains('e'))
        {
            throw new ShellExitException(LastStatus);
        }
    }

    private async Task<int> RunProcessesAsync(IReadOnlyList<Command> commands)
    {
        var processes = new List<SimulatedProcess>();
        Pipe? previous = null;
        for (int i = 0; i < commands.Count; i++)
        {
            Command command = commands[i];
            Pipe? next = i < commands.Count - 1 ? new Pipe() : null;
            processes.Add(StartSubshell(
                shell => shell.RunCommandAsync(command, isLast: true),
                previous is null ? null : new PipeReader(previous),
                next is null ? null : new PipeWriter(next),
                group: !IsInteractive ? null : i == 0 ? 0 : processes[0].Id));
            previous = next;
        }

        int status = await WaitForegroundAsync(processes);
        return Options.Contains(ShellVariableBuiltins.PipeFail)
            ? processes.Select(process => process.Exited.Result.Code).LastOrDefault(code => code != 0)
            : status;
    }

    private async Task<int> RunCommandAsync(Command command, bool isLast)
    {
        Process.Killed.ThrowIfCancellationRequested();
        if (command is SimpleCommand simple)
        {
            return await new SimpleCommandRunner(this).RunAsync(simple, isLast && !Traps.Any && !IsInteractive);
        }

        if (command.Redirections.Count == 0)
        {
            return await RunCompoundAsync(command, isLast);
        }

        try
        {
            using RedirectionScope scope = await RedirectionScope.EnterAsync(this, command.Redirections);
            return await RunCompoundAsync(command, isLast);
        }
        catch (ShellErrorException error) when (error.Code == 1)
        {
            await Process.WriteErrorAsync($"{Name}: {error.Message}\n");
            return 1;
        }
    }

    /// <summary>Runs a function's body or another compound command whose redirections are in force.</summary>
    public async Task<int> RunCompoundAsync(Command command, bool isLast = false)
    {
        switch (command)
        {
            case GroupCommand group:
                return await RunAsync(group.Body, isLast);
            case SubshellCommand subshell:
                return await WaitForegroundAsync([StartSubshell(shell => shell.RunAsync(subshell.Body, isLast: true), group: IsInteractive ? 0 : null)]);
            case IfCommand conditional:
                return await RunIfAsync(conditional, isLast);
            case LoopCommand loop:
                return await RunLoopAsync(loop);
            case ForCommand loop:
                return await RunForAsync(loop);
            case CaseCommand choice:
                return await RunCaseAsync(choice, isLast);
            case FunctionCommand function:
                Functions[function.Name] = function.Body;
                return 0;
            default:
                return await RunCommandAsync(command, isLast);
        }
    }

    private async Task<int> RunConditionAsync(CommandList condition)
    {
        _ignoreErrors++;
        try
        {
            return await RunAsync(condition);
        }
        finally
        {
            _ignoreErrors--;
        }
    }

    private async Task<int> RunIfAsync(IfCommand command, bool isLast)
    {
        foreach ((CommandList condition, CommandList body) in command.Branches)
        {
            if (await RunConditionAsync(condition) == 0)
            {
                return await RunAsync(body, isLast);
            }
        }

        return command.Else is null ? 0 : await RunAsync(command.Else, isLast);
    }

    private async Task<int> RunLoopAsync(LoopCommand loop)
    {
        int status = 0;
        while (await RunConditionAsync(loop.Condition) == 0 != loop.Until)
        {
            (bool goOn, status) = await RunLoopBodyAsync(loop.Body);
            if (!goOn)
            {
                break;
            }
        }

        return status;
    }

    private async Task<int> RunForAsync(ForCommand loop)
    {
        IReadOnlyList<string> values = loop.Words is null ? Positional : await Expander.ExpandAsync(loop.Words);
        int status = 0;
        foreach (string value in values)
        {
            Variables.Set(loop.Name, value);
            (bool goOn, status) = await RunLoopBodyAsync(loop.Body);
            if (!goOn)
            {
                break;
            }
        }

        return status;
    }

    private async Task<(bool GoOn, int Status)> RunLoopBodyAsync(CommandList body)
    {
        await YieldSometimesAsync();
        LoopDepth++;
        try
        {
            return (true, await RunAsync(body));
        }
        catch (LoopControlException control) when (control.Levels > 1 && LoopDepth > 1)
        {
            throw new LoopControlException(control.Continues, control.Levels - 1);
        }
        catch (LoopControlException control)
        {
            LastStatus = 0;
            return (control.Continues, 0);
        }
        finally
        {
            LoopDepth--;
        }
    }

    private async Task<int> RunCaseAsync(CaseCommand command, bool isLast)
    {
        string subject = await Expander.ExpandToTextAsync(command.Subject);
        foreach ((IReadOnlyList<Word> patterns, CommandList body) in command.Items)
        {
            foreach (Word pattern in patterns)
            {
                string expanded = await Expander.ExpandToPatternAsync(pattern);
                if (Glob.IsMatch(subject, expanded))
                {
                    return await RunAsync(body, isLast);
                }
            }
        }

        return 0;
    }

    /// <summary>A script that only uses built-in commands never waits for anything: it must not keep a thread.</summary>
    private async Task YieldSometimesAsync()
    {
        if (++_steps % StepsBetweenYields == 0)
        {
            await Task.Yield();
        }
    }
}
