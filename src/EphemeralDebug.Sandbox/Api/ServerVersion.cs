using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>The version of Kubernetes that is simulated.</summary>
internal static class ServerVersion
{
    public const int Minor = 36;
    public const string GitVersion = "v1.36.2";

    /// <summary>The document at /version.</summary>
    public static JsonObject ToJson() => new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["emulationMajor"] = "1",
        ["emulationMinor"] = "36",
        ["minCompatibilityMajor"] = "1",
        ["minCompatibilityMinor"] = "35",
        ["gitVersion"] = GitVersion,
        ["gitCommit"] = "0000000000000000000000000000000000000000",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-06-09T00:00:00Z",
        ["goVersion"] = "go1.26.10",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };
}
