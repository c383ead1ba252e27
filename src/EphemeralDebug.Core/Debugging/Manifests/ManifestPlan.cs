using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>What a document means for one pod: the containers to add, and those that are there already.</summary>
internal sealed record ManifestPlan
{
    /// <summary>What is to be added; nothing when it has no containers.</summary>
    public required ContainerAddition Addition { get; init; }

    /// <summary>The names of all containers of the document, in its order.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Fields that this code does not know, as paths; a server that does not know them either drops them.</summary>
    public required IReadOnlyList<string> UnknownFields { get; init; }

    /// <summary>The pod as it was when the plan was made.</summary>
    public required JsonObject Current { get; init; }
}
