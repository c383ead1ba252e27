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

    public bool FileExists(string path) => Files.ContainsKey(path) || File.Exists(path);

    public bool DirectoryExists(string path) => Folders.Contains(path) || Directory.Exists(path);

    public bool IsExecutable(string path) => Files.ContainsKey(path) || SystemEnvironment.Instance.IsExecutable(path);

    public byte[] ReadFile(string path) => Files.TryGetValue(path, out string? text)
        ? System.Text.Encoding.UTF8.GetBytes(text)
        : File.ReadAllBytes(path);
}
