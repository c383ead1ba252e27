namespace EphemeralDebug.Api.Listing;

/// <summary>What decides whether a pod of a list is of interest: parts of the bytes that it was read from.</summary>
internal ref struct PodGlance
{
    /// <summary>How many bytes the pod has.</summary>
    public int Length { get; set; }

    public ReadOnlySpan<byte> Namespace { get; set; }

    public ReadOnlySpan<byte> Name { get; set; }

    public bool HasEphemeralContainers { get; set; }
}
