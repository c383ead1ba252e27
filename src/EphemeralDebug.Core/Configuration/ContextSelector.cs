namespace EphemeralDebug.Configuration;

/// <summary>Chooses the context in the kubeconfig files, and the entries that it names.</summary>
internal sealed class ContextSelector(
    MergedKubeConfig files, ConfigurationRequest request, IConfigurationEnvironment environment)
{
    public KubeConfigSelection Select()
    {
        RequireContent();
        (string? name, ContextEntry context, (string, string?)? origin) = Context();
        string? clusterName = NotEmpty(request.Cluster) ?? context.Cluster;
        string? userName = NotEmpty(request.User) ?? context.User;
        UserEntry? user = userName is null ? null : files.User(userName);
        return new KubeConfigSelection
        {
            ContextName = name,
            ContextOrigin = origin,
            ClusterName = clusterName,
            UserName = userName,
            Namespace = context.Namespace is { } n ? (n, context.SettingName("namespace"), context.File) : null,
            Cluster = Cluster(clusterName, context),
            User = user ?? MissingUser(userName),
            Warnings = user is null && userName is not null
                ? [$"The user '{userName}' is not defined in the kubeconfig; requests are sent without credentials."]
                : [],
        };
    }

    private void RequireContent()
    {
        if (!files.AnyFile)
        {
            string places = files.Paths.Count == 0 ? "in the home folder" : $"at '{string.Join("', '", files.Paths)}'";
            throw new ConfigurationException(
                ConfigurationError.FileNotFound,
                $"There is no kubeconfig {places}.",
                $"Name one, or set {KubeConfigLocations.Variable}.",
                files.Paths.Count == 1 ? files.Paths[0] : null,
                Blamed());
        }

        if (files.IsEmpty)
        {
            throw new ConfigurationException(
                ConfigurationError.Empty,
                $"The kubeconfig '{string.Join("', '", files.Paths)}' is empty.",
                "Name another one, or write a context, a cluster and a user into it.",
                files.Paths[0],
                Blamed());
        }
    }

    private (string? Name, ContextEntry Entry, (string Source, string? File)? Origin) Context()
    {
        if (NotEmpty(request.Context) is { } asked)
        {
            return (asked, Named(asked, "Context", file: null), ("parameter Context", null));
        }

        if (files.CurrentContext() is var (current, file))
        {
            return (current, Named(current, "current-context", file), ("current-context", file));
        }

        return NotEmpty(request.Cluster) is not null
            ? (null, new ContextEntry(), null)
            : throw new ConfigurationException(
                ConfigurationError.ContextNotFound,
                $"The kubeconfig '{string.Join("', '", files.Paths)}' has no current-context.",
                $"Name a context. {Known("contexts", files.ContextNames())}",
                files.Paths[0],
                "current-context");
    }

    private ContextEntry Named(string name, string setting, string? file) =>
        files.Context(name) ?? throw new ConfigurationException(
            ConfigurationError.ContextNotFound,
            $"The context '{name}' is not defined in the kubeconfig '{string.Join("', '", files.Paths)}'.",
            $"Name one that is (upper and lower case count). {Known("contexts", files.ContextNames())}",
            file ?? files.Paths[0],
            setting);

    private ClusterEntry Cluster(string? name, ContextEntry context)
    {
        string setting = NotEmpty(request.Cluster) is null ? context.SettingName("cluster") : "Cluster";
        if (name is null)
        {
            throw Incomplete("names no cluster", setting, context);
        }

        return files.Cluster(name) ?? throw Incomplete($"names the cluster '{name}', which is not defined", setting, context);
    }

    private ConfigurationException Incomplete(string problem, string setting, ContextEntry context) => new(
        ConfigurationError.ContextIncomplete,
        $"The setting {setting} in the kubeconfig '{context.File}' {problem}.",
        $"Correct it (upper and lower case count). {Known("clusters", files.ClusterNames())}",
        context.File,
        setting);

    // kubectl asks for a user name and a password here; nobody may be there to answer.
    private UserEntry MissingUser(string? name) =>
        string.IsNullOrEmpty(request.User)
            ? new UserEntry { Location = "none" }
            : throw new ConfigurationException(
                ConfigurationError.ContextIncomplete,
                $"The user '{name}' is not defined in the kubeconfig '{string.Join("', '", files.Paths)}'.",
                "Name one that is (upper and lower case count).",
                files.Paths[0],
                "User");

    private string? Blamed()
    {
        if (!string.IsNullOrEmpty(request.KubeConfigPath))
        {
            return "KubeConfigPath";
        }

        return string.IsNullOrEmpty(environment.GetVariable(KubeConfigLocations.Variable))
            ? null
            : KubeConfigLocations.Variable;
    }

    private static string Known(string what, IReadOnlyList<string> names)
    {
        const int Shown = 10;
        if (names.Count == 0)
        {
            return $"There are no {what}.";
        }

        string list = string.Join(", ", names.Take(Shown));
        return names.Count > Shown ? $"There are {names.Count} {what}: {list} …" : $"Defined are: {list}.";
    }

    private static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
