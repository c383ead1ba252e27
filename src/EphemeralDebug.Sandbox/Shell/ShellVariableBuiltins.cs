using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>The built-in commands about variables and options.</summary>
internal static class ShellVariableBuiltins
{
    /// <summary>The option that has no letter of its own.</summary>
    public const char PipeFail = '|';

    private const string KnownOptions = "aefmnuvxC";

    private static readonly Dictionary<string, char> OptionNames = new(StringComparer.Ordinal)
    {
        ["allexport"] = 'a',
        ["errexit"] = 'e',
        ["noglob"] = 'f',
        ["monitor"] = 'm',
        ["noexec"] = 'n',
        ["nounset"] = 'u',
        ["verbose"] = 'v',
        ["xtrace"] = 'x',
        ["noclobber"] = 'C',
        ["pipefail"] = PipeFail,
    };

    public static async Task<int> ExportAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        bool removes = arguments.Contains("-n");
        List<string> names = arguments.Skip(1).Where(argument => argument is not ("-p" or "-n")).ToList();
        if (names.Count == 0)
        {
            foreach ((string name, string value) in shell.Variables.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                await shell.Process.WriteAsync($"export {name}={Quote(value)}\n");
            }

            return 0;
        }

        return Assign(shell, names, name => shell.Variables.Export(name, !removes));
    }

    public static Task<int> ReadOnlyAsync(ShellInterpreter shell, IReadOnlyList<string> arguments) =>
        Task.FromResult(Assign(shell, arguments.Skip(1), shell.Variables.MakeReadOnly));

    public static Task<int> LocalAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        foreach (string argument in arguments.Skip(1))
        {
            string name = argument.Split('=', 2)[0];
            if (!shell.Variables.MakeLocal(name))
            {
                throw new ShellErrorException("local: not in a function");
            }
        }

        return Task.FromResult(Assign(shell, arguments.Skip(1), _ => { }));
    }

    public static Task<int> UnsetAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        bool functions = arguments.Contains("-f");
        foreach (string name in arguments.Skip(1).Where(argument => argument is not ("-f" or "-v")))
        {
            if (functions || (shell.Variables[name] is null && shell.Functions.ContainsKey(name)))
            {
                shell.Functions.Remove(name);
            }
            else
            {
                shell.Variables.Unset(name);
            }
        }

        return Task.FromResult(0);
    }

    public static async Task<int> SetAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 1)
        {
            foreach ((string name, string value) in shell.Variables.All)
            {
                await shell.Process.WriteAsync($"{name}={Quote(value)}\n");
            }

            return 0;
        }

        int next = 1;
        while (next < arguments.Count && arguments[next] is ['-' or '+', ..] and not "--" and not "-")
        {
            next += SetOption(shell, arguments, next);
        }

        bool hasSeparator = next < arguments.Count && arguments[next] is "--" or "-";
        if (next < arguments.Count)
        {
            shell.Positional = arguments.Skip(next + (hasSeparator ? 1 : 0)).ToList();
        }

        return 0;
    }

    /// <summary>Applies one word of options such as <c>-eu</c> or <c>-o errexit</c>; returns how many words it took.</summary>
    public static int SetOption(ShellInterpreter shell, IReadOnlyList<string> arguments, int index)
    {
        bool on = arguments[index][0] == '-';
        int used = 1;
        foreach (char letter in arguments[index].AsSpan(1))
        {
            char option = letter;
            if (letter == 'o')
            {
                string name = index + used < arguments.Count ? arguments[index + used] : "";
                used++;
                option = OptionNames.TryGetValue(name, out char known) ? known : throw new ShellErrorException($"set: illegal option -o {name}");
            }
            else if (!KnownOptions.Contains(letter, StringComparison.Ordinal))
            {
                throw new ShellErrorException($"set: illegal option -{letter}");
            }

            if (on)
            {
                shell.Options.Add(option);
            }
            else
            {
                shell.Options.Remove(option);
            }
        }

        return used;
    }

    private static int Assign(ShellInterpreter shell, IEnumerable<string> arguments, Action<string> mark)
    {
        foreach (string argument in arguments)
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            if (!ShellVariables.IsName(name))
            {
                throw new ShellErrorException($"{name}: bad variable name");
            }

            if (equals >= 0)
            {
                shell.Variables.Set(name, argument[(equals + 1)..]);
            }

            mark(name);
        }

        return 0;
    }

    private static string Quote(string value) => $"'{value.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";
}
