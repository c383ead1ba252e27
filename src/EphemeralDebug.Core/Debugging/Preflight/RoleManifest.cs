using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>
/// The YAML that gives a user the rights of a role. A role always holds the same rights, whichever of them are missing: to
/// apply it again takes nothing away that it gave before. Every user has a binding of their own for the same reason.
/// </summary>
internal static class RoleManifest
{
    private const string Group = "rbac.authorization.k8s.io";
    private const string ServiceAccountPrefix = "system:serviceaccount:";
    private const string UnknownUser = "NAME-OF-THE-USER";

    /// <summary>Creates the YAML.</summary>
    /// <param name="role">The role.</param>
    /// <param name="capabilities">What may be done with it.</param>
    /// <param name="roleNamespace">Where it holds.</param>
    /// <param name="user">Whom it is given to; null when nobody knows.</param>
    public static string Create(DebugRole role, IEnumerable<Capability> capabilities, string roleNamespace, string? user)
    {
        (string name, string what) = role switch
        {
            DebugRole.Debugger => ("ephemeral-debugger", "debug pods with ephemeral containers"),
            DebugRole.PodCreator => ("ephemeral-debugger-pods", "make and delete debug pods, which may run anything"),
            _ => ("ephemeral-debugger-nodes", "read nodes"),
        };
        string kind = role == DebugRole.NodeReader ? "ClusterRole" : "Role";
        string? scope = role == DebugRole.NodeReader ? null : roleNamespace;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {kind} {name}, to {what}; an administrator applies this with: kubectl apply -f -\n");
        if (user is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"# The server does not tell who you are: put your user's name in the place of {UnknownUser}.\n");
        }

        // Before the first document, too: the manifests of several roles can be piped one after the other.
        text.Append("---\n");
        AppendHead(text, kind, name, scope);
        text.Append("rules:\n");
        foreach (Capability capability in capabilities.Where(capability => capability.Role == role))
        {
            AppendRules(text, capability);
        }

        text.Append("---\n");
        AppendHead(text, $"{kind}Binding", BindingName(name, user ?? UnknownUser), scope);
        text.Append(CultureInfo.InvariantCulture, $"roleRef:\n  apiGroup: {Group}\n  kind: {kind}\n  name: {name}\nsubjects:\n");
        AppendSubject(text, user ?? UnknownUser);
        return text.ToString();
    }

    private static void AppendHead(StringBuilder text, string kind, string name, string? scope)
    {
        text.Append(CultureInfo.InvariantCulture, $"apiVersion: {Group}/v1\nkind: {kind}\nmetadata:\n  name: {Quote(name)}\n");
        if (scope is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  namespace: {Quote(scope)}\n");
        }
    }

    private static void AppendRules(StringBuilder text, Capability capability)
    {
        text.Append(CultureInfo.InvariantCulture, $"# {capability.Name}\n");
        foreach (IGrouping<string, AccessRight> rights in capability.Rights.GroupBy(right => right.Resource, StringComparer.Ordinal))
        {
            string verbs = string.Join(", ", rights.Select(right => right.Verb));
            text.Append(CultureInfo.InvariantCulture, $"- apiGroups: [\"\"]\n  resources: [{rights.Key}]\n  verbs: [{verbs}]\n");
        }
    }

    private static void AppendSubject(StringBuilder text, string user)
    {
        if (user.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal)
            && user[ServiceAccountPrefix.Length..].Split(':') is [var accountNamespace, var account])
        {
            text.Append(CultureInfo.InvariantCulture, $"- kind: ServiceAccount\n  name: {Quote(account)}\n  namespace: {Quote(accountNamespace)}\n");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"- apiGroup: {Group}\n  kind: User\n  name: {Quote(user)}\n");
        }
    }

    /// <summary>Names of bindings may hold anything that a path's segment may.</summary>
    private static string BindingName(string role, string user) =>
        $"{role}:{user.Replace('/', '-').Replace('%', '-')}";

    /// <summary>A JSON string is a YAML one, whatever it holds.</summary>
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
