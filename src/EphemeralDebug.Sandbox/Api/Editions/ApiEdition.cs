using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Editions;

/// <summary>In what the simulated versions of Kubernetes differ, as far as clients see it.</summary>
internal abstract class ApiEdition
{
    /// <summary>The edition that is simulated when nothing else is asked for.</summary>
    public static ApiEdition Current { get; } = new CurrentEdition();

    /// <summary>The document at /version.</summary>
    public abstract JsonObject Version { get; }

    /// <summary>The groups of the API beside the core, each with its versions, the preferred one first.</summary>
    public abstract IReadOnlyList<(string Name, string[] Versions)> Groups { get; }

    public abstract IReadOnlyList<SubresourceDefinition> PodSubresources { get; }

    /// <summary>The types of the API, with the fields that this version knows.</summary>
    public abstract SchemaCatalog Schema { get; }

    /// <summary>Whether /api and /apis can tell of everything at once.</summary>
    public abstract bool HasAggregatedDiscovery { get; }

    /// <summary>Whether there is a description in OpenAPI version 3.</summary>
    public abstract bool HasOpenApi { get; }

    /// <summary>Whether discovery tells what one object of a resource is called.</summary>
    public abstract bool TellsSingularNames { get; }

    /// <summary>Whether clients are warned of fields that nobody knows, or may have them refused.</summary>
    public abstract bool ValidatesFields { get; }

    /// <summary>Whether a WebSocket, opened with GET, takes the right to create as well.</summary>
    public abstract bool GuardsStreams { get; }

    /// <summary>Whether the level of security that a namespace's labels name is enforced.</summary>
    public abstract bool EnforcesPodSecurity { get; }

    /// <summary>Whether a namespace has its name as a label.</summary>
    public abstract bool LabelsNamespaces { get; }

    /// <summary>What a body that does not fit its type is answered with.</summary>
    public abstract BodyDialect Bodies { get; }

    /// <summary>The metadata of an answer that is no stored object.</summary>
    public abstract JsonObject ReviewMetadata();

    public abstract ObjectStrategy Pods(ObjectStore namespaces);

    public abstract ObjectStrategy EphemeralContainers(ObjectStore namespaces);

    public abstract ObjectStrategy PodStatus();

    /// <summary>Gives a new pod what only the server sets, after its defaults.</summary>
    public abstract void CompleteNewPod(JsonObject pod);

    /// <summary>All mistakes of a new pod.</summary>
    public abstract IReadOnlyList<FieldError> CheckNewPod(JsonObject pod);
}
