using System.Text.Json.Nodes;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>A folder of a test's own that is removed with the test, and the files that a case puts there.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder()
    {
        // The space is deliberate: paths with spaces are the rule on Windows.
        Path = Directory.CreateTempSubdirectory("ephemeral debug ").FullName;
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.GetFullPath(name, Path);

    public string Write(string name, string content)
    {
        string path = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public string Write(string name, byte[] content)
    {
        string path = File(name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public string WriteExecutable(string name, string content)
    {
        string path = Write(name, content);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(
                path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>Writes a kubeconfig of one context "c", cluster "k" and user "u".</summary>
    public string WriteKubeConfig(string cluster, string user, string name = "config") => Write(name, new JsonObject
    {
        ["current-context"] = "c",
        ["clusters"] = new JsonArray(new JsonObject { ["name"] = "k", ["cluster"] = JsonNode.Parse(cluster) }),
        ["users"] = new JsonArray(new JsonObject { ["name"] = "u", ["user"] = JsonNode.Parse(user) }),
        ["contexts"] = new JsonArray(
            new JsonObject { ["name"] = "c", ["context"] = new JsonObject { ["cluster"] = "k", ["user"] = "u" } }),
    }.ToJsonString());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
