using System.Text.Json.Nodes;

namespace EphemeralDebug.Module.Tests;

/// <summary>The credentials of a sandbox's users, none of which may ever be shown.</summary>
internal static class SandboxSecrets
{
    /// <summary>Checks what was printed for every token and private key.</summary>
    public static void AssertNotIn(string printed, string kubeConfigJson)
    {
        JsonNode kubeConfig = JsonNode.Parse(kubeConfigJson)!;
        foreach (JsonNode? entry in kubeConfig["users"]!.AsArray())
        {
            string? secret = (string?)entry!["user"]!["token"] ?? (string?)entry["user"]!["client-key-data"];
            Assert.NotNull(secret);

            // Not in the message of the assertion either.
            Assert.False(printed.Contains(secret, StringComparison.Ordinal), $"The credential of user '{entry["name"]}' was shown.");
        }
    }
}
