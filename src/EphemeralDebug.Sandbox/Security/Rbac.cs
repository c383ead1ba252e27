namespace EphemeralDebug.Sandbox.Security;

/// <summary>What a role allows, as in rbac.authorization.k8s.io/v1.</summary>
internal sealed record PolicyRule
{
    public IReadOnlyList<string> ApiGroups { get; init; } = [];

    public IReadOnlyList<string> Resources { get; init; } = [];

    public IReadOnlyList<string> ResourceNames { get; init; } = [];

    public IReadOnlyList<string> NonResourceUrls { get; init; } = [];

    public required IReadOnlyList<string> Verbs { get; init; }

    public bool Allows(AccessRequest request) => Covers(Verbs, request.Verb) && (request.Path is { } path
        ? NonResourceUrls.Any(url => CoversPath(url, path))
        : Covers(ApiGroups, request.Group)
            && CoversResource(request)
            && (ResourceNames.Count == 0 || ResourceNames.Contains(request.Name, StringComparer.Ordinal)));

    private static bool Covers(IReadOnlyList<string> allowed, string wanted) =>
        allowed.Contains("*", StringComparer.Ordinal) || allowed.Contains(wanted, StringComparer.Ordinal);

    private bool CoversResource(AccessRequest request) =>
        Covers(Resources, request.CombinedResource)
        || (request.Subresource.Length > 0 && Resources.Contains($"*/{request.Subresource}", StringComparer.Ordinal));

    private static bool CoversPath(string url, string path) =>
        url.EndsWith('*') ? path.StartsWith(url[..^1], StringComparison.Ordinal) : url == path;
}

/// <summary>What somebody wants to do: with a resource, or with a path that is none.</summary>
internal sealed record AccessRequest(string Verb)
{
    /// <summary>The path of a request that is about no resource.</summary>
    public string? Path { get; init; }

    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>Empty for requests that are not about one object.</summary>
    public string Name { get; init; } = "";

    /// <summary>Empty at the scope of the cluster.</summary>
    public string Namespace { get; init; } = "";

    public string CombinedResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}

/// <summary>Who is bound to a role, and where: in one namespace, or (null) in the whole cluster.</summary>
internal sealed record RoleBinding(string Name, string? Namespace, Subject Subject, IReadOnlyList<PolicyRule> Rules)
{
    /// <summary>How the authorizer says which binding has allowed something.</summary>
    public string Describe() => Namespace is { } bindingNamespace
        ? $"RBAC: allowed by RoleBinding \"{Name}/{bindingNamespace}\" of Role \"{Name}\" to {Subject}"
        : $"RBAC: allowed by ClusterRoleBinding \"{Name}\" of ClusterRole \"{Name}\" to {Subject}";
}

internal enum SubjectKind
{
    User,
    Group,
    ServiceAccount,
}

/// <summary>A user, a group or a service account; a service account's name is "name/namespace".</summary>
internal sealed record Subject(SubjectKind Kind, string Name)
{
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>The subject that a user name stands for.</summary>
    public static Subject Of(string username) =>
        username.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) && username[ServiceAccountPrefix.Length..].Split(':') is [var accountNamespace, var name]
            ? new Subject(SubjectKind.ServiceAccount, $"{name}/{accountNamespace}")
            : new Subject(SubjectKind.User, username);

    public bool Matches(UserInfo user) => Kind == SubjectKind.Group ? user.Groups.Contains(Name, StringComparer.Ordinal) : this == Of(user.Name);

    public override string ToString() => $"{Kind} \"{Name}\"";
}
