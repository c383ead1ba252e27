using System.Management.Automation;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Pipeline;

/// <summary>Which containers of a pod are meant: by names with wildcards, by the record that was piped in, or all.</summary>
internal sealed class ContainerNames(string[]? names, string? container)
{
    private readonly string[] _names = names ?? (container is null ? [] : [container]);

    public bool Match(string name) => _names.Length == 0 || Array.Exists(_names, pattern => IsMatch(pattern, name));

    /// <summary>The first plain name that the pod has no container of; a pattern may match nothing.</summary>
    public string? FindMissing(PodResource pod) => Array.Find(
        _names,
        name => !WildcardPattern.ContainsWildcardCharacters(name)
            && pod.Spec?.EphemeralContainers?.Exists(c => IsMatch(name, c.Name ?? "")) is not true);

    private static bool IsMatch(string pattern, string name) => WildcardPattern.ContainsWildcardCharacters(pattern)
        ? new WildcardPattern(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(name)
        : string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase);
}
