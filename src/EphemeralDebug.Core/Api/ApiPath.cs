using System.Text;

namespace EphemeralDebug.Api;

/// <summary>Builds request paths; every name is escaped, so that a name can never become another path.</summary>
internal static class ApiPath
{
    public static string Pods(string? podNamespace) =>
        podNamespace is null ? "api/v1/pods" : $"api/v1/namespaces/{Uri.EscapeDataString(podNamespace)}/pods";

    public static string Pod(string podNamespace, string name) => $"{Pods(podNamespace)}/{Uri.EscapeDataString(name)}";

    public static string Pod(string podNamespace, string name, string subresource) =>
        $"{Pod(podNamespace, name)}/{subresource}";

    public static string EphemeralContainers(string podNamespace, string name) =>
        Pod(podNamespace, name, "ephemeralcontainers");

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
