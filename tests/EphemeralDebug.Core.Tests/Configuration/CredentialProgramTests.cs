using System.Diagnostics;
using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;
using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>Credential programs (exec), each a real process.</summary>
public sealed class CredentialProgramTests : IClassFixture<TestCluster>, IDisposable
{
    private readonly TestCluster _cluster;
    private readonly TestFolder _folder = new();
    private readonly TestClock _clock = new();
    private readonly TestEnvironment _environment = new();
    private readonly List<string> _messages = [];

    public CredentialProgramTests(TestCluster cluster)
    {
        _cluster = cluster;
        cluster.Forget();
        _environment.Variables["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_credential_is_kept_until_it_expires()
    {
        var plugin = new TestPlugin(_folder);
        Print("""{"token":"a","expirationTimestamp":"2026-01-01T01:00:00Z"}""");
        ICredentialSource source = Load(plugin).Credentials;

        await source.GetAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromMinutes(59));
        await source.GetAsync(CancellationToken.None);
        Assert.Equal(1, plugin.RunCount);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await source.GetAsync(CancellationToken.None);
        Assert.Equal(2, plugin.RunCount);
    }

    [SkippableFact]
    public async Task However_many_wait_the_program_runs_once()
    {
        var plugin = new TestPlugin(_folder);
        Print("""{"token":"a"}""");
        ICredentialSource source = Load(plugin).Credentials;

        Credential[] credentials = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => source.GetAsync(CancellationToken.None).AsTask()));

        Assert.Single(credentials.Distinct());
        Assert.Equal(1, plugin.RunCount);
    }

    [SkippableFact]
    public async Task A_rejected_credential_is_replaced_and_the_request_repeated()
    {
        var plugin = new TestPlugin(_folder);
        Print("""{"token":"stale"}""");
        ClusterConfiguration configuration = Load(plugin);
        await configuration.Credentials.GetAsync(CancellationToken.None);
        Print("""{"token":"fresh"}""");

        await TestCluster.GetPodAsync(configuration);

        Assert.Equal(["Bearer stale", "Bearer fresh"], _cluster.Requests().Select(r => r.Header("Authorization")));
        Assert.Equal(2, plugin.RunCount);
    }

    [SkippableFact]
    public async Task A_credential_that_is_rejected_many_times_is_replaced_once()
    {
        var plugin = new TestPlugin(_folder);
        Print("""{"token":"a"}""");
        ICredentialSource source = Load(plugin).Credentials;
        Credential rejected = await source.GetAsync(CancellationToken.None);

        for (int i = 0; i < 5; i++)
        {
            source.Invalidate(rejected);
            await source.GetAsync(CancellationToken.None);
        }

        Assert.Equal(2, plugin.RunCount);
    }

    [SkippableFact]
    public async Task A_program_may_give_a_certificate_and_replace_it()
    {
        var plugin = new TestPlugin(_folder);
        PrintCertificate("ec.crt", "ec.key");
        ClusterConfiguration configuration = Load(plugin);
        using var client = new HttpClient(Api.HttpHandlerFactory.Create(configuration));
        await TestCluster.GetPodAsync(client, configuration);

        PrintCertificate("rsa.crt", "rsa8.key");
        _cluster.Tls.Answer = request => (request.ClientCertificate == "client-ec" ? 401 : 200, "");
        await TestCluster.GetPodAsync(client, configuration);

        Assert.Equal(
            ["client-ec", "client-ec", "client-rsa"], _cluster.Requests().Select(r => r.ClientCertificate));
        Assert.All(_cluster.Requests(), r => Assert.Null(r.Header("Authorization")));
    }

    [SkippableFact]
    public async Task A_program_is_told_of_the_cluster_when_it_asks_for_that()
    {
        var plugin = new TestPlugin(_folder);
        Print("""{"token":"a"}""");
        ClusterConfiguration configuration = Load(
            plugin,
            """ "provideClusterInfo":true, """,
            """
            "tls-server-name":"inner.example","disable-compression":true,"proxy-url":"http://p:1",
            "extensions":[{"name":"client.authentication.k8s.io/exec","extension":{"audience":"x<é"}}]
            """);

        await configuration.Credentials.GetAsync(CancellationToken.None);

        JsonNode cluster = JsonNode.Parse(Assert.Single(plugin.Runs()).Info)!["spec"]!["cluster"]!;
        Assert.Equal(
            [
                "server", "tls-server-name", "certificate-authority-data", "proxy-url", "disable-compression", "config",
            ],
            cluster.AsObject().Select(property => property.Key));
        Assert.Equal(_cluster.Address, (string?)cluster["server"]);
        Assert.Equal("x<é", (string?)cluster["config"]!["audience"]);
    }

    [SkippableTheory]
    [InlineData("Never", true, false)]
    [InlineData("IfAvailable", true, true)]
    [InlineData("IfAvailable", false, false)]
    [InlineData("Always", true, true)]
    public async Task A_program_has_standard_input_when_its_mode_and_the_terminal_allow(
        string mode, bool terminal, bool interactive)
    {
        var plugin = new TestPlugin(_folder);
        Print("""{"token":"a"}""");

        await Load(plugin, mode: mode, terminal: terminal).Credentials.GetAsync(CancellationToken.None);

        JsonNode info = JsonNode.Parse(Assert.Single(plugin.Runs()).Info)!;
        Assert.Equal(interactive, (bool)info["spec"]!["interactive"]!);
    }

    [SkippableFact]
    public async Task A_program_that_needs_a_terminal_does_not_run_without_one()
    {
        var plugin = new TestPlugin(_folder);

        await FailsAsync(Load(plugin, mode: "Always"), "terminal");

        Assert.Equal(0, plugin.RunCount);
    }

    [SkippableTheory]
    [InlineData("""{"token":""}""", "neither")]
    [InlineData("null", "status")]
    [InlineData("""{"token":"a\nb"}""", "characters")]
    [InlineData("""{"token":5}""", "not text")]
    [InlineData("""{"token":"a","expirationTimestamp":"soon"}""", "not a time")]
    [InlineData("""{"clientCertificateData":"x"}""", "not both")]
    [InlineData("""{"clientCertificateData":"x","clientKeyData":"y"}""", "cannot be used together")]
    public async Task An_answer_that_cannot_be_used_is_an_error(string status, string problem)
    {
        var plugin = new TestPlugin(_folder);
        Print(status);

        await FailsAsync(Load(plugin), problem);
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("secret-words that are no JSON: [")]
    [InlineData("""{"token":"secret-words"}""")]
    [InlineData("""["secret-words"]""")]
    public async Task Output_that_is_no_credential_is_an_error_that_does_not_show_it(string output)
    {
        var plugin = new TestPlugin(_folder);
        _environment.Variables["PLUG_OUTPUT"] = output;

        ConfigurationException e = await FailsAsync(Load(plugin), "did not print an ExecCredential");

        Assert.DoesNotContain("secret-words", e.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Yaml_is_as_good_as_json()
    {
        var plugin = new TestPlugin(_folder);
        _environment.Variables["PLUG_OUTPUT"] =
            "apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus: {token: a}\n";

        Credential credential = await Load(plugin).Credentials.GetAsync(CancellationToken.None);

        Assert.Equal("Bearer a", credential.Authorization);
    }

    [SkippableFact]
    public async Task A_program_that_fails_is_an_error_with_its_exit_code_and_last_words()
    {
        var plugin = new TestPlugin(_folder);
        _environment.Variables["PLUG_EXIT"] = "7";

        await FailsAsync(Load(plugin), "exit code 7: diagnostics on stderr.");

        Assert.Equal(["diagnostics on stderr"], _messages);
    }

    [SkippableFact]
    public async Task What_looks_like_a_secret_in_its_last_words_is_left_out()
    {
        string secret = new('s', 60);
        string script = Script($"echo 'rejected {secret} today' >&2\nexit 1\n");

        ConfigurationException e = await FailsAsync(Load(script), "exit code 1: rejected … today.");

        Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_program_that_takes_too_long_is_ended_with_what_it_started()
    {
        string script = Script($"sleep 600 &\necho $! > '{_folder.File("pid")}'\nwait\n");

        await FailsAsync(Load(script, timeout: TimeSpan.FromMilliseconds(500)), "did not finish");

        int child = int.Parse(await File.ReadAllTextAsync(_folder.File("pid")), null);
        await WaitForEndAsync(child);
    }

    [SkippableFact]
    public async Task A_program_ends_when_nobody_waits_for_it_any_more_and_runs_anew_for_the_next()
    {
        string script = Script($"""
            if [ -e '{_folder.File("started")}' ]; then printf '%s' "$PLUG_OUTPUT"; exit 0; fi
            echo $$ > '{_folder.File("started")}'
            echo ready >&2
            exec sleep 600
            """);
        Print("""{"token":"second"}""");
        var ready = new TaskCompletionSource();
        ICredentialSource source = Load(script, message: _ => ready.TrySetResult()).Credentials;
        using var cancellation = new CancellationTokenSource();
        Task<Credential> first = source.GetAsync(cancellation.Token).AsTask();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Credential next = await source.GetAsync(CancellationToken.None);
        Assert.Equal("Bearer second", next.Authorization);
        await WaitForEndAsync(int.Parse(await File.ReadAllTextAsync(_folder.File("started")), null));
    }

    [SkippableFact]
    public async Task One_caller_that_gives_up_leaves_the_others_their_credential()
    {
        string script = Script($"""
            echo ready >&2
            while [ ! -e '{_folder.File("go")}' ]; do sleep 0.05; done
            printf '%s' "$PLUG_OUTPUT"
            """);
        Print("""{"token":"a"}""");
        var ready = new TaskCompletionSource();
        ICredentialSource source = Load(script, message: _ => ready.TrySetResult()).Credentials;
        using var cancellation = new CancellationTokenSource();
        Task<Credential> impatient = source.GetAsync(cancellation.Token).AsTask();
        Task<Credential> patient = source.GetAsync(CancellationToken.None).AsTask();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _folder.Write("go", "");

        Assert.Equal("Bearer a", (await patient).Authorization);
    }

    [SkippableFact]
    public async Task A_program_that_prints_without_end_is_ended()
    {
        await FailsAsync(Load(Script("exec yes\n")), "prints more than a credential");
    }

    [SkippableFact]
    public async Task A_program_that_is_missing_is_an_error_with_the_hint_made_visible()
    {
        string user = """
            {"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"no-such-program-xyz",
             "interactiveMode":"Never","installHint":"run \u001b[31minstall"}}
            """;

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(
            () => LoadUser(user).Credentials.GetAsync(CancellationToken.None).AsTask());

        Assert.Equal(ConfigurationError.CredentialProgramNotFound, e.Error);
        Assert.Equal("run \\u001b[31minstall", e.RecommendedAction);
    }

    private static async Task WaitForEndAsync(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
    }

    private static async Task<ConfigurationException> FailsAsync(ClusterConfiguration configuration, string problem)
    {
        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(
            () => configuration.Credentials.GetAsync(CancellationToken.None).AsTask());
        Assert.Equal((ConfigurationError.CredentialFailed, "users[u].user.exec"), (e.Error, e.Setting));
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        return e;
    }

    private string Script(string body)
    {
        Skip.If(OperatingSystem.IsWindows(), "The credential program of this test is a POSIX shell script.");
        return _folder.WriteExecutable("plugin", "#!/bin/sh\n" + body.ReplaceLineEndings("\n"));
    }

    private void Print(string status) => _environment.Variables["PLUG_OUTPUT"] = TestPlugin.Output(
        new Dictionary<string, string> { ["PLUG_STATUS"] = status }, TestCertificates.Instance.Pem);

    private void PrintCertificate(string certificate, string key) =>
        Print($$"""{"@clientCertificateData":"{{certificate}}","@clientKeyData":"{{key}}"}""");

    private ClusterConfiguration Load(
        TestPlugin plugin, string exec = "", string cluster = "", string mode = "Never", bool terminal = false) =>
        LoadUser(User(plugin.Path, exec, mode), cluster, terminal);

    private ClusterConfiguration Load(string program, TimeSpan? timeout = null, Action<string>? message = null) =>
        LoadUser(User(program, "", "Never"), timeout: timeout, message: message);

    private static string User(string program, string exec, string mode) => $$"""
        {"exec":{ {{exec}} "apiVersion":"client.authentication.k8s.io/v1","command":"{{program}}",
         "interactiveMode":"{{mode}}" } }
        """;

    private ClusterConfiguration LoadUser(
        string user,
        string cluster = "",
        bool terminal = false,
        TimeSpan? timeout = null,
        Action<string>? message = null)
    {
        string more = cluster.Length == 0 ? "" : $",{cluster}";
        string path = _folder.WriteKubeConfig(
            TestCertificates.Instance.Expand(
                $$"""{"server":"{{_cluster.Address}}","certificate-authority-data":"<ca.crt>"{{more}} }"""),
            user);
        var environment = new TestEnvironment(_environment.Variables) { HasTerminal = terminal };
        return new KubeConfigLoader(environment, _clock).Load(new()
        {
            KubeConfigPath = path,
            CredentialTimeout = timeout ?? TimeSpan.FromMinutes(1),
            CredentialMessage = message ?? _messages.Add,
        });
    }
}
