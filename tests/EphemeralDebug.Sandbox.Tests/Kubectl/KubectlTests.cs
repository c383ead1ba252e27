using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Storage;
using EphemeralDebug.Terminal;
using EphemeralDebug.Terminal.Tests.Harness;

namespace EphemeralDebug.Sandbox.Tests.Kubectl;

/// <summary>An unmodified kubectl works with the sandbox as with any cluster.</summary>
public sealed class KubectlTests : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
    private readonly KubectlProgram _kubectl;
    private SandboxServer? _sandbox;

    public KubectlTests() => _kubectl = new KubectlProgram(_folder);

    public async Task InitializeAsync()
    {
        if (KubectlProgram.Location is null)
        {
            return;
        }

        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Pods = DemoPod.Demonstration });
        _sandbox.WriteKubeConfig(_kubectl.KubeConfig);
        await WaitForPodsAsync(_sandbox);
    }

    public async Task DisposeAsync()
    {
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [SkippableFact]
    public async Task Get_shows_the_pods_as_a_table()
    {
        string[] lines = (await SucceedAsync("get", "pods")).Split('\n');
        Assert.Matches(@"^NAME +READY +STATUS +RESTARTS +AGE$", lines[0]);
        Assert.Matches(@"^api +1/1 +Running +0 +\d+s$", lines[1]);
        Assert.Matches(@"^web +2/2 +Running +0 +\d+s$", lines[2]);
    }

    [SkippableFact]
    public async Task Get_gives_a_pod_as_json()
    {
        JsonNode pod = JsonNode.Parse(await SucceedAsync("get", "pod", "web", "-o", "json"))!;
        Assert.Equal("Pod", (string?)pod["kind"]);
        Assert.Equal("Running", (string?)pod["status"]!["phase"]);
        Assert.Equal(2, pod["spec"]!["containers"]!.AsArray().Count);
    }

    [SkippableFact]
    public async Task Get_takes_a_label_selector_and_all_namespaces()
    {
        Assert.Equal("pod/web\n", await SucceedAsync("get", "pods", "-A", "-l", "app=web", "-o", "name"));
    }

    [SkippableFact]
    public async Task Describe_shows_containers_and_events()
    {
        string text = await SucceedAsync("describe", "pod", "web");
        Assert.Matches(@"(?m)^Name: +web$", text);
        Assert.Matches(@"(?m)^Node: +sandbox-node/127\.0\.0\.1$", text);
        Assert.Matches(@"(?m)^    State: +Running$", text);
        Assert.Matches(@"(?m)^  Normal +Scheduled .* default-scheduler +Successfully assigned default/web to sandbox-node$", text);
        Assert.Matches(@"(?m)^  Normal +Started .* kubelet +(spec\.containers\{app\}: )?Container started$", text);
    }

    [SkippableFact]
    public async Task Events_are_shown_for_a_pod()
    {
        string text = await SucceedAsync("events", "--for", "pod/web");
        Assert.Matches(@"(?m)Normal +Created +Pod/web +Container created$", text);
    }

    [SkippableFact]
    public async Task Exec_without_a_terminal_gives_output_and_exit_code()
    {
        ProgramResult result = await RunAsync(["exec", "web", "-c", "app", "--", "sh", "-c", "echo out; echo err >&2; exit 7"]);
        Assert.True(result.ExitCode == 7, result.ToString());
        Assert.Equal("out\n", result.Output);
        Assert.Contains("err\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("exit code 7", result.Errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Exec_takes_input()
    {
        ProgramResult result = await RunAsync(["exec", "-i", "api", "--", "sed", "s/a/b/"], "a line\n");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("b line\n", result.Output);
    }

    [SkippableFact]
    public async Task A_shell_in_a_terminal_is_typed_into_resized_interrupted_and_left_with_its_exit_code()
    {
        using TerminalProgram session = Start("exec", "-it", "web", "-c", "app", "--", "sh");
        await UseShellAsync(session);
        await session.TypeAsync("exit 3\r", "exit code 3");
        Assert.Equal(3, await session.ExitCodeAsync());
        Assert.Equal(session.Before, session.Terminal.Modes);
    }

    [SkippableFact]
    public async Task Debug_opens_a_shell_that_sees_the_targets_processes()
    {
        using TerminalProgram session = Start("debug", "-it", "web", "--image=busybox", "--target=app", "-c", "shell");
        await session.TypeAsync("\r", "# ");
        await UseShellAsync(session);
        await session.TypeAsync("ps\r", "sleep 1000000");
        await session.WaitAsync("# ");
        session.Terminal.Type("exit 3\r");
        await session.ExitCodeAsync();
        Assert.Equal(session.Before, session.Terminal.Modes);
        Assert.Equal("3", await SucceedAsync("get", "pod", "web", "-o", "jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}"));
    }

    [SkippableFact]
    public async Task Attach_reaches_a_container_that_debug_has_left()
    {
        await SucceedAsync("debug", "web", "--image=busybox", "-c", "shell", "-i", "-t", "--attach=false", "--", "sh");
        await WaitForEphemeralAsync("running");
        using TerminalProgram session = Start("attach", "-it", "web", "-c", "shell");
        await session.TypeAsync("\r", "# ");
        await UseShellAsync(session);
        session.Terminal.Type("exit 3\r");
        await session.ExitCodeAsync();
        Assert.Equal(session.Before, session.Terminal.Modes);
    }

    [SkippableFact]
    public async Task Debug_without_a_terminal_leaves_a_log_and_an_exit_code()
    {
        await SucceedAsync("debug", "web", "--image=busybox", "-c", "once", "--attach=false", "--", "sh", "-c", "echo said; exit 3");
        await WaitForEphemeralAsync("terminated");
        Assert.Equal("said\n", await SucceedAsync("logs", "web", "-c", "once"));
        Assert.Equal("3", await SucceedAsync("get", "pod", "web", "-o", "jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}"));
        Assert.Matches(@"(?s)Ephemeral Containers:.*once:.*Exit Code: +3", await SucceedAsync("describe", "pod", "web"));
    }

    [SkippableFact]
    public async Task Delete_waits_until_the_pod_is_gone()
    {
        Assert.Matches("^pod \"api\" deleted", await SucceedAsync("delete", "pod", "api"));
        ProgramResult result = await RunAsync(["get", "pod", "api"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("Error from server (NotFound): pods \"api\" not found\n", result.Errors);
    }

    [SkippableFact]
    public async Task Port_forward_carries_many_connections_and_tells_of_a_port_where_nobody_listens()
    {
        await SucceedAsync("run", "server", "--image=nginx");
        await SucceedAsync("wait", "--for=condition=ready", "pod/server", "--timeout=20s");
        using TerminalProgram session = Start("port-forward", "pod/server", ":80", ":81");
        await session.WaitAsync("127.0.0.1:");
        int open = await session.ReadNumberAsync();
        await session.WaitAsync("-> 80");
        await session.WaitAsync("127.0.0.1:");
        int closed = await session.ReadNumberAsync();
        using var client = new HttpClient { Timeout = StartLimit };

        string[] pages = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetStringAsync(new Uri($"http://127.0.0.1:{open}/"))));

        Assert.All(pages, page => Assert.Contains("Welcome to nginx!", page, StringComparison.Ordinal));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"http://127.0.0.1:{closed}/")));
        await session.WaitAsync("connection refused");
    }

    [SkippableFact]
    public async Task A_stateful_set_is_created_from_a_manifest_and_its_fields_are_checked()
    {
        const string Manifest = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db}
            spec:
              replicas: 2
              serviceName: db
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec:
                  containers: [{name: app, image: nginx}]
            """;
        Assert.Equal(0, (await RunAsync(["create", "-f", "-"], Manifest)).ExitCode);
        await SucceedAsync("rollout", "status", "statefulset/db", "--timeout=20s");
        Assert.Matches(@"(?m)^db-1 +1/1 +Running", await SucceedAsync("get", "pods", "-l", "app=db"));

        ProgramResult misspelled = await RunAsync(["apply", "-f", "-"], Manifest.Replace("replicas:", "replica:", StringComparison.Ordinal));
        Assert.Contains("unknown field \"spec.replica\"", misspelled.Errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_deployment_is_created_rolled_out_scaled_and_deleted()
    {
        await SucceedAsync("create", "deployment", "site", "--image=nginx");
        Assert.Contains("successfully rolled out", await SucceedAsync("rollout", "status", "deployment/site", "--timeout=20s"), StringComparison.Ordinal);
        await SucceedAsync("scale", "deployment/site", "--replicas=2");
        await SucceedAsync("set", "image", "deployment/site", "nginx=nginx:1.27");
        await SucceedAsync("rollout", "status", "deployment/site", "--timeout=20s");

        Assert.Matches(@"(?m)^site +2/2 +2 +2 +\d+s$", await SucceedAsync("get", "deployments"));
        Assert.Matches(@"(?m)^replicaset.apps/site-[a-z0-9]+ +2 +2 +2 ", await SucceedAsync("get", "all"));
        await SucceedAsync("delete", "deployment", "site", "--timeout=20s");
        Assert.DoesNotContain("site", await SucceedAsync("get", "deployments,replicasets"), StringComparison.Ordinal);
    }

    /// <summary>A command and its output, the terminal's size and its change, and Ctrl+C.</summary>
    private static async Task UseShellAsync(TerminalProgram session)
    {
        await session.TypeAsync("echo one-$((1 + 1))\r", "one-2");
        await session.TypeAsync("stty size\r", "30 100");
        session.Terminal.Resize(new TerminalSize(120, 40));
        await session.TypeAsync("while [ \"$(stty size)\" != '40 120' ]; do sleep 0.1; done; stty size\r", "40 120\r\n");
        await session.WaitAsync("# ");
        await session.TypeAsync("echo re\"\"ady; cat\r", "ready\r\n");
        await session.TypeAsync("for cat\r", "for cat\r\nfor cat");
        await session.TypeAsync("\u0003", "^C");
        await session.TypeAsync("echo still-$((1 + 1))\r", "still-2");
    }

    private TerminalProgram Start(params string[] arguments)
    {
        SkipWithoutKubectl();
        return new TerminalProgram(KubectlProgram.Location!, arguments, _kubectl.Environment);
    }

    private async Task<string> SucceedAsync(params string[] arguments)
    {
        ProgramResult result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output;
    }

    private Task<ProgramResult> RunAsync(string[] arguments, string input = "")
    {
        SkipWithoutKubectl();
        return _kubectl.RunAsync(arguments, input);
    }

    private static void SkipWithoutKubectl() => Skip.If(KubectlProgram.Location is null, "kubectl is not on the PATH.");

    private async Task WaitForEphemeralAsync(string state) =>
        await SucceedAsync("wait", "pod/web", "--timeout=20s", $"--for=jsonpath={{.status.ephemeralContainerStatuses[0].state.{state}}}");

    private static async Task WaitForPodsAsync(SandboxServer sandbox)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        using PodSubscription subscription = sandbox.Pods.Subscribe();
        var waiting = new HashSet<string?>(DemoPod.Demonstration.Select(pod => pod.Name), StringComparer.Ordinal);
        while (waiting.Count > 0)
        {
            JsonObject pod = (await subscription.Events.ReadAsync(limit.Token)).Pod;
            if ((string?)pod["status"]?["phase"] == "Running")
            {
                waiting.Remove((string?)pod["metadata"]!["name"]);
            }
        }
    }
}
