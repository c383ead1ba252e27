using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>One recorded case, set up in a folder: its files, its environment and its credential program.</summary>
internal sealed class RecordedCase
{
    // Placeholders are in angle brackets, which JSON text is otherwise written without.
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TestEnvironment _environment = new();
    private readonly TestFolder _folder;
    private readonly TestCluster _cluster;
    private readonly TestPlugin? _plugin;

    public RecordedCase(JsonNode recorded, TestCluster cluster, TestFolder folder)
    {
        (_cluster, _folder) = (cluster, folder);
        string text = recorded.ToJsonString();
        Skip.If(
            text.Contains("\"client-key", StringComparison.Ordinal) && !Platform.JoinsCertificatesAndKeys, Platform.NoClientCertificates);
        if (text.Contains("$W/bin/plug", StringComparison.Ordinal))
        {
            _plugin = new TestPlugin(folder);
        }

        foreach ((string name, JsonNode? content) in (JsonObject)recorded["files"]!)
        {
            Place($"case/{name}", content!);
        }

        foreach ((string name, JsonNode? value) in (JsonObject)recorded["env"]!)
        {
            _environment.Variables[name] = Expand((string)value!);
        }

        _environment.Variables["HOME"] = folder.Path;
        _environment.Variables["PATH"] = string.Join(
            Path.PathSeparator, folder.File("case/bin"), Environment.GetEnvironmentVariable("PATH"));
        _environment.Variables["KUBECONFIG"] = string.Join(
            Path.PathSeparator, ((JsonArray)recorded["KUBECONFIG"]!).Select(file => folder.File($"case/{file}")));
        _environment.Variables["PLUG_OUTPUT"] =
            TestPlugin.Output(_environment.Variables, file => TestCertificates.Instance.Pem(file));
    }

    public static string Run(JsonObject recorded) => Canonical(
        string.Join('\n', ((JsonArray)recorded["args"]!).Select(a => (string)a!)),
        recorded["info"]!,
        (string?)recorded["env"],
        (bool)recorded["tty"]!);

    public ClusterConfiguration Load() => new KubeConfigLoader(_environment, TimeProvider.System).Load(
        new ConfigurationRequest { WorkingDirectory = _folder.Path });

    public IEnumerable<string> PluginRuns() => _plugin is null
        ? []
        : _plugin.Runs().Select(run => Canonical(
            run.Arguments, JsonNode.Parse(run.Info)!, run.CaseEnvironment, run.Terminal));

    private static string Canonical(string arguments, JsonNode info, string? environment, bool terminal) =>
        $"[{arguments}] [{info.ToJsonString()}] [{environment}] {terminal}";

    private void Place(string name, JsonNode content)
    {
        if (content is JsonObject)
        {
            _folder.Write(name, Expand(content.ToJsonString(PlainJson)));
            return;
        }

        string text = (string)content!;
        if (text.StartsWith('@'))
        {
            _folder.Write(name, TestCertificates.Instance.Pem(text[1..]));
        }
        else if (text.StartsWith('!'))
        {
            _folder.WriteExecutable(name, Expand(text[1..]));
        }
        else
        {
            _folder.Write(name, Expand(text));
        }
    }

    private string Expand(string text)
    {
        Skip.If(
            text.Contains("$TLS6", StringComparison.Ordinal) && _cluster.Tls6 is null, "This machine has no IPv6.");
        return TestCertificates.Instance.Expand(text)
            .Replace("$TLS6", Port(_cluster.Tls6?.Port ?? 0), StringComparison.Ordinal)
            .Replace("$TLS", Port(_cluster.Tls.Port), StringComparison.Ordinal)
            .Replace("$PLAIN", Port(_cluster.Plain.Port), StringComparison.Ordinal)
            .Replace("$PROXY", Port(_cluster.Proxy.Port), StringComparison.Ordinal)
            .Replace("$W", _folder.Path, StringComparison.Ordinal);
    }

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);
}
