namespace EphemeralDebug.Configuration.Credentials;

/// <summary>
/// Finds a program as the operating system's shell does, but never in the current folder: only in the folders of PATH
/// that are absolute, and on Windows with the extensions of PATHEXT.
/// </summary>
internal static class ProgramFinder
{
    private const string DefaultExtensions = ".COM;.EXE;.BAT;.CMD";

    /// <summary>The full path of the program, or null when it is not found.</summary>
    /// <param name="command">A name, or an absolute path.</param>
    /// <param name="environment">What says where to look.</param>
    public static string? Find(string command, IConfigurationEnvironment environment)
    {
        bool isPath = command.Contains('/') || (environment.IsWindows && command.Contains('\\'));
        if (isPath)
        {
            return First(Candidates(command, environment), environment.FileExists);
        }

        foreach (string folder in Folders(environment))
        {
            string candidate = folder.EndsWith('/') || folder.EndsWith('\\')
                ? folder + command
                : folder + (environment.IsWindows ? '\\' : '/') + command;
            if (First(Candidates(candidate, environment), path => IsProgram(path, environment)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static bool IsProgram(string path, IConfigurationEnvironment environment) =>
        environment.FileExists(path) && environment.IsExecutable(path);

    private static IEnumerable<string> Folders(IConfigurationEnvironment environment)
    {
        string list = environment.GetVariable("PATH") ?? "";
        foreach (string entry in list.Split(environment.IsWindows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries))
        {
            string folder = environment.IsWindows ? entry.Trim('"') : entry;
            if (IsAbsolute(folder, environment))
            {
                yield return folder;
            }
        }
    }

    private static bool IsAbsolute(string folder, IConfigurationEnvironment environment) => environment.IsWindows
        ? folder is [_, ':', '\\' or '/', ..] or ['\\', '\\', ..]
        : folder.StartsWith('/');

    private static IEnumerable<string> Candidates(string path, IConfigurationEnvironment environment)
    {
        if (!environment.IsWindows)
        {
            yield return path;
            yield break;
        }

        string[] extensions = Extensions(environment);
        foreach (string extension in extensions)
        {
            if (path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            {
                yield return path;
            }
        }

        foreach (string extension in extensions)
        {
            yield return path + extension;
        }
    }

    private static string[] Extensions(IConfigurationEnvironment environment)
    {
        string? list = environment.GetVariable("PATHEXT");
        return (string.IsNullOrEmpty(list) ? DefaultExtensions : list)
            .ToLowerInvariant().Split(';', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string? First(IEnumerable<string> paths, Func<string, bool> matches)
    {
        foreach (string path in paths)
        {
            if (matches(path))
            {
                return path;
            }
        }

        return null;
    }
}
