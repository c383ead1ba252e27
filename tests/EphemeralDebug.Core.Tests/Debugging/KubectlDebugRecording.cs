using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>What kubectl debug sent, from tests/Conformance/kubectl-debug.json.</summary>
internal static class KubectlDebugRecording
{
    private static readonly JsonObject Document = JsonNode.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Conformance", "kubectl-debug.json")))!.AsObject();

    private static readonly Dictionary<string, JsonObject> Cases = Document["cases"]!.AsArray()
        .ToDictionary(static c => (string)c!["name"]!, static c => c!.AsObject(), StringComparer.Ordinal);

    /// <summary>general became the default in kubectl 1.36.</summary>
    public static string DefaultProfile { get; } =
        Version.Parse(((string)Document["client"]!).Split(" v")[1]) < new Version(1, 36) ? "legacy" : "general";

    /// <summary>The names of the cases that add an ephemeral container.</summary>
    public static IEnumerable<string> EphemeralContainerCases => CasesWhere(static arguments => arguments.IsForEphemeralContainer);

    /// <summary>The names of the cases that make a copy of a pod.</summary>
    public static IEnumerable<string> CopyCases => CasesWhere(static arguments => arguments.IsForCopy);

    /// <summary>The names of the cases that make a pod on a node.</summary>
    public static IEnumerable<string> NodeCases => CasesWhere(static arguments => arguments.IsForNode);

    public static JsonObject Node => Document["node"]!.DeepClone().AsObject();

    public static JsonObject Case(string name) => Cases[name];

    public static KubectlArguments Arguments(JsonObject recorded) =>
        new(recorded["args"]!.AsArray().Select(static argument => (string)argument!));

    public static JsonObject Pod(string name) => Document["pods"]![name]!.DeepClone().AsObject();

    public static JsonObject CustomProfile(string path) =>
        Document["custom"]![path.Split('/')[^1]]!.DeepClone().AsObject();

    private static IEnumerable<string> CasesWhere(Predicate<KubectlArguments> wanted) =>
        Cases.Values.Where(c => wanted(Arguments(c))).Select(static c => (string)c["name"]!);
}
