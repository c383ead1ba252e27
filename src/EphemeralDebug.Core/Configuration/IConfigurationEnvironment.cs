namespace EphemeralDebug.Configuration;

/// <summary>What the configuration takes from the process and the machine; tests put others in place.</summary>
internal interface IConfigurationEnvironment
{
    bool IsWindows { get; }

    /// <summary>Whether standard input is a terminal that a credential program could ask questions on.</summary>
    bool HasTerminal { get; }

    string? GetVariable(string name);

    IReadOnlyDictionary<string, string> GetVariables();

    bool FileExists(string path);

    bool DirectoryExists(string path);

    /// <summary>Whether the file may be executed; on Windows the extension says so.</summary>
    bool IsExecutable(string path);

    /// <exception cref="IOException">The file cannot be read, or is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    byte[] ReadFile(string path);
}
