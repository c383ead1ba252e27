using System.Globalization;

namespace EphemeralDebug.Api.Watch;

/// <summary>
/// Compares resource versions of one resource. They count up, as API servers have always had it and Kubernetes 1.35
/// promises.
/// </summary>
internal static class ResourceVersions
{
    /// <summary>Whether a version is known to be older than another one; not when either is no number.</summary>
    public static bool IsOlder(string? version, string? than) =>
        TryParse(version, out ulong one) && TryParse(than, out ulong other) && one < other;

    private static bool TryParse(string? version, out ulong number) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
