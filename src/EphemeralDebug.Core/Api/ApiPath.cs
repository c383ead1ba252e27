using System.Text;

namespace EphemeralDebug.Api;

/// <summary>Builds request paths; every name is escaped, so that a name can never become another path.</summary>
internal static class ApiPath
{
    public static string Pods(string? podNamespace) =>
        podNamespace is null ? "api/v1/pods" : $"api/v1/namespaces/{Uri.EscapeDataString(podNamespace)}/pods";

    public static string Namespace(string name) => $"api/v1/namespaces/{Uri.EscapeDataString(name)}";

    public static string Node(string name) => $"api/v1/nodes/{Uri.EscapeDataString(name)}";

    public static string Pod(string podNamespace, string name) => $"{Pods(podNamespace)}/{Uri.EscapeDataString(name)}";

    public static string Pod(string podNamespace, string name, string subresource) =>
        $"{Pod(podNamespace, name)}/{subresource}";

    public static string EphemeralContainers(string podNamespace, string name) =>
        Pod(podNamespace, name, "ephemeralcontainers");

    /// <summary>An object of any group; the empty one is that of pods and services.</summary>
    public static string Object(string group, string version, string objectNamespace, string resource, string name)
    {
        string root = group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";
        return $"{root}/namespaces/{Uri.EscapeDataString(objectNamespace)}/{resource}/{Uri.EscapeDataString(name)}";
    }

    /// <summary>Appends query parameters; a null value leaves the parameter out.</summary>
    public static string WithQuery(string path, params ReadOnlySpan<KeyValuePair<string, string?>> parameters)
    {
        var text = new StringBuilder(path);
        char separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach ((string key, string? value) in parameters)
        {
            if (value is null)
            {
                continue;
            }

            text.Append(separator).Append(key).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return text.ToString();
    }
}
