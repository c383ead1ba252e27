namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>
/// What of the recording the sandbox does not reproduce, by scenario or by scenario and step, with the reason. A test
/// fails when something here is reproduced after all, so that the list stays honest.
/// </summary>
internal static class NotReproduced
{
    private const string Workloads = "nothing controls deployments yet";

    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["podsecurity/restricted[10]"] = Workloads,
        ["workloads[0]"] = Workloads,
        ["workloads[2]"] = Workloads,
        ["workloads[3]"] = Workloads,
    };
}
