using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell.Syntax;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Runs simple commands (POSIX 2.9.1): functions, what is built in, programs.</summary>
internal sealed class SimpleCommandRunner(ShellInterpreter shell)
{
    private const int NotFound = 127;
    private const int NotExecutable = 126;

    /// <summary>Expands and runs a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="mayReplace">The shell has nothing more to do: a program may take its process over.</param>
    public async Task<int> RunAsync(SimpleCommand command, bool mayReplace)
    {
        shell.SubstitutionStatus = null;
        List<string> words = await shell.Expander.ExpandAsync(command.Words);
        var assignments = new List<(string Name, string Value)>();
        foreach (Assignment assignment in command.Assignments)
        {
            assignments.Add((assignment.Name, await shell.Expander.ExpandToTextAsync(assignment.Value)));
        }

        await TraceAsync(assignments, words);
        try
        {
            using RedirectionScope redirections = await RedirectionScope.EnterAsync(shell, command.Redirections);
            if (words.Count == 0)
            {
                assignments.ForEach(assignment => shell.Variables.Set(assignment.Name, assignment.Value));
                return shell.SubstitutionStatus ?? 0;
            }

            if (words is ["exec", ..])
            {
                return await ReplaceShellAsync(words.Skip(1).ToList(), assignments, redirections);
            }

            return await RunWordsAsync(words, assignments, mayReplace);
        }
        catch (ShellErrorException error) when (error.Code == 1)
        {
            await shell.Process.WriteErrorAsync($"{shell.Name}: {error.Message}\n");
            return 1;
        }
    }

    /// <summary>Runs a command that is not a function, for <c>command</c>.</summary>
    public Task<int> RunWithoutFunctionsAsync(IReadOnlyList<string> words) =>
        ShellBuiltins.Find(words[0]) is { } builtin ? RunBuiltinAsync(builtin, words) : RunProgramAsync(words, [], mayReplace: false);

    private async Task TraceAsync(List<(string Name, string Value)> assignments, List<string> words)
    {
        if (shell.Options.Contains('x'))
        {
            IEnumerable<string> all = assignments.Select(assignment => $"{assignment.Name}={assignment.Value}").Concat(words);
            await shell.Process.WriteErrorAsync($"+ {string.Join(' ', all)}\n");
        }
    }

    private async Task<int> RunWordsAsync(List<string> words, List<(string Name, string Value)> assignments, bool mayReplace)
    {
        bool isFunction = shell.Functions.TryGetValue(words[0], out Command? function);
        BuiltinBody? builtin = isFunction ? null : ShellBuiltins.Find(words[0]);
        if (!isFunction && builtin is null)
        {
            return await RunProgramAsync(words, assignments, mayReplace);
        }

        if (!isFunction && (assignments.Count == 0 || ShellBuiltins.IsSpecial(words[0])))
        {
            assignments.ForEach(assignment => shell.Variables.Set(assignment.Name, assignment.Value));
            return await RunBuiltinAsync(builtin!, words);
        }

        shell.Variables.EnterFunction();
        try
        {
            foreach ((string name, string value) in assignments)
            {
                shell.Variables.MakeLocal(name);
                shell.Variables.Export(name);
                shell.Variables.Set(name, value);
            }

            return isFunction ? await RunFunctionAsync(function!, words) : await RunBuiltinAsync(builtin!, words);
        }
        finally
        {
            shell.Variables.LeaveFunction();
        }
    }

    private async Task<int> RunBuiltinAsync(BuiltinBody builtin, IReadOnlyList<string> words)
    {
        try
        {
            return await builtin(shell, words);
        }
        catch (BrokenPipeException) when (shell.Process.GetDisposition(Signal.BrokenPipe) == SignalDisposition.Default)
        {
            throw;
        }
        catch (SystemCallException exception)
        {
            await shell.Process.WriteErrorAsync($"{shell.Name}: {words[0]}: {exception.Message}\n");
            return 1;
        }
    }

    private async Task<int> RunFunctionAsync(Command function, List<string> words)
    {
        IReadOnlyList<string> positional = shell.Positional;
        shell.Positional = words.Skip(1).ToList();
        try
        {
            return await shell.RunCompoundAsync(function);
        }
        catch (FunctionReturnException result)
        {
            return result.Code;
        }
        finally
        {
            shell.Positional = positional;
        }
    }

    private async Task<int> ReplaceShellAsync(List<string> words, List<(string Name, string Value)> assignments, RedirectionScope redirections)
    {
        redirections.Keep();
        if (words.Count == 0)
        {
            assignments.ForEach(assignment => shell.Variables.Set(assignment.Name, assignment.Value));
            return 0;
        }

        throw new ShellExitException(await RunProgramAsync(words, assignments, mayReplace: true));
    }

    private async Task<int> RunProgramAsync(IReadOnlyList<string> words, List<(string Name, string Value)> assignments, bool mayReplace)
    {
        var environment = new Dictionary<string, string>(shell.Variables.Environment, StringComparer.Ordinal);
        assignments.ForEach(assignment => environment[assignment.Name] = assignment.Value);
        string searchPath = environment.GetValueOrDefault("PATH") ?? shell.Variables["PATH"] ?? ProgramLoader.DefaultPath;
        LoadedProgram program;
        try
        {
            string? path = ProgramLoader.FindPath(shell.Process, words[0], searchPath);
            if (path is null)
            {
                await shell.Process.WriteErrorAsync($"{shell.Name}: {words[0]}: {shell.Flavor.NotFound}\n");
                return NotFound;
            }

            program = Load(path, words);
        }
        catch (SystemCallException exception)
        {
            bool isMissing = exception.Error is Errno.NoEntry or Errno.NotADirectory;
            await shell.Process.WriteErrorAsync($"{shell.Name}: {words[0]}: {(isMissing ? "not found" : exception.Message)}\n");
            return isMissing ? NotFound : NotExecutable;
        }

        if (mayReplace)
        {
            return await shell.Process.ExecuteAsync(program, environment);
        }

        SimulatedProcess child = shell.Process.StartChild(
            shell.InForeground(program.Body),
            start => start with { Arguments = program.Arguments, Environment = environment, Group = shell.IsInteractive ? 0 : null });
        return await shell.WaitForegroundAsync([child]);
    }

    /// <summary>A text without <c>#!</c> is a script for this shell.</summary>
    private LoadedProgram Load(string path, IReadOnlyList<string> words)
    {
        try
        {
            return ProgramLoader.Load(shell.Process, path, words);
        }
        catch (SystemCallException exception) when (exception.Error == Errno.ExecFormat)
        {
            return new LoadedProgram(["sh", path, .. words.Skip(1)], new ShellProgram(shell.Flavor).RunAsync);
        }
    }
}
