using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging.Workloads;

namespace EphemeralDebug.Core.Tests.Debugging.Workloads;

public sealed class WorkloadTests
{
    [Theory]
    [InlineData("deployment", "Deployment")]
    [InlineData("Deployments", "Deployment")]
    [InlineData("deploy", "Deployment")]
    [InlineData("deployment.apps", "Deployment")]
    [InlineData("deployments.v1.apps", "Deployment")]
    [InlineData("sts", "StatefulSet")]
    [InlineData("ds", "DaemonSet")]
    [InlineData("rs", "ReplicaSet")]
    [InlineData("job.batch", "Job")]
    [InlineData("svc", "Service")]
    [InlineData("rc", "ReplicationController")]
    [InlineData("deployment.example.com", null)]
    [InlineData("service.apps", null)]
    [InlineData("node", null)]
    [InlineData("", null)]
    public void Kinds_have_the_names_that_kubectl_takes_and_prints(string name, string? kind) =>
        Assert.Equal(kind, WorkloadKind.Named(name)?.Kind);

    [Theory]
    [InlineData("Deployment", """{"matchLabels":{"app":"web","tier":"front"}}""", "app=web,tier=front")]
    [InlineData("StatefulSet", """{"matchLabels":{"app":"db"},"matchExpressions":[{"key":"a","operator":"In","values":["x","y"]},{"key":"b","operator":"NotIn","values":["z"]},{"key":"c","operator":"Exists"},{"key":"d","operator":"DoesNotExist"}]}""", "app=db,a in (x,y),b notin (z),c,!d")]
    [InlineData("Service", """{"app":"web","matchLabels":"x"}""", "app=web,matchLabels=x")]
    [InlineData("ReplicationController", """{"app":"web"}""", "app=web")]
    [InlineData("Service", "{}", null)]
    [InlineData("Job", "null", null)]
    public void The_selector_is_that_of_the_spec(string kind, string selector, string? text) =>
        Assert.Equal(text, LabelSelector.Of(WorkloadKind.OfObject(kind)!, JsonNode.Parse($$$"""{"spec":{"selector":{{{selector}}}}}""")!.AsObject()));

    [Fact]
    public void An_operator_that_nobody_knows_is_an_error_and_not_left_out() => Assert.Equal(
        "UnknownSelector",
        Assert.Throws<EphemeralDebugException>(() => LabelSelector.Of(
            WorkloadKind.OfObject("Job")!,
            JsonNode.Parse("""{"spec":{"selector":{"matchExpressions":[{"key":"a","operator":"Near"}]}}}""")!.AsObject())).ErrorId);

    [Fact]
    public void Pods_are_preferred_as_kubectl_prefers_them()
    {
        PodResource[] best =
        [
            Pod("old", ready: 1, created: 1),
            Pod("ready-later", ready: 2, created: 1),
            Pod("ready-later-but-restarted", ready: 2, created: 1, restarts: 3),
            Pod("ready-later-and-younger-and-restarted", ready: 2, created: 2, restarts: 3),
            Pod("not-ready"),
            Pod("unknown", phase: "Unknown"),
            Pod("pending", phase: "Pending"),
            Pod("nowhere", phase: "Pending", node: ""),
        ];
        var random = new Random(7);
        for (int i = 0; i < 20; i++)
        {
            PodResource[] shuffled = [.. best];
            random.Shuffle(shuffled);
            Assert.Equal(best.Select(Name), PodRanking.Order(shuffled).Select(Name));
        }
    }

    [Theory]
    [InlineData("All", new[] { "done", "gone", "waits", "works" })]
    [InlineData("Living", new[] { "waits", "works" })]
    [InlineData("One", new[] { "works" })]
    public async Task A_deployment_stands_for_its_pods(string scope, string[] names)
    {
        await using var server = new Playback(
            Playback.Ok("""{"kind":"Deployment","spec":{"selector":{"matchLabels":{"app":"web"}}}}"""),
            Playback.Ok("""
                {"kind":"PodList","items":[
                  {"metadata":{"name":"done"},"spec":{"nodeName":"n"},"status":{"phase":"Succeeded"}},
                  {"metadata":{"name":"gone","deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{"nodeName":"n"},"status":{"phase":"Running"}},
                  {"metadata":{"name":"waits"},"spec":{},"status":{"phase":"Pending"}},
                  {"metadata":{"name":"works"},"spec":{"nodeName":"n"},"status":{"phase":"Running"}}]}
                """));
        Assert.Equal(names, await FindAsync(server, "deploy", Enum.Parse<PodScope>(scope)));
        Assert.Equal("/apis/apps/v1/namespaces/shop/deployments/web", server.Targets.First());
        Assert.Contains("labelSelector=app%3Dweb", server.Targets.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_that_is_not_there_is_told_in_the_servers_words()
    {
        await using var server = new Playback(ServerRecording.Modern.Step("errors/not-found", 13).Answer());
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => FindAsync(server, "deploy", PodScope.All));
        Assert.Equal("ObjectNotFound", failure.ErrorId);
        Assert.Contains("not found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_right_names_verb_resource_and_group()
    {
        await using var server = new Playback(ScriptedServer.Answer(
            403, "application/json", """{"kind":"Status","status":"Failure","message":"statefulsets.apps \"web\" is forbidden","reason":"Forbidden","code":403}"""));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => FindAsync(server, "sts", PodScope.All));
        Assert.Equal(FailureKind.PermissionDenied, failure.Kind);
        Assert.Contains("get statefulsets.apps in namespace 'shop'", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"PodList","items":[]}""", "has no pods")]
    [InlineData("""{"kind":"PodList","items":[{"metadata":{"name":"a"},"status":{"phase":"Failed"}}]}""", "all of its 1 have ended")]
    public async Task A_workload_without_pods_says_so(string list, string said)
    {
        await using var server = new Playback(Playback.Ok("""{"kind":"Service","spec":{"selector":{"app":"web"}}}"""), Playback.Ok(list));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => FindAsync(server, "svc", PodScope.One));
        Assert.Equal("NoPods", failure.ErrorId);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Service 'shop/web'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_without_a_selector_is_not_taken_for_all_pods()
    {
        await using var server = new Playback(Playback.Ok("""{"kind":"Service","spec":{"selector":{}}}"""));
        Assert.Equal("WorkloadHasNoSelector", (await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => FindAsync(server, "svc", PodScope.All))).ErrorId);
    }

    private static Task<IReadOnlyList<string>> FindAsync(Playback server, string kind, PodScope scope) =>
        new WorkloadPods(server.Session).FindAsync(
            "shop", new WorkloadReference { Kind = WorkloadKind.Named(kind), Name = "web" }, scope, Playback.Limit);

    private static string? Name(PodResource pod) => pod.Metadata?.Name;

    private static PodResource Pod(string name, string phase = "Running", string node = "n", int? ready = null, int created = 0, int restarts = 0) => new()
    {
        Metadata = new ObjectMeta { Name = name, CreationTimestamp = created == 0 ? null : DateTimeOffset.UnixEpoch.AddHours(created) },
        Spec = new PodSpec { NodeName = node },
        Status = new PodStatus
        {
            Phase = phase,
            Conditions = ready is { } hour ? [new PodCondition { Type = "Ready", Status = "True", LastTransitionTime = DateTimeOffset.UnixEpoch.AddHours(hour) }] : null,
            ContainerStatuses = [new ContainerStatus { RestartCount = restarts }],
        },
    };
}
