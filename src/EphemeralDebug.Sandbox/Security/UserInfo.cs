namespace EphemeralDebug.Sandbox.Security;

/// <summary>Who a request comes from, as the authenticators say.</summary>
internal sealed record UserInfo(string Name, string Uid, IReadOnlyList<string> Groups)
{
    public const string Authenticated = "system:authenticated";
    public const string Unauthenticated = "system:unauthenticated";
    public const string Administrators = "system:masters";

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    public static UserInfo Anonymous { get; } = new("system:anonymous", "", [Unauthenticated]);
}
