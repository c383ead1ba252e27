using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.FeatureGates;

/// <summary>How to set a gate, and what the file is to mean afterwards.</summary>
internal sealed record GateEdit(IReadOnlyList<TextEdit> Edits, JsonNode Expected);

/// <summary>A file that was read for one gate.</summary>
internal abstract class GateFile
{
    /// <summary>What the file is.</summary>
    public abstract FeatureGateFileKind Kind { get; }

    /// <summary>What it says of the gate; null when nothing.</summary>
    public abstract bool? Current { get; }

    /// <summary>What the whole file means, without comments and layout.</summary>
    public abstract JsonNode Content { get; }

    /// <summary>The version of the component that reads it, where the file says so.</summary>
    public virtual KubernetesVersion? Version => null;

    /// <summary>Plans the smallest edit of the text that sets the gate.</summary>
    /// <exception cref="FormatException">The text is written in a way that can't be edited; the message says where.</exception>
    public abstract GateEdit Set(bool value);
}
