using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class ProfileChooserTests
{
    private const string Pod =
        """{"kind":"Pod","metadata":{"namespace":"shop","name":"web"},"spec":{"containers":[{"name":"app"}],"ephemeralContainers":[{"name":"older"}]},"status":{"containerStatuses":[{"name":"app","user":{"linux":{"uid":101,"gid":0}}}]}}""";

    private static readonly ContainerOptions Auto = new() { Image = "busybox", Profile = DebugProfile.Auto };

    [Fact]
    public async Task The_first_profile_that_the_server_accepts_is_taken_and_nothing_is_changed()
    {
        await using var server = new PlayedServer { Label = "baseline" };
        server.Refuse("SYS_PTRACE", 403, "pods \"web\" is forbidden: violates PodSecurity \"baseline:latest\": non-default capabilities (and more)");

        ContainerPlan plan = await server.PlanAsync(Auto);

        Assert.Equal(DebugProfile.Baseline, plan.Profile);
        Assert.Equal(
            "the server accepts it in a dry run; namespace 'shop' enforces PodSecurity level baseline; refused were General (violates PodSecurity \"baseline:latest\")",
            plan.ProfileReason);
        Assert.All(server.Patches, static patch => Assert.EndsWith("?dryRun=All", patch.Target, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(400)]
    [InlineData(422)]
    public async Task Whatever_kind_of_policy_refuses_the_next_profile_is_tried(int status)
    {
        await using var server = new PlayedServer();
        server.Refuse("SYS_PTRACE", status, "admission webhook \"policy\" denied the request: no ptrace");

        ContainerPlan plan = await server.PlanAsync(Auto);

        Assert.Equal(DebugProfile.Baseline, plan.Profile);
        Assert.Contains("General (admission webhook \"policy\" denied the request: no ptrace)", plan.ProfileReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_root_is_not_allowed_the_targets_user_is_taken()
    {
        await using var server = new PlayedServer { Label = "restricted" };
        server.RefuseAllBut("runAsNonRoot");

        ContainerPlan plan = await server.PlanAsync(Auto);

        Assert.Equal(DebugProfile.Restricted, plan.Profile);
        Assert.Equal(101, (long?)plan.Container["securityContext"]!["runAsUser"]);
        Assert.Contains("it runs as the target's user 101", plan.ProfileReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_that_cannot_be_read_is_no_obstacle()
    {
        await using var server = new PlayedServer { Label = null };

        ContainerPlan plan = await server.PlanAsync(Auto);

        Assert.Equal(DebugProfile.General, plan.Profile);
        Assert.Contains("cannot be read", plan.ProfileReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_are_refused_one_error_gives_each_reason_and_names_older_containers()
    {
        await using var server = new PlayedServer();
        server.Refuse("SYS_PTRACE", 403, "pods \"web\" is forbidden: first reason");
        server.Refuse("runAsNonRoot", 403, "pods \"web\" is forbidden: container \"older\" must not");
        server.Refuse("", 403, "pods \"web\" is forbidden: second reason");

        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => server.PlanAsync(Auto));

        Assert.Equal(("NoProfileAllowed", FailureKind.PermissionDenied), (failure.ErrorId, failure.Kind));
        Assert.Contains("General (first reason); Baseline (second reason); Restricted (container \"older\" must not)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("older ephemeral containers (older)", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_nothing_to_do_with_the_profile_is_the_servers_own_error()
    {
        await using var server = new PlayedServer();
        server.Refuse("", 403, "pods \"web\" is forbidden: User \"u\" cannot patch resource");

        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => server.PlanAsync(Auto));

        Assert.Equal("Forbidden", failure.ErrorId);
    }

    [Theory]
    [InlineData("restricted", DebugProfile.Restricted)]
    [InlineData("baseline", DebugProfile.Baseline)]
    public async Task A_server_that_cannot_do_a_dry_run_leaves_the_namespaces_level(string label, DebugProfile expected)
    {
        await using var server = new PlayedServer { Label = label };
        server.Refuse("", 400, "admission webhook \"mutator\" does not support dry run");

        ContainerPlan plan = await server.PlanAsync(Auto);

        Assert.Equal(expected, plan.Profile);
        Assert.Contains("does not support dry run", plan.ProfileReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_accepts_and_adds_nothing_is_not_taken_at_its_word()
    {
        await using var server = new PlayedServer { IsFromBefore122 = true };

        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => server.PlanAsync(Auto));

        Assert.Equal("ContainerNotAdded", failure.ErrorId);
    }

    [Theory]
    [InlineData("""{"kind":"Node","metadata":{"labels":{"kubernetes.io/os":"windows","node.kubernetes.io/windows-build":"10.0.20348"}}}""", "mcr.microsoft.com/windows/nanoserver:ltsc2022")]
    [InlineData("""{"kind":"Node","metadata":{"labels":{"kubernetes.io/os":"linux"}}}""", "busybox:1.36")]
    [InlineData(null, "busybox:1.36")]
    public async Task A_node_is_asked_once_and_one_that_may_not_be_read_is_a_Linux_one(string? node, string image)
    {
        await using var server = new PlayedServer { Node = node, Pod = """{"kind":"Pod","metadata":{"namespace":"shop","name":"web"},"spec":{"nodeName":"n 1","containers":[{"name":"app"}]}}""" };

        ContainerPlan plan = await server.PlanAsync(new ContainerOptions { Image = null });
        await server.PlanAsync(new ContainerOptions { Image = null });

        Assert.Equal(image, plan.Image);
        Assert.Single(server.Requests, static request => request.Path == "/api/v1/nodes/n%201");
    }

    [Theory]
    [InlineData("""{"os":{"name":"linux"}}""")]
    [InlineData("""{"nodeSelector":{"kubernetes.io/os":"windows","node.kubernetes.io/windows-build":"10.0.17763"}}""")]
    public async Task A_pod_that_says_what_it_runs_on_spares_the_question(string spec)
    {
        await using var server = new PlayedServer { Pod = $$$"""{"kind":"Pod","metadata":{"namespace":"shop","name":"web"},"spec":{"nodeName":"n",{{{spec[1..]}}}}""" };

        await server.PlanAsync(new ContainerOptions { Image = null });

        Assert.DoesNotContain(server.Requests, static request => request.Path.Contains("nodes", StringComparison.Ordinal));
    }

    /// <summary>An API server that refuses dry runs by what their patch holds.</summary>
    private sealed class PlayedServer : IAsyncDisposable
    {
        private readonly List<(string Text, int Status, string Message)> _refusals = [];
        private readonly TestFolder _folder = new();
        private readonly ScriptedServer _server;
        private readonly ClusterSession _session;
        private string? _onlyAllowed;

        public PlayedServer()
        {
            _server = new ScriptedServer((request, stream, token) => ScriptedServer.WriteAsync(stream, Answer(request), token));
            string path = _folder.WriteKubeConfig($$"""{"server":"{{_server.Address}}"}""", "{}");
            _session = new ClusterSession(
                new KubeConfigLoader().Load(new ConfigurationRequest { KubeConfigPath = path }), TimeProvider.System);
        }

        public string Pod { get; init; } = ProfileChooserTests.Pod;

        /// <summary>The level that the namespace enforces; null when it may not be read.</summary>
        public string? Label { get; init; } = "privileged";

        /// <summary>The node; null when it may not be read.</summary>
        public string? Node { get; init; }

        /// <summary>Such a server accepts the patch and adds nothing.</summary>
        public bool IsFromBefore122 { get; init; }

        public IEnumerable<ScriptedRequest> Requests => _server.Requests;

        public IEnumerable<ScriptedRequest> Patches => Requests.Where(static request => request.Method == "PATCH");

        public void Refuse(string text, int status, string message) => _refusals.Add((text, status, message));

        public void RefuseAllBut(string text) => _onlyAllowed = text;

        public Task<ContainerPlan> PlanAsync(ContainerOptions options) =>
            new ContainerCreator(_session).PlanAsync("shop", "web", options, CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            _session.Dispose();
            await _server.DisposeAsync();
            _folder.Dispose();
        }

        private string Answer(ScriptedRequest request) => request switch
        {
            { Method: "PATCH" } => Judge(request),
            _ when request.Path.StartsWith("/api/v1/nodes/", StringComparison.Ordinal) => Node is null ? Status(403, "no") : Ok(Node),
            { Path: "/api/v1/namespaces/shop" } => Label is null
                ? Status(403, "no")
                : Ok($$$$"""{"kind":"Namespace","metadata":{"labels":{"pod-security.kubernetes.io/enforce":"{{{{Label}}}}"}}}"""),
            _ => Ok(Pod),
        };

        private string Judge(ScriptedRequest request)
        {
            if (_onlyAllowed is { } allowed && !request.Body.Contains(allowed, StringComparison.Ordinal))
            {
                return Status(403, $"pods \"web\" is forbidden: lacks {allowed} {request.Body.Length}");
            }

            (string? text, int status, string message) = _refusals.Find(refusal => request.Body.Contains(refusal.Text, StringComparison.Ordinal));
            return text is null ? Ok(WithAdded(request.Body)) : Status(status, message);
        }

        /// <summary>The pod as it would be.</summary>
        private string WithAdded(string patch)
        {
            JsonNode pod = JsonNode.Parse(Pod)!;
            if (!IsFromBefore122)
            {
                pod["spec"]!["ephemeralContainers"] = JsonNode.Parse(patch)!["spec"]!["ephemeralContainers"]!.DeepClone();
            }

            return pod.ToJsonString();
        }

        private static string Ok(string body) => ScriptedServer.Answer(200, "application/json", body);

        private static string Status(int status, string message) => ScriptedServer.Answer(
            status,
            "application/json",
            new JsonObject { ["kind"] = "Status", ["message"] = message, ["code"] = status, ["reason"] = "Forbidden" }.ToJsonString());
    }
}
