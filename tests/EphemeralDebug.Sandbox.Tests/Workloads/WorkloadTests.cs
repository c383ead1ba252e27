using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Tests.Workloads;

public sealed class WorkloadTests : IAsyncLifetime
{
    private const string Apps = "/apis/apps/v1/namespaces/default/";
    private const string Sleeping = """{"metadata":{"labels":{"app":"x"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"app","image":"busybox:1.36","command":["sleep","1000000"]}]}}""";
    private const string Selector = """{"matchLabels":{"app":"x"}}""";
    private const string Strategic = "application/strategic-merge-patch+json";

    private WorkloadHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkloadHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_deployment_gets_its_pods_through_a_replica_set()
    {
        await CreateDeploymentAsync(replicas: 2);

        await _host.UntilAsync(() => Status("Deployment", "web", "availableReplicas") == 2, "both pods are available");

        StoredObject set = Assert.Single(_host.All("ReplicaSet"));
        Assert.Matches("^web-[bcdfghjklmnpqrstvwxz2456789]{6,10}$", set.Name);
        IReadOnlyList<StoredObject> pods = _host.Pods("web-");
        Assert.Equal(2, pods.Count);
        Assert.All(pods, pod =>
        {
            JsonObject metadata = pod.Value.Object("metadata")!;
            Assert.Matches($"^{set.Name}-[bcdfghjklmnpqrstvwxz2456789]{{5}}$", pod.Name);
            Assert.Equal(set.Name, $"web-{metadata.Object("labels").Text("pod-template-hash")}");
            Assert.Equal(set.Value.Object("metadata").Text("uid"), metadata.Items("ownerReferences").Single().Text("uid"));
        });
    }

    [Fact]
    public async Task A_pod_that_goes_is_replaced()
    {
        await CreateDeploymentAsync(replicas: 1);
        await _host.UntilAsync(() => Status("Deployment", "web", "availableReplicas") == 1, "the pod is available");
        string first = _host.Pods("web-").Single().Name;

        await _host.SendAsync("DELETE", $"/api/v1/namespaces/default/pods/{first}");

        await _host.UntilAsync(() => _host.Pods("web-").Any(pod => pod.Name != first), "another pod is there");
    }

    [Fact]
    public async Task Scaling_makes_more_pods_and_less()
    {
        await CreateDeploymentAsync(replicas: 1);
        JsonObject scale = await _host.SendAsync("GET", Apps + "deployments/web/scale");
        Assert.Equal(("Scale", "autoscaling/v1"), (scale.Text("kind"), scale.Text("apiVersion")));

        await _host.SendAsync("PATCH", Apps + "deployments/web/scale", """{"spec":{"replicas":3}}""", "application/merge-patch+json");
        await _host.UntilAsync(() => Status("Deployment", "web", "availableReplicas") == 3, "three pods are available");
        await _host.SendAsync("PATCH", Apps + "deployments/web/scale", """{"spec":{"replicas":0}}""", "application/merge-patch+json");

        await _host.UntilAsync(() => _host.Pods("web-").Count == 0, "no pod is left");
    }

    [Theory]
    [InlineData("RollingUpdate")]
    [InlineData("Recreate")]
    public async Task A_new_template_moves_the_pods_to_a_new_replica_set(string strategy)
    {
        await CreateDeploymentAsync(replicas: 2, $$""","strategy":{"type":"{{strategy}}"}""");
        await _host.UntilAsync(() => Status("Deployment", "web", "availableReplicas") == 2, "the first pods are available");
        string[] first = [.. _host.Pods("web-").Select(pod => pod.Name)];

        await _host.SendAsync(
            "PATCH", Apps + "deployments/web", """{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"A","value":"1"}]}]}}}}""", Strategic);

        await _host.UntilAsync(
            () => Status("Deployment", "web", "availableReplicas") == 2 && _host.Pods("web-").Count == 2 && !_host.Pods("web-").Any(pod => first.Contains(pod.Name)),
            "only new pods are there");
        Assert.Equal(2, _host.All("ReplicaSet").Count);
        await _host.UntilAsync(
            () => _host.Find("Deployment", "web").Object("metadata").Object("annotations").Text("deployment.kubernetes.io/revision") == "2", "the revision is 2");
    }

    [Fact]
    public async Task What_a_deployment_owns_goes_with_it()
    {
        await CreateDeploymentAsync(replicas: 2);
        await _host.UntilAsync(() => _host.Pods("web-").Count == 2, "both pods are there");

        await _host.SendAsync("DELETE", Apps + "deployments/web");

        await _host.UntilAsync(() => _host.Pods("web-").Count == 0 && _host.All("ReplicaSet").Count == 0, "everything is gone");
    }

    [Fact]
    public async Task What_is_orphaned_stays()
    {
        await CreateDeploymentAsync(replicas: 1);
        await _host.UntilAsync(() => Status("Deployment", "web", "availableReplicas") == 1, "the pod is available");
        StoredObject set = _host.All("ReplicaSet").Single();

        await _host.SendAsync("DELETE", Apps + "deployments/web", """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Orphan"}""");

        await _host.SendAsync("DELETE", $"/api/v1/namespaces/default/pods/{_host.Pods("web-").Single().Name}");
        await _host.UntilAsync(() => _host.Pods("web-").Count == 1, "the replica set has made another pod");
        Assert.False(_host.Find("ReplicaSet", set.Name).Object("metadata").Has("ownerReferences"));
    }

    [Fact]
    public async Task A_stateful_set_numbers_its_pods_and_starts_one_after_the_other()
    {
        await _host.CreateAsync(Apps + "statefulsets", "StatefulSet", "db", $$"""{"replicas":3,"serviceName":"db","selector":{{Selector}},"template":{{Sleeping}}}""");

        await _host.UntilAsync(() => Status("StatefulSet", "db", "readyReplicas") == 3, "all pods are ready");

        IReadOnlyList<StoredObject> pods = _host.Pods("db-");
        Assert.Equal(["db-0", "db-1", "db-2"], pods.Select(pod => pod.Name));
        Assert.Equal("db-1", pods[1].Value.Object("metadata").Object("labels").Text("statefulset.kubernetes.io/pod-name"));
        Assert.Equal("db-1", pods[1].Value.Object("spec").Text("hostname"));
    }

    [Fact]
    public async Task A_daemon_set_has_a_pod_on_every_node_that_it_selects()
    {
        await _host.CreateAsync(Apps + "daemonsets", "DaemonSet", "agent", $$"""{"selector":{{Selector}},"template":{{Sleeping}}}""");
        string elsewhere = Sleeping.Replace("\"spec\":{", "\"spec\":{\"nodeSelector\":{\"kubernetes.io/os\":\"plan9\"},", StringComparison.Ordinal);
        await _host.CreateAsync(Apps + "daemonsets", "DaemonSet", "nowhere", $$"""{"selector":{{Selector}},"template":{{elsewhere}}}""");

        await _host.UntilAsync(() => Status("DaemonSet", "agent", "numberReady") == 1, "the node has a pod");

        Assert.Single(_host.Pods("agent-"));
        await _host.UntilAsync(() => Status("DaemonSet", "nowhere", "observedGeneration") == 1, "the other one was looked at");
        Assert.Empty(_host.Pods("nowhere-"));
    }

    [Fact]
    public async Task A_job_is_complete_when_enough_pods_have_succeeded()
    {
        await CreateJobAsync("echo done", """ "completions":2, """);

        await _host.UntilAsync(() => HasCondition("Complete"), "the job is complete");

        Assert.Equal(2, Status("Job", "task", "succeeded"));
        Assert.All(_host.Pods("task-"), pod => Assert.Equal("task", pod.Value.Object("metadata").Object("labels").Text("batch.kubernetes.io/job-name")));
    }

    [Fact]
    public async Task A_job_fails_when_more_pods_have_failed_than_it_allows()
    {
        await CreateJobAsync("exit 3", """ "backoffLimit":1, """);

        await _host.UntilAsync(() => HasCondition("Failed"), "the job has failed");

        Assert.Equal(2, Status("Job", "task", "failed"));
    }

    [Fact]
    public async Task A_namespace_that_enforces_security_gets_no_pods_and_the_replica_set_says_why()
    {
        await _host.SendAsync(
            "PATCH", "/api/v1/namespaces/default", """{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}""", Strategic);

        await CreateDeploymentAsync(replicas: 1);

        await _host.UntilAsync(
            () => _host.All("ReplicaSet").SelectMany(set => set.Value.Object("status").Items("conditions"))
                .Any(condition => condition.Text("type") == "ReplicaFailure" && condition.Text("message")!.Contains("violates PodSecurity", StringComparison.Ordinal)),
            "the replica set tells of the refusal");
        Assert.Empty(_host.Pods("web-"));
    }

    [Fact]
    public async Task A_deployment_whose_selector_does_not_match_its_template_is_refused()
    {
        var refused = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => _host.CreateAsync(
            Apps + "deployments", "Deployment", "web", $$$"""{"selector":{"matchLabels":{"app":"y"}},"template":{{{Sleeping}}}}"""));

        Assert.Contains("does not match template", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_gets_an_address()
    {
        JsonObject service = await _host.CreateAsync(
            "/api/v1/namespaces/default/services", "Service", "web", """{"selector":{"app":"x"},"ports":[{"port":80}]}""", "v1");

        Assert.Matches(@"^10\.96\.\d+\.\d+$", service.Object("spec").Text("clusterIP"));
        Assert.Equal(80, service.Object("spec").Items("ports").Single().Integer("targetPort"));
    }

    private Task<JsonObject> CreateDeploymentAsync(int replicas, string more = "") => _host.CreateAsync(
        Apps + "deployments", "Deployment", "web", $$"""{"replicas":{{replicas}},"selector":{{Selector}},"template":{{Sleeping}}{{more}}}""");

    private Task<JsonObject> CreateJobAsync(string script, string more) => _host.CreateAsync(
        "/apis/batch/v1/namespaces/default/jobs", "Job", "task",
        $$$$"""{ {{{{more}}}} "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"app","image":"busybox:1.36","command":["sh","-c","{{{{script}}}}"]}]}}}""",
        "batch/v1");

    private long? Status(string kind, string name, string field) => _host.Find(kind, name).Object("status").Integer(field);

    private bool HasCondition(string type) =>
        _host.Find("Job", "task").Object("status").Items("conditions").Any(condition => condition.Text("type") == type && condition.Text("status") == "True");
}
