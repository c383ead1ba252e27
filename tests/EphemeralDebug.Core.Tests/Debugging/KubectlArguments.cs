using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>Reads the command line of <c>kubectl debug</c> as pflag does, and maps it to options.</summary>
internal sealed class KubectlArguments
{
    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal)
    {
        "arguments-only", "attach", "quiet", "replace", "same-node", "share-processes", "stdin", "tty",
        "keep-annotations", "keep-init-containers", "keep-labels", "keep-liveness", "keep-readiness", "keep-startup",
    };

    private static readonly Dictionary<string, KeptParts> KeepFlags = new(StringComparer.Ordinal)
    {
        ["keep-labels"] = KeptParts.Labels,
        ["keep-annotations"] = KeptParts.Annotations,
        ["keep-liveness"] = KeptParts.LivenessProbes,
        ["keep-readiness"] = KeptParts.ReadinessProbes,
        ["keep-startup"] = KeptParts.StartupProbes,
        ["keep-init-containers"] = KeptParts.InitContainers,
    };

    private static readonly Dictionary<char, string> ShortNames = new()
    {
        ['c'] = "container", ['i'] = "stdin", ['q'] = "quiet", ['t'] = "tty", ['f'] = "filename",
    };

    private readonly Dictionary<string, List<string>> flags = new(StringComparer.Ordinal);

    private readonly List<string> names = [];

    private readonly List<string> rest = [];

    public KubectlArguments(IEnumerable<string> arguments)
    {
        Queue<string> queue = new(arguments);
        while (queue.TryDequeue(out string? argument))
        {
            if (argument == "--")
            {
                rest.AddRange(queue);
                return;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                ReadLong(argument[2..], queue);
            }
            else if (argument.StartsWith('-'))
            {
                ReadShort(argument[1..], queue);
            }
            else
            {
                names.Add(argument);
            }
        }
    }

    /// <summary>Neither a copy nor a node: the case adds an ephemeral container.</summary>
    public bool IsForEphemeralContainer => !flags.ContainsKey("copy-to") && !names.Exists(IsNode);

    /// <summary>The names of the pods to debug.</summary>
    public IReadOnlyList<string> Pods => names.ConvertAll(static name => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    /// <summary>The case makes a copy of a pod.</summary>
    public bool IsForCopy => flags.ContainsKey("copy-to") && !names.Exists(IsNode);

    /// <summary>The case makes a pod on a node.</summary>
    public bool IsForNode => names.Exists(IsNode);

    /// <exception cref="PlanException">A value is not one that the option takes.</exception>
    public PodCopyOptions ToCopyOptions(string defaultProfile, Func<string, JsonObject> readFile) => new()
    {
        Container = ToPodOptions(defaultProfile, readFile),
        Name = Last("copy-to"),
        SetImages = OptionText.ParseEnvironment(All("set-image").SelectMany(SplitPairs)).ToDictionary(StringComparer.Ordinal),
        ShareProcesses = Last("share-processes") is { } share ? bool.Parse(share) : null,
        SameNode = IsOn("same-node"),
        Replace = IsOn("replace"),
        Keep = ReadKept(),
    };

    /// <exception cref="PlanException">A value is not one that the option takes.</exception>
    public ContainerOptions ToOptions(string defaultProfile, Func<string, JsonObject> readFile) => new()
    {
        Profile = OptionText.ParseProfile(Last("profile") ?? defaultProfile),
        Image = Last("image") ?? "",
        Name = Last("container"),
        Target = Last("target"),
        Environment = OptionText.ParseEnvironment(All("env").SelectMany(SplitPairs)),
        PullPolicy = OptionText.ParsePullPolicy(Last("image-pull-policy")),
        Stdin = IsOn("stdin"),
        Tty = IsOn("tty"),
        Command = IsOn("arguments-only") ? [] : rest,
        Arguments = IsOn("arguments-only") ? rest : [],
        CustomProfile = Last("custom") is { } file ? readFile(file) : null,
    };

    /// <exception cref="PlanException">A value is not one that the option takes.</exception>
    public PodContainerOptions ToPodOptions(string defaultProfile, Func<string, JsonObject> readFile)
    {
        ContainerOptions options = ToOptions(defaultProfile, readFile);
        return new PodContainerOptions
        {
            Profile = OptionText.ParseProfile(Last("profile") ?? defaultProfile),
            Image = Last("image") ?? "",
            Name = options.Name,
            Environment = options.Environment,
            PullPolicy = options.PullPolicy,
            Stdin = options.Stdin,
            Tty = options.Tty,
            Command = options.Command,
            Arguments = options.Arguments,
            CustomProfile = options.CustomProfile,
        };
    }

    private static bool IsNode(string name) => name.StartsWith("node/", StringComparison.Ordinal);

    /// <summary>pflag reads several pairs from one value when it has more than one equals sign.</summary>
    private static string[] SplitPairs(string value) =>
        value.Count(static c => c == '=') > 1 ? value.Split(',') : [value.Trim('"')];

    private KeptParts ReadKept()
    {
        KeptParts kept = KeptParts.None;
        foreach ((string flag, KeptParts part) in KeepFlags)
        {
            bool isOn = Last(flag) is { } value ? bool.Parse(value) : part is KeptParts.InitContainers;
            kept |= isOn ? part : KeptParts.None;
        }

        return kept;
    }

    private string? Last(string name) => All(name).LastOrDefault();

    private List<string> All(string name) => flags.GetValueOrDefault(name) ?? [];

    private bool IsOn(string name) => Last(name) is { } value && bool.Parse(value);

    private void ReadLong(string text, Queue<string> queue)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            Add(text[..equals], text[(equals + 1)..]);
        }
        else
        {
            Add(text, Switches.Contains(text) ? "true" : queue.Dequeue());
        }
    }

    private void ReadShort(string letters, Queue<string> queue)
    {
        for (int i = 0; i < letters.Length; i++)
        {
            string name = ShortNames[letters[i]];
            string tail = letters[(i + 1)..];
            if (tail.StartsWith('=') || !Switches.Contains(name))
            {
                Add(name, tail.Length > 0 ? tail.TrimStart('=') : queue.Dequeue());
                return;
            }

            Add(name, "true");
        }
    }

    private void Add(string name, string value)
    {
        if (!flags.TryGetValue(name, out List<string>? values))
        {
            flags[name] = values = [];
        }

        values.Add(value);
    }
}
