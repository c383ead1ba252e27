namespace EphemeralDebug.Core.Tests.FeatureGates;

/// <summary>Files put together at random from what real and hostile files have in them; the seed is the test's case.</summary>
public sealed class GeneratedFileTests
{
    private const int FilesPerSeed = 100;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Kubelet_configurations_keep_everything_but_the_gate(int seed) => CheckAll(seed, KubeletConfiguration);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Manifests_keep_everything_but_the_gate(int seed) => CheckAll(seed, Manifest);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Environment_files_keep_everything_but_the_gate(int seed) => CheckAll(seed, EnvironmentFile);

    private static void CheckAll(int seed, Func<Generator, string> create)
    {
        var generator = new Generator(seed);
        for (int i = 0; i < FilesPerSeed; i++)
        {
            string text = generator.Finish(create(generator));
            string on = GateEditing.Set(text);
            string off = GateEditing.Set(on, value: false);
            Assert.Equal(on, GateEditing.Set(off));
        }
    }

    private static string KubeletConfiguration(Generator g)
    {
        var fields = new List<string>
        {
            "kind: " + g.Pick("KubeletConfiguration", "'KubeletConfiguration'", "\"KubeletConfiguration\"") + g.Comment(),
            "apiVersion: kubelet.config.k8s.io/v1beta1" + g.Comment(),
            "text: " + g.Pick("|\n  featureGates:\n    EphemeralContainers: false\n", ">-\n  a\n\n  b", "'it''s'", "\"\\u0041 \\\"q\\\"\"", "ü😀", "a # b", "plain text\n  that goes on"),
            "list:" + g.Pick("\n- a\n- {b: [c, 'd']}", " [1, 2.5, ~, {x: y}]", "\n  - - nested\n    - x: 1\n      y: 2", " &list [a]\nagain: *list"),
            "? complex\n: value",
            "duration: 2m0s" + g.Comment(),
        };
        if (g.Chance(80))
        {
            fields.Add(Gates(g));
        }

        g.Shuffle(fields);
        string other = g.Pick("", "", "kind: Other\nfeatureGates: {EphemeralContainers: false}\n---\n", "# first\n---\n");
        return other + string.Concat(fields.Select(field => g.Blank() + field + "\n")) + g.Pick("", "# end\n", "...\n", "---\nkind: Last\n");
    }

    private static string Gates(Generator g)
    {
        string[] entries = [.. g.Some("Alpha: true", "'Beta': false", "\"Gamma\": yes", "EphemeralContainers: false", "EphemeralContainersX: false")];
        if (entries.Length == 0)
        {
            return "featureGates:" + g.Pick("", " {}", " ~", " null", " { }", " # none");
        }

        string indent = g.Pick("  ", " ", "      ");
        return g.Pick(
            "featureGates: {" + string.Join(g.Pick(",", ", ", " ,\n  "), entries) + "}" + g.Comment(),
            "featureGates: {\n  " + string.Join(",\n  ", entries) + "\n}",
            "featureGates:" + g.Comment() + "\n" + string.Concat(entries.Select(entry => indent + entry + g.Comment() + "\n" + g.Pick("", indent + "# note\n"))).TrimEnd('\n'));
    }

    private static string Manifest(Generator g)
    {
        string program = g.Pick("kube-apiserver", "kube-scheduler", "/usr/local/bin/kube-apiserver");
        string[] flags =
        [
            .. g.Some("--v=2", "--advertise-address=10.0.0.1", "--x=a,b", "--feature_gates=One=true"),
            .. g.Some("--feature-gates=A=true,B=false", "--feature-gates=EphemeralContainers=false,A=true", "--feature-gates="),
        ];
        string list = g.Pick("command", "args") == "args" ? "command: [\"" + program + "\"]\n    args" : "command";
        IEnumerable<string> words = list == "command" ? flags.Prepend(program) : flags.Length > 0 ? flags : ["--z"];
        string quote = g.Pick("", "'", "\"");
        string body = g.Chance(50)
            ? $" [{string.Join(g.Pick(", ", ",\n      "), words.Select(word => $"\"{word}\""))}]{g.Comment()}\n"
            : "\n" + string.Concat(words.Select(word => $"    -{g.Pick(" ", "   ")}{quote}{word}{quote}{g.Comment()}\n{g.Pick("", "    # note\n")}"));
        return $"{g.Blank()}apiVersion: v1\nkind: Pod\nmetadata: {{annotations: {{x: \"ü😀\"}}}}\nspec:\n  containers:\n  - name: c{g.Comment()}\n    {list}:{body}    env: []\n{g.Pick("", "  volumes:\n  - {name: v}\n")}{g.Pick("", "status: {}\n")}";
    }

    private static string EnvironmentFile(Generator g)
    {
        string[] words = [.. g.Some("--v=2", "--node-labels=a=b,c=d", "--feature-gates=A=true", "--feature-gates=EphemeralContainers=false", "--feature-gates EphemeralContainers=0")];
        string between = g.Pick(" ", "  ", " \\\n  ");
        string value = string.Join(between, words);
        string assigned = g.Pick($"\"{value}\"", $"'{string.Join(' ', words)}'", value, $" \"{value} \" ");
        var lines = new List<string>
        {
            g.Pick("KUBELET_EXTRA_ARGS", "KUBELET_KUBEADM_ARGS") + "=" + assigned,
            g.Pick("", "# KUBELET_EXTRA_ARGS=\"--feature-gates=EphemeralContainers=true\"", "; c"),
            g.Pick("OTHER='--feature-gates=EphemeralContainers=true'", "PATH=\"/a b:$HOME\"", "X=\"multi\nline\"", "Y="),
        };
        g.Shuffle(lines);
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private sealed class Generator(int seed)
    {
        private readonly Random _random = new(seed);

        public bool Chance(int percent) => _random.Next(100) < percent;

        public string Pick(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];

        public IEnumerable<string> Some(params string[] choices) => [.. choices.Where(_ => Chance(40))];

        public void Shuffle(List<string> items)
        {
            for (int i = items.Count - 1; i > 0; i--)
            {
                int other = _random.Next(i + 1);
                (items[i], items[other]) = (items[other], items[i]);
            }
        }

        public string Comment() => Pick("", "", " # EphemeralContainers: true", "   #ü😀");

        public string Blank() => Pick("", "", "\n", "# featureGates: {}\n");

        /// <summary>Line ends of Windows or Unix, with or without the last one.</summary>
        public string Finish(string text)
        {
            string finished = Chance(20) ? text.TrimEnd('\n') : text;
            return Chance(30) ? finished.Replace("\n", "\r\n", StringComparison.Ordinal) : finished;
        }
    }
}
