using System.Collections;

namespace EphemeralDebug.Configuration;

/// <summary>The process's own environment.</summary>
internal sealed class SystemEnvironment : IConfigurationEnvironment
{
    private const UnixFileMode AnyExecute =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static SystemEnvironment Instance { get; } = new();

    public bool IsWindows => OperatingSystem.IsWindows();

    public bool HasTerminal => !Console.IsInputRedirected;

    public string? GetVariable(string name) => Environment.GetEnvironmentVariable(name);

    public IReadOnlyDictionary<string, string> GetVariables()
    {
        var variables = new Dictionary<string, string>(
            IsWindows ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public bool IsExecutable(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != UnixFileMode.None;

    public byte[] ReadFile(string path) => File.ReadAllBytes(path);
}
