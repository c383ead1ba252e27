namespace EphemeralDebug.Sandbox.Security;

/// <summary>Whether something is allowed, and by what.</summary>
internal readonly record struct Decision(bool Allowed, string Reason);

/// <summary>Role-based access control over a fixed set of bindings; administrators may do everything.</summary>
internal sealed class Authorizer(IEnumerable<RoleBinding> bindings)
{
    private static readonly string[] PublicPaths = ["/healthz", "/livez", "/readyz", "/version", "/version/"];

    private static readonly string[] DiscoveryPaths =
        ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];

    private static readonly string[] IssuerPaths =
        ["/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/"];

    private readonly RoleBinding[] _bindings = [.. DefaultBindings(), .. bindings];

    public Decision Authorize(UserInfo user, AccessRequest request)
    {
        if (user.Groups.Contains(UserInfo.Administrators, StringComparer.Ordinal))
        {
            return new Decision(true, "");
        }

        RoleBinding? binding = BindingsOf(user, request.Path is null ? request.Namespace : null)
            .FirstOrDefault(candidate => candidate.Rules.Any(rule => rule.Allows(request)));
        return binding is null ? new Decision(false, "") : new Decision(true, binding.Describe());
    }

    /// <summary>All rules that apply to a user in a namespace.</summary>
    public IEnumerable<PolicyRule> RulesOf(UserInfo user, string requestNamespace) =>
        BindingsOf(user, requestNamespace).SelectMany(binding => binding.Rules);

    /// <summary>The sentence that a refusal gives after "is forbidden".</summary>
    public static string Refusal(UserInfo user, AccessRequest request)
    {
        if (request.Path is { } path)
        {
            return $"User \"{user.Name}\" cannot {request.Verb} path \"{path}\"";
        }

        string scope = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        return $"User \"{user.Name}\" cannot {request.Verb} resource \"{request.CombinedResource}\" in API group \"{request.Group}\" {scope}";
    }

    private IEnumerable<RoleBinding> BindingsOf(UserInfo user, string? requestNamespace) => _bindings.Where(binding =>
        (binding.Namespace is null || binding.Namespace == requestNamespace) && binding.Subject.Matches(user));

    /// <summary>What every cluster lets everybody do.</summary>
    private static IEnumerable<RoleBinding> DefaultBindings()
    {
        PolicyRule publicInfo = new() { Verbs = ["get"], NonResourceUrls = PublicPaths };
        foreach (string group in (string[])[UserInfo.Authenticated, UserInfo.Unauthenticated])
        {
            yield return new RoleBinding("system:public-info-viewer", null, new Subject(SubjectKind.Group, group), [publicInfo]);
        }

        yield return ForAuthenticated("system:discovery", new PolicyRule { Verbs = ["get"], NonResourceUrls = DiscoveryPaths });
        yield return ForAuthenticated("system:well-known", new PolicyRule { Verbs = ["get"], NonResourceUrls = ["/.well-known", "/.well-known/*"] });
        yield return ForAuthenticated(
            "system:basic-user",
            new PolicyRule { Verbs = ["create"], ApiGroups = ["authorization.k8s.io"], Resources = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] },
            new PolicyRule { Verbs = ["create"], ApiGroups = ["authentication.k8s.io"], Resources = ["selfsubjectreviews"] });
        yield return new RoleBinding(
            "system:service-account-issuer-discovery",
            null,
            new Subject(SubjectKind.Group, "system:serviceaccounts"),
            [new PolicyRule { Verbs = ["get"], NonResourceUrls = IssuerPaths }]);
        yield return new RoleBinding(
            "cluster-admin",
            null,
            new Subject(SubjectKind.Group, UserInfo.Administrators),
            [
                new PolicyRule { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] },
                new PolicyRule { Verbs = ["*"], NonResourceUrls = ["*"] },
            ]);
    }

    private static RoleBinding ForAuthenticated(string name, params PolicyRule[] rules) =>
        new(name, null, new Subject(SubjectKind.Group, UserInfo.Authenticated), rules);
}
