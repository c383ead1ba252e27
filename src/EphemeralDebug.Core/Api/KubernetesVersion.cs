using System.Globalization;

namespace EphemeralDebug.Api;

/// <summary>A minor version of Kubernetes.</summary>
internal readonly record struct KubernetesVersion(int Major, int Minor) : IComparable<KubernetesVersion>
{
    /// <summary>Reads <c>v1.20.15</c> or <c>1.36.2+k3s1</c>; null for what is no version.</summary>
    public static KubernetesVersion? Parse(string? text)
    {
        string[] parts = (text ?? "").TrimStart('v').Split('.', '-', '+');
        return parts.Length >= 2 && Number(parts[0]) is { } major && Number(parts[1]) is { } minor
            ? new KubernetesVersion(major, minor)
            : null;
    }

    /// <summary>The version in an image's tag; null for an image without one.</summary>
    public static KubernetesVersion? OfImage(string? image)
    {
        string name = (image ?? "").Split('@')[0];
        int colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? Parse(name[(colon + 1)..]) : null;
    }

    public int CompareTo(KubernetesVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
