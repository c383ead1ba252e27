using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>A document that cannot be used as it is; nothing was sent.</summary>
public sealed class ManifestException : EphemeralDebugException
{
    private ManifestException(
        string errorId, FailureKind kind, string message, string advice, IReadOnlyList<KubernetesStatusCause>? causes = null)
        : base(errorId, kind, message, advice) => Causes = causes ?? [];

    /// <summary>All that is wrong with it, in the words of the API server; empty when it is no document of containers at all.</summary>
    public IReadOnlyList<KubernetesStatusCause> Causes { get; }

    internal static ManifestException Malformed(string problem) => new(
        "InvalidManifest",
        FailureKind.InvalidData,
        ControlCharacters.MakeVisible(problem),
        "Write a document of kind EphemeralContainers, a Pod with spec.ephemeralContainers, a container, or a list of containers, as JSON or YAML.");

    internal static ManifestException OtherPod(string problem) => new(
        "ManifestPodMismatch",
        FailureKind.InvalidArgument,
        ControlCharacters.MakeVisible(problem),
        "Name the pod that the document is for, or take the name out of the document and say the pod with -Pod.");

    internal static ManifestException NoPod() => new(
        "ManifestPodMissing",
        FailureKind.InvalidArgument,
        "The document names no pod.",
        "Say it with -Pod, or in the document's metadata.name.");

    /// <summary>What the server would refuse, in the words in which it does.</summary>
    internal static ManifestException Refused(string pod, IReadOnlyList<KubernetesStatusCause> causes)
    {
        string[] problems = [.. causes.Select(static c => $"{c.Field}: {c.Message}")];
        string all = problems is [string single] ? single : $"[{string.Join(", ", problems)}]";
        return new ManifestException(
            "ManifestRefused",
            FailureKind.InvalidArgument,
            ControlCharacters.MakeVisible($"Pod \"{pod}\" is invalid: {all}"),
            "Nothing was sent. Ephemeral containers can only be added: keep those that the pod has in a whole list (ConvertTo-EphemeralManifest writes them), or give the new containers alone; take out the fields that are named.",
            causes);
    }
}
