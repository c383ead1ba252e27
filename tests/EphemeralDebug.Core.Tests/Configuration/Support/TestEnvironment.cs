using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>An environment of the test's own, over the real file system and files that only it sees.</summary>
internal sealed class TestEnvironment(Dictionary<string, string> variables) : IConfigurationEnvironment
{
    public TestEnvironment()
        : this(new(StringComparer.Ordinal))
    {
    }

    public Dictionary<string, string> Variables { get; } = variables;

    /// <summary>Files at paths that no test can write, such as a pod's service account.</summary>
    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Folders { get; } = new(StringComparer.Ordinal);

    public bool IsWindows { get; init; } = OperatingSystem.IsWindows();

    public bool HasTerminal { get; init; }

    public string? GetVariable(string name) => Variables.GetValueOrDefault(name);

    public IReadOnlyDictionary<string, string> GetVariables() => Variables;

    public bool FileExists(string path) => Find(path) is not null || File.Exists(path);

    public bool DirectoryExists(string path) => Folders.Contains(path) || Directory.Exists(path);

    public bool IsExecutable(string path) => Find(path) is not null || SystemEnvironment.Instance.IsExecutable(path);

    public byte[] ReadFile(string path) => Find(path) is { } text
        ? System.Text.Encoding.UTF8.GetBytes(text)
        : File.ReadAllBytes(path);

    // On Windows a path without a drive is on the current one.
    private string? Find(string path) =>
        Files.FirstOrDefault(file => Path.GetFullPath(file.Key) == Path.GetFullPath(path)).Value;
}
