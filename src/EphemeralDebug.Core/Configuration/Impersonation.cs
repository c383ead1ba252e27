namespace EphemeralDebug.Configuration;

/// <summary>The identity that requests act as (the Impersonate headers).</summary>
public sealed record Impersonation
{
    /// <summary>The user's name. Without it the server accepts none of the others.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's unique id.</summary>
    public string? Uid { get; init; }

    /// <summary>The groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Further attributes by name, such as scopes.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    internal bool IsEmpty => string.IsNullOrEmpty(UserName) && !HasDetails;

    internal bool HasDetails => !string.IsNullOrEmpty(Uid) || Groups.Count > 0 || Extra.Count > 0;

    /// <summary>Whether it cannot be sent, because a header has no room for control characters.</summary>
    internal bool HasControlCharacters
    {
        get
        {
            IEnumerable<string> values = Groups.Append(UserName ?? "").Append(Uid ?? "");
            return values.Concat(Extra.Values.SelectMany(extra => extra)).Any(value => value.Any(char.IsControl));
        }
    }

    /// <summary>These settings, with those of <paramref name="other"/> in place of them where it has any.</summary>
    internal Impersonation OverriddenBy(Impersonation? other) => other is null ? this : new Impersonation
    {
        UserName = string.IsNullOrEmpty(other.UserName) ? UserName : other.UserName,
        Uid = string.IsNullOrEmpty(other.Uid) ? Uid : other.Uid,
        Groups = other.Groups.Count == 0 ? Groups : other.Groups,
        Extra = other.Extra.Count == 0 ? Extra : other.Extra,
    };
}
