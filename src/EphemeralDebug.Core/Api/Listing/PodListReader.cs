using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Listing;

/// <summary>
/// Reads a list of pods one by one as its bytes come in. What is said of the pod holds until the next one is read.
/// </summary>
/// <remarks>
/// Members throw <see cref="EndOfStreamException"/> when the answer breaks off (never is a shorter list taken for the
/// whole), and <see cref="InvalidDataException"/> or <see cref="System.Text.Json.JsonException"/> when it is no such list.
/// </remarks>
internal abstract class PodListReader : IDisposable
{
    /// <summary>The token of the list's next chunk, as soon as it is known: before the pods, or after them.</summary>
    public string? ContinueToken { get; protected set; }

    /// <summary>The pod has an ephemeral container.</summary>
    public bool HasEphemeralContainers { get; protected set; }

    /// <summary>The pod's <c>namespace/name</c>, which is what a server orders a list by.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>Goes on to the next pod; false when the list is complete.</summary>
    public abstract ValueTask<bool> ReadAsync();

    /// <summary>Makes an object of the pod.</summary>
    public abstract PodResource GetPod();

    public abstract void Dispose();
}
