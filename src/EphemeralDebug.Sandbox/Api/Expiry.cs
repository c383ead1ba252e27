namespace EphemeralDebug.Sandbox.Api;

/// <summary>How a watch or a continued list ends before its time.</summary>
internal enum ExpiryKind
{
    /// <summary>With a 410: the version is gone.</summary>
    Expired,

    /// <summary>Without a word, as at the end of its time.</summary>
    Closed,
}

/// <summary>A feature of a request whose version the server is to forget; <paramref name="Due"/> says when.</summary>
internal sealed record Expiry(ExpiryKind Kind, CancellationToken Due);
