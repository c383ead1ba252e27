namespace EphemeralDebug.Sandbox.Security;

/// <summary>A user who authenticates with a bearer token made at start.</summary>
internal sealed record SandboxUser(string Name, string Username, IReadOnlyList<string> Groups)
{
    /// <summary>Where the rules apply; null for the whole cluster.</summary>
    public string? Namespace { get; init; }

    public IReadOnlyList<PolicyRule> Rules { get; init; } = [];

    /// <summary>May look at pods, and at nothing else.</summary>
    public static SandboxUser Viewer(string userNamespace) => ServiceAccount("viewer", userNamespace) with
    {
        Rules = [new PolicyRule { Verbs = ["get", "list", "watch"], ApiGroups = [""], Resources = ["pods"] }],
    };

    /// <summary>May do what debugging with ephemeral containers takes.</summary>
    public static SandboxUser Debugger(string userNamespace) => ServiceAccount("debugger", userNamespace) with
    {
        Rules =
        [
            new PolicyRule { Verbs = ["get", "list", "watch"], ApiGroups = [""], Resources = ["pods"] },
            new PolicyRule { Verbs = ["get", "patch", "update"], ApiGroups = [""], Resources = ["pods/ephemeralcontainers"] },
            new PolicyRule { Verbs = ["create", "get"], ApiGroups = [""], Resources = ["pods/exec", "pods/attach", "pods/portforward"] },
            new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["pods/log"] },
        ],
    };

    /// <summary>May do everything, as the administrator does, but with a token: for clients that have no certificate.</summary>
    public static SandboxUser Operator { get; } = new("operator", "operator", [UserInfo.Administrators, UserInfo.Authenticated]);

    /// <summary>A service account of a namespace, without rights.</summary>
    public static SandboxUser ServiceAccount(string name, string accountNamespace) => new(
        name,
        $"system:serviceaccount:{accountNamespace}:{name}",
        ["system:serviceaccounts", $"system:serviceaccounts:{accountNamespace}", UserInfo.Authenticated])
    {
        Namespace = accountNamespace,
    };
}
