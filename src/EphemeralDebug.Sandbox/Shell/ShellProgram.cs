using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell.Syntax;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>The program <c>sh</c>.</summary>
internal sealed class ShellProgram(ShellFlavor flavor)
{
    public async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        int next = 1;
        bool isCommand = false;
        bool forcesInteractive = false;
        var options = new List<string>();
        while (next < arguments.Count && arguments[next] is ['-' or '+', _, ..] and not "--")
        {
            string option = arguments[next++];
            isCommand |= option[0] == '-' && option.Contains('c', StringComparison.Ordinal) && !option.StartsWith("--", StringComparison.Ordinal);
            forcesInteractive |= option is "-i" or "-il" or "-li";
            options.Add(option.StartsWith("--", StringComparison.Ordinal) ? "-" : new string([.. option.Where(letter => !"cilsr".Contains(letter, StringComparison.Ordinal))]));
            if (option.EndsWith('o') && next < arguments.Count)
            {
                options.Add(arguments[next++]);
            }
        }

        next += next < arguments.Count && arguments[next] == "--" ? 1 : 0;
        List<string> rest = arguments.Skip(next).ToList();
        if (isCommand && rest.Count == 0)
        {
            return await process.FailAsync("-c requires an argument", 2);
        }

        bool hasScript = isCommand || rest.Count > 0;
        bool isInteractive = forcesInteractive || (!hasScript && process.Files[0].Terminal is not null && process.Files[2].Terminal is not null);
        string name = isCommand && rest.Count > 1 ? rest[1] : !isCommand && rest.Count > 0 ? rest[0] : arguments[0].TrimStart('-');
        var shell = new ShellInterpreter(process, flavor, name, rest.Skip(isCommand ? 2 : 1).ToList()) { IsInteractive = isInteractive };
        return await shell.RunToEndAsync(async () =>
        {
            SetOptions(shell, options);
            if (isCommand)
            {
                return await shell.RunTextAsync(rest[0], isLast: true);
            }

            if (rest.Count > 0)
            {
                return await RunFileAsync(shell, rest[0]);
            }

            return isInteractive && process.Files[0].Terminal is { } terminal
                ? await new InteractiveShell(shell, terminal).RunAsync()
                : await RunInputAsync(shell);
        });
    }

    private static void SetOptions(ShellInterpreter shell, List<string> options)
    {
        for (int i = 0; i < options.Count;)
        {
            i += ShellVariableBuiltins.SetOption(shell, options, i);
        }
    }

    private static async Task<int> RunFileAsync(ShellInterpreter shell, string path)
    {
        string script;
        try
        {
            OpenFile file = FileSystem.Open(shell.Process, path, OpenMode.Read);
            script = ByteText.Decode(await file.ReadToEndAsync(shell.Process.Killed));
            file.Release();
        }
        catch (SystemCallException exception)
        {
            throw new ShellErrorException($"can't open '{path}': {exception.Message}", code: exception.Error == Errno.NoEntry ? 127 : 126);
        }

        return await shell.RunTextAsync(script);
    }

    /// <summary>Reads the script from standard input, command by command, so that commands can read what follows.</summary>
    private static async Task<int> RunInputAsync(ShellInterpreter shell)
    {
        string pending = "";
        byte[] one = new byte[1];
        var line = new List<byte>();
        bool atEnd = false;
        while (!atEnd)
        {
            line.Clear();
            do
            {
                atEnd = await shell.Process.Files[0].ReadAsync(one, shell.Process.Killed) == 0;
                if (!atEnd)
                {
                    line.Add(one[0]);
                }
            }
            while (!atEnd && one[0] != '\n');
            pending += ByteText.Decode([.. line]);
            if (!IsIncomplete(pending) || atEnd)
            {
                await shell.RunTextAsync(pending);
                pending = "";
            }
        }

        return shell.LastStatus;
    }

    /// <summary>Whether a script needs more lines.</summary>
    public static bool IsIncomplete(string script)
    {
        if (script.EndsWith("\\\n", StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            new ShellParser(script).ParseAll();
            return false;
        }
        catch (IncompleteScriptException)
        {
            return true;
        }
        catch (ShellSyntaxException)
        {
            return false;
        }
    }
}
