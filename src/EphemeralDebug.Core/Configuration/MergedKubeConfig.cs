namespace EphemeralDebug.Configuration;

/// <summary>
/// The kubeconfig files as one: the first file that defines a name gives the whole entry, and the first current
/// context that is set counts. Names are case-sensitive.
/// </summary>
internal sealed class MergedKubeConfig(IReadOnlyList<string> paths, IReadOnlyList<KubeConfigFile> files)
{
    /// <summary>Where files were looked for.</summary>
    public IReadOnlyList<string> Paths { get; } = paths;

    /// <summary>Whether any of the files exists.</summary>
    public bool AnyFile => files.Count > 0;

    /// <summary>Whether the files that exist define nothing.</summary>
    public bool IsEmpty
    {
        get
        {
            foreach (KubeConfigFile file in files)
            {
                if (file.CurrentContext is not null
                    || file.Clusters.Count > 0 || file.Users.Count > 0 || file.Contexts.Count > 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Reads those of <paramref name="paths"/> that exist.</summary>
    public static MergedKubeConfig Read(IReadOnlyList<string> paths, IConfigurationEnvironment environment)
    {
        var files = new List<KubeConfigFile>(paths.Count);
        foreach (string path in paths)
        {
            if (ReferencedFile.TryRead(environment, path, "kubeconfig", setting: null) is { } content)
            {
                files.Add(KubeConfigReader.Read(path, content));
            }
        }

        return new MergedKubeConfig(paths, files);
    }

    /// <summary>The current context's name and the file that sets it, or null.</summary>
    public (string Name, string File)? CurrentContext()
    {
        foreach (KubeConfigFile file in files)
        {
            if (file.CurrentContext is { } name)
            {
                return (name, file.Path);
            }
        }

        return null;
    }

    public ContextEntry? Context(string name) => First(name, file => file.Contexts);

    public ClusterEntry? Cluster(string name) => First(name, file => file.Clusters);

    public UserEntry? User(string name) => First(name, file => file.Users);

    public IReadOnlyList<string> ContextNames() => Names(file => file.Contexts);

    public IReadOnlyList<string> ClusterNames() => Names(file => file.Clusters);

    private T? First<T>(string name, Func<KubeConfigFile, IReadOnlyDictionary<string, T>> entries)
        where T : class
    {
        foreach (KubeConfigFile file in files)
        {
            if (entries(file).TryGetValue(name, out T? entry))
            {
                return entry;
            }
        }

        return null;
    }

    private List<string> Names<T>(Func<KubeConfigFile, IReadOnlyDictionary<string, T>> entries)
    {
        var names = new List<string>();
        foreach (KubeConfigFile file in files)
        {
            foreach (string name in entries(file).Keys)
            {
                if (!names.Contains(name))
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }
}
