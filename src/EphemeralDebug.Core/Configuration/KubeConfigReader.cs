using System.Text.Json;

namespace EphemeralDebug.Configuration;

/// <summary>Reads one kubeconfig file. All its entries are checked, as client-go does, not only those in use.</summary>
internal static class KubeConfigReader
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";

    /// <summary>Decodes the content of the file at <paramref name="path"/>.</summary>
    public static KubeConfigFile Read(string path, byte[] content)
    {
        JsonElement root;
        try
        {
            root = StructuredText.Parse(content);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(
                ConfigurationError.Malformed,
                $"The kubeconfig '{path}' is neither JSON nor YAML: {e.Message}.",
                "Correct the file, or name another one.",
                path);
        }

        if (root.ValueKind == JsonValueKind.Null)
        {
            return new KubeConfigFile { Path = path };
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ConfigurationException(
                ConfigurationError.Malformed,
                $"The file '{path}' is not a kubeconfig: it holds no mapping.",
                "Correct the file, or name another one.",
                path);
        }

        return Decode(new KubeConfigNode(root, path, ""), path);
    }

    private static KubeConfigFile Decode(KubeConfigNode root, string path)
    {
        RequireKind(root, path);
        return new KubeConfigFile
        {
            Path = path,
            CurrentContext = root.Text("current-context"),
            Clusters = Named(root, path, "clusters", "cluster", Cluster),
            Users = Named(root, path, "users", "user", User),
            Contexts = Named(root, path, "contexts", "context", Context),
        };
    }

    private static void RequireKind(KubeConfigNode root, string path)
    {
        string kind = root.Text("kind") ?? "Config";
        string version = root.Text("apiVersion") ?? "v1";
        if (kind != "Config" || version != "v1")
        {
            throw new ConfigurationException(
                ConfigurationError.Malformed,
                $"The file '{path}' is not a kubeconfig: it is of kind {kind}, version {version}.",
                "Name a file of kind Config, version v1.",
                path,
                kind != "Config" ? "kind" : "apiVersion");
        }
    }

    private static Dictionary<string, T> Named<T>(
        KubeConfigNode root, string path, string list, string field, Func<KubeConfigNode, string, T> decode)
    {
        var entries = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (KubeConfigNode item in root.Maps(list))
        {
            string name = item.Text("name") ?? "";
            KubeConfigNode named = item.At($"{list}[{name}]");
            T entry = decode(named.Map(field) ?? new KubeConfigNode(default, path, $"{list}[{name}].{field}"), path);
            if (!entries.TryAdd(name, entry))
            {
                throw new ConfigurationException(
                    ConfigurationError.Malformed,
                    $"The kubeconfig '{path}' has more than one entry '{name}' in {list}.",
                    "Remove or rename all but one.",
                    path,
                    $"{list}[{name}]");
            }
        }

        return entries;
    }

    private static ContextEntry Context(KubeConfigNode node, string file) => new()
    {
        File = file,
        Location = node.Location,
        Cluster = node.Text("cluster"),
        User = node.Text("user"),
        Namespace = node.Text("namespace"),
    };

    private static ClusterEntry Cluster(KubeConfigNode node, string file)
    {
        JsonElement? execConfig = null;
        foreach (KubeConfigNode extension in node.Maps("extensions"))
        {
            if (extension.Text("name") == ExecExtension)
            {
                execConfig = extension.Raw("extension");
            }
        }

        return new ClusterEntry
        {
            File = file,
            Location = node.Location,
            Server = node.Text("server"),
            TlsServerName = node.Text("tls-server-name"),
            InsecureSkipTlsVerify = node.Flag("insecure-skip-tls-verify"),
            CertificateAuthority = node.Text("certificate-authority"),
            CertificateAuthorityData = node.Base64("certificate-authority-data"),
            ProxyUrl = node.Text("proxy-url"),
            DisableCompression = node.Flag("disable-compression"),
            ExecConfig = execConfig,
        };
    }

    private static UserEntry User(KubeConfigNode node, string file) => new()
    {
        File = file,
        Location = node.Location,
        ClientCertificate = node.Text("client-certificate"),
        ClientCertificateData = node.Base64("client-certificate-data"),
        ClientKey = node.Text("client-key"),
        ClientKeyData = node.Base64("client-key-data"),
        Token = node.Text("token"),
        TokenFile = node.Text("tokenFile"),
        Username = node.Text("username"),
        Password = node.Text("password"),
        AuthProvider = node.Map("auth-provider") is { } provider ? provider.Text("name") ?? "" : null,
        Exec = node.Map("exec") is { } exec ? Exec(exec) : null,
        Impersonation = new Impersonation
        {
            UserName = node.Text("as"),
            Uid = node.Text("as-uid"),
            Groups = node.Texts("as-groups"),
            Extra = Extra(node),
        },
    };

    private static Dictionary<string, IReadOnlyList<string>> Extra(KubeConfigNode user)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (user.Map("as-user-extra") is { } map)
        {
            foreach (string name in map.Names())
            {
                extra[name] = map.Texts(name);
            }
        }

        return extra;
    }

    private static ExecEntry Exec(KubeConfigNode node)
    {
        var environment = new List<KeyValuePair<string, string>>();
        foreach (KubeConfigNode variable in node.Maps("env"))
        {
            environment.Add(new(variable.Text("name") ?? "", variable.Text("value") ?? ""));
        }

        return new ExecEntry
        {
            ApiVersion = node.Text("apiVersion"),
            Command = node.Text("command"),
            Arguments = node.Texts("args"),
            Environment = environment,
            InteractiveMode = node.Text("interactiveMode"),
            ProvideClusterInfo = node.Flag("provideClusterInfo"),
            InstallHint = node.Text("installHint"),
        };
    }
}
