using System.Buffers;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Logs;

/// <summary>Which containers' logs a user means.</summary>
internal static class LogChoice
{
    private static readonly SearchValues<char> s_wildcards = SearchValues.Create("*?[");

    /// <summary>
    /// The containers of these names: any container by a plain name, ephemeral ones by a pattern, and all ephemeral ones
    /// where nothing is named.
    /// </summary>
    /// <exception cref="EphemeralDebugException">The pod has no container of a plain name.</exception>
    public static IEnumerable<string> Choose(PodResource pod, IReadOnlyList<string> wanted, Func<string, string, bool> isMatch)
    {
        string[] ephemeral = [.. Names(pod.Spec?.EphemeralContainers)];
        if (wanted.Count == 0)
        {
            return ephemeral;
        }

        string[] all = [.. ephemeral, .. Names(pod.Spec?.Containers), .. Names(pod.Spec?.InitContainers)];
        return wanted.SelectMany(name => name.AsSpan().ContainsAny(s_wildcards)
            ? ephemeral.Where(candidate => isMatch(name, candidate))
            : [Array.Find(all, candidate => string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase)) ?? throw LogErrors.NoSuchContainer(pod, name)])
            .Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Names(List<ContainerSpec>? containers) => (containers ?? []).Select(container => container.Name ?? "");
}
