using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>What controllers want to know of pods and templates.</summary>
internal static class PodFacts
{
    /// <summary>Characters that make neither words nor confusion (Kubernetes, <c>rand.SafeEncodeString</c>).</summary>
    private const string SafeLetters = "bcdfghjklmnpqrstvwxz2456789";

    public static bool IsReady(StoredObject pod) => pod.Value.Object("status").Items("conditions")
        .Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");

    public static string Phase(StoredObject pod) => pod.Value.Object("status").Text("phase") ?? "";

    public static bool IsOver(StoredObject pod) => Phase(pod) is "Succeeded" or "Failed";

    public static string? Label(StoredObject stored, string name) => stored.Value.Object("metadata").Object("labels").Text(name);

    public static void SetLabel(JsonObject value, string name, string text) =>
        value.GetOrAddObject("metadata").GetOrAddObject("labels")[name] = text;

    /// <summary>What a template's pods are told apart by: the same for the same template.</summary>
    public static string HashOf(JsonObject template)
    {
        // FNV-1a, as Kubernetes takes it; of another text, so the values differ from a real cluster's.
        uint hash = 2166136261;
        foreach (byte value in Encoding.UTF8.GetBytes(ApiJson.ToText(template)))
        {
            hash = unchecked((hash ^ value) * 16777619);
        }

        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => SafeLetters[digit % SafeLetters.Length]));
    }
}
