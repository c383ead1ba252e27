namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>
/// What of the recording the sandbox does not reproduce, by scenario or by scenario and step, with the reason. A test
/// fails when something here is reproduced after all, so that the list stays honest.
/// </summary>
internal static class NotReproduced
{
    private const string OpenApi = "nothing asks for the description in OpenAPI version 2, which has a text for every field";

    /// <summary>Of the recording of a server of today.</summary>
    public static IReadOnlyDictionary<string, string> Current { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
    };

    /// <summary>Of the recording of Kubernetes 1.20.</summary>
    public static IReadOnlyDictionary<string, string> Legacy { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["discovery[3]"] = OpenApi,
        ["gate-off/discovery[3]"] = OpenApi,
    };
}
