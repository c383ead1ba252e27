namespace EphemeralDebug.Configuration;

/// <summary>Which kubeconfig files to read, by the rules of client-go's loader and home directory.</summary>
internal static class KubeConfigLocations
{
    public const string Variable = "KUBECONFIG";

    /// <summary>The full paths in order of precedence, each once; nothing says that they exist.</summary>
    public static IReadOnlyList<string> Find(ConfigurationRequest request, IConfigurationEnvironment environment)
    {
        if (!string.IsNullOrEmpty(request.KubeConfigPath))
        {
            return [Path.GetFullPath(request.KubeConfigPath, request.WorkingDirectory)];
        }

        if (environment.GetVariable(Variable) is { Length: > 0 } list)
        {
            return Split(list, request.WorkingDirectory, environment.IsWindows ? ';' : ':');
        }

        string? home = Home(environment);
        return home is null ? [] : [Path.Join(home, ".kube", "config")];
    }

    private static List<string> Split(string list, string workingDirectory, char separator)
    {
        var paths = new List<string>();
        foreach (string entry in list.Split(separator))
        {
            // On Windows the entries may be quoted, as those of PATH.
            string path = separator == ';' ? entry.Replace("\"", "", StringComparison.Ordinal) : entry;
            if (path.Length > 0 && Path.GetFullPath(path, workingDirectory) is var full && !paths.Contains(full))
            {
                paths.Add(full);
            }
        }

        return paths;
    }

    private static string? Home(IConfigurationEnvironment environment)
    {
        string? home = NotEmpty(environment.GetVariable("HOME"));
        if (!environment.IsWindows)
        {
            return home;
        }

        string? profile = NotEmpty(environment.GetVariable("USERPROFILE"));
        string? drivePath = NotEmpty(environment.GetVariable("HOMEDRIVE")) is { } drive
            && NotEmpty(environment.GetVariable("HOMEPATH")) is { } path ? drive + path : null;
        return First([home, drivePath, profile], p => environment.FileExists(Path.Join(p, ".kube", "config")))
            ?? First([home, profile, drivePath], environment.DirectoryExists)
            ?? home ?? profile ?? drivePath;
    }

    private static string? First(ReadOnlySpan<string?> paths, Func<string, bool> matches)
    {
        foreach (string? path in paths)
        {
            if (path is not null && matches(path))
            {
                return path;
            }
        }

        return null;
    }

    private static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
