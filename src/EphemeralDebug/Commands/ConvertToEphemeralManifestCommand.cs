using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Manifests;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Writes the ephemeral containers of pods as documents, for review, for Import-EphemeralManifest, and for kubectl
/// (<c>patch --subresource ephemeralcontainers</c>, <c>replace --raw</c>).
/// </summary>
[Cmdlet(VerbsData.ConvertTo, "EphemeralManifest")]
[OutputType(typeof(string))]
public sealed class ConvertToEphemeralManifestCommand : PodCmdlet
{
    private readonly List<PodReference> _references = [];
    private bool _hasDocument;

    /// <summary>The pods, workloads, or records of containers. Records of one pod become one document.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The containers; wildcards are allowed. All of the pod where none is given.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>The form: a Pod, a list of kind EphemeralContainers for servers of 1.16 to 1.21, or the containers alone.</summary>
    [Parameter]
    public ManifestForm Form { get; set; } = ManifestForm.Pod;

    /// <summary>YAML or JSON.</summary>
    [Parameter]
    public ManifestNotation As { get; set; } = ManifestNotation.Yaml;

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Each(Pod, (session, reference, _) => _references.Add(reference with { Namespace = NamespaceFor(reference, session), Session = session }));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        CompleteInput();
        foreach (var pod in _references.GroupBy(static r => (r.Session, r.Namespace, r.Name)))
        {
            // A pod that was named as such stands for all of its containers.
            string[] records = pod.Any(static r => r.Container is null) ? [] : [.. pod.Select(static r => r.Container!)];
            PodReference first = pod.First();
            Complete(first.Input ?? first, token => WriteAsync(first.Session!, first, records, token));
        }

        base.EndProcessing();
    }

    private async Task WriteAsync(
        ClusterSession session, PodReference reference, string[] records, CancellationToken cancellationToken)
    {
        string podNamespace = reference.Namespace!;
        JsonObject pod = await session.Pods.GetObjectAsync(podNamespace, reference.Name, cancellationToken);
        var names = new ContainerNames(Name ?? (records.Length > 0 ? records : null), container: null);
        PodResource known = pod.Deserialize(WireJson.Default.PodResource)!;
        if (names.FindMissing(known) is { } missing)
        {
            throw WaitErrors.NoSuchContainer(known, missing);
        }

        IEnumerable<JsonObject> containers = (pod["spec"]?["ephemeralContainers"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Where(container => names.Match(container["name"]?.ToString() ?? ""));
        foreach (JsonObject document in ManifestWriter.Create(podNamespace, reference.Name, containers, Form))
        {
            // Written to one file, several YAML documents need the line between them.
            string separator = _hasDocument && As is ManifestNotation.Yaml ? "---\n" : "";
            _hasDocument = true;
            Emit(separator + ManifestWriter.Write(document, As));
        }
    }
}
