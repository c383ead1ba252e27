using System.Text.RegularExpressions;

namespace EphemeralDebug.Sandbox.Images;

/// <summary>The name of an image in its parts, with the defaults that Docker's grammar gives.</summary>
/// <param name="Domain">Such as <c>docker.io</c>.</param>
/// <param name="Repository">Such as <c>library/busybox</c>.</param>
/// <param name="Tag">Null when a digest is given.</param>
/// <param name="Digest">Such as <c>sha256:…</c>, or null.</param>
internal sealed partial record ImageReference(string Domain, string Repository, string? Tag, string? Digest)
{
    private const string DefaultDomain = "docker.io";

    /// <summary>The whole name with its defaults.</summary>
    public string FullName => $"{Domain}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    /// <summary>Domain and repository.</summary>
    public string Name => $"{Domain}/{Repository}";

    /// <summary>Reads an image's name; null and the reason when it is none.</summary>
    public static ImageReference? Parse(string text, out string error)
    {
        string rest = text;
        string? digest = null;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
        }

        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : rest[..slash];
        bool hasDomain = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)
            || first == "localhost" || first.Any(char.IsUpper);
        string domain = hasDomain ? first : DefaultDomain;
        string remote = hasDomain ? rest[(slash + 1)..] : rest;
        if (domain is DefaultDomain or "index.docker.io" && !remote.Contains('/', StringComparison.Ordinal))
        {
            remote = "library/" + remote;
        }

        int colon = remote.LastIndexOf(':');
        string repository = colon < 0 ? remote : remote[..colon];
        string? tag = colon < 0 ? null : remote[(colon + 1)..];
        error = repository.Any(char.IsUpper)
            ? $"invalid reference format: repository name ({repository}) must be lowercase"
            : "invalid reference format";
        bool isValid = RepositoryPattern().IsMatch(repository) && DomainPattern().IsMatch(domain)
            && (tag is null || TagPattern().IsMatch(tag)) && (digest is null || DigestPattern().IsMatch(digest));
        return isValid
            ? new ImageReference(domain == "index.docker.io" ? DefaultDomain : domain, repository, tag ?? (digest is null ? "latest" : null), digest)
            : null;
    }

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9.\-]+(?::[0-9]+)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex DomainPattern();

    [GeneratedRegex(@"\A[\w][\w.\-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9]+:[0-9a-fA-F]{32,}\z", RegexOptions.NonBacktracking)]
    private static partial Regex DigestPattern();
}
