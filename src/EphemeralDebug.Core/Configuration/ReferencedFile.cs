namespace EphemeralDebug.Configuration;

/// <summary>Reads files that a configuration consists of or names, with errors that blame the setting.</summary>
internal static class ReferencedFile
{
    /// <summary>The content of the file.</summary>
    /// <param name="environment">What reads it.</param>
    /// <param name="path">Its full path.</param>
    /// <param name="what">What it is, for messages: "token file".</param>
    /// <param name="setting">The setting that names it.</param>
    /// <exception cref="ConfigurationException">It is missing or cannot be read.</exception>
    public static byte[] Read(IConfigurationEnvironment environment, string path, string what, string? setting) =>
        TryRead(environment, path, what, setting) ?? throw new ConfigurationException(
            ConfigurationError.FileNotFound,
            $"The {what} '{path}'{NamedBy(setting)} does not exist.",
            "Create it, or correct the path.",
            path,
            setting);

    /// <summary>The content of the file, or null when it does not exist.</summary>
    /// <exception cref="ConfigurationException">It exists and cannot be read.</exception>
    public static byte[]? TryRead(IConfigurationEnvironment environment, string path, string what, string? setting)
    {
        try
        {
            return environment.ReadFile(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            bool isFolder = environment.DirectoryExists(path);
            throw new ConfigurationException(
                ConfigurationError.FileUnreadable,
                $"The {what} '{path}'{NamedBy(setting)} {(isFolder ? "is a folder" : "cannot be read")}.",
                isFolder ? "Name a file." : "Check who may read it.",
                path,
                setting,
                e);
        }
    }

    private static string NamedBy(string? setting) => setting is null ? "" : $" (named by {setting})";
}
