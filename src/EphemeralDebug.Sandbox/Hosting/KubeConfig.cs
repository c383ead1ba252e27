using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Hosting;

internal enum KubeConfigFormat
{
    Yaml,
    Json,
}

/// <summary>A kubeconfig for the sandbox: one cluster, one context for each user.</summary>
internal sealed class KubeConfig(string server, string certificateAuthorityPem)
{
    private const string Cluster = "sandbox";

    private readonly JsonArray _users = [];
    private readonly JsonArray _contexts = [];
    private string? _current;

    /// <summary>A user who authenticates with a certificate.</summary>
    public void AddCertificateUser(string name, string contextNamespace, string certificatePem, string keyPem) => AddUser(name, contextNamespace, new JsonObject
    {
        ["client-certificate-data"] = Base64(certificatePem),
        ["client-key-data"] = Base64(keyPem),
    });

    /// <summary>A user who authenticates with a bearer token.</summary>
    public void AddTokenUser(string name, string contextNamespace, string token) =>
        AddUser(name, contextNamespace, new JsonObject { ["token"] = token });

    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["clusters"] = new JsonArray(new JsonObject
        {
            ["name"] = Cluster,
            ["cluster"] = new JsonObject { ["server"] = server, ["certificate-authority-data"] = Base64(certificateAuthorityPem) },
        }),
        ["users"] = _users.DeepClone(),
        ["contexts"] = _contexts.DeepClone(),
        ["current-context"] = _current,
    };

    /// <summary>Writes the file so that nobody but its owner can read it: it holds keys and tokens.</summary>
    public static void Write(string path, JsonObject kubeConfig, KubeConfigFormat format)
    {
        string text = format == KubeConfigFormat.Json ? $"{ApiJson.ToText(kubeConfig)}\n" : YamlText.Write(kubeConfig);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // A file that is there already keeps its mode; a new one is put in its place.
        File.Delete(path);
        using var stream = new FileStream(path, options);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The first user added becomes the one of the current context.</summary>
    private void AddUser(string name, string contextNamespace, JsonObject credentials)
    {
        _current ??= name;
        _users.Add(new JsonObject { ["name"] = name, ["user"] = credentials });
        _contexts.Add(new JsonObject
        {
            ["name"] = name,
            ["context"] = new JsonObject { ["cluster"] = Cluster, ["user"] = name, ["namespace"] = contextNamespace },
        });
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
