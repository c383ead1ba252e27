using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>A shell that a user talks to at a terminal: prompts, edits lines, runs them.</summary>
internal sealed class InteractiveShell(ShellInterpreter shell, PseudoTerminal terminal)
{
    private readonly LineEditor _editor = new(shell.Process, terminal, new ShellCompletion(shell), shell.Flavor.AsksForCursor);

    public async Task<int> RunAsync()
    {
        foreach (Signal signal in (Signal[])[Signal.Interrupt, Signal.Quit, Signal.Terminate, Signal.WindowChanged])
        {
            shell.Process.SetDisposition(signal, SignalDisposition.Handle);
        }

        await shell.Process.WriteAsync(shell.Flavor.Banner);
        while (await ReadCommandAsync() is { } command)
        {
            await RunCommandAsync(command);
            foreach (string line in shell.Jobs.TakeDone())
            {
                await shell.Process.WriteErrorAsync(line);
            }
        }

        return shell.LastStatus;
    }

    /// <summary>A whole command, or null at the end of input.</summary>
    private async Task<string?> ReadCommandAsync()
    {
        string command = "";
        while (true)
        {
            LineInput input = await _editor.ReadLineAsync(command.Length == 0 ? Prompt() : "> ");
            switch (input.Kind)
            {
                case LineInputKind.End when command.Length == 0:
                    return null;
                case LineInputKind.End:
                    return command;
                case LineInputKind.Interrupted:
                    command = "";
                    shell.LastStatus = 130;
                    continue;
            }

            command += input.Text + "\n";
            if (!ShellProgram.IsIncomplete(command))
            {
                return command;
            }
        }
    }

    private async Task RunCommandAsync(string command)
    {
        try
        {
            await shell.RunTextAsync(command);
        }
        catch (ShellErrorException error)
        {
            shell.LastStatus = error.Code;
            await shell.Process.WriteErrorAsync($"{shell.Name}: {error.Message}\n");
        }
        catch (ShellInterruptedException)
        {
            shell.LastStatus = 130;
            await shell.Process.WriteErrorAsync("\n");
        }
        catch (Exception exception) when (exception is LoopControlException or FunctionReturnException)
        {
            shell.LastStatus = 0;
        }
    }

    private string Prompt()
    {
        string directory = shell.Process.WorkingDirectory;
        string? home = shell.Variables["HOME"];
        bool isHome = home is { Length: > 1 } && (directory == home || directory.StartsWith(home + "/", StringComparison.Ordinal));
        return (shell.Variables["PS1"] ?? shell.Flavor.Prompt)
            .Replace(@"\u", shell.Process.Credentials.UserId == 0 ? "root" : shell.Variables["USER"] ?? "I have no name!", StringComparison.Ordinal)
            .Replace(@"\h", shell.Process.Scope.HostName, StringComparison.Ordinal)
            .Replace(@"\w", isHome ? "~" + directory[home!.Length..] : directory, StringComparison.Ordinal)
            .Replace(@"\$", shell.Process.Credentials.UserId == 0 ? "#" : "$", StringComparison.Ordinal);
    }
}
