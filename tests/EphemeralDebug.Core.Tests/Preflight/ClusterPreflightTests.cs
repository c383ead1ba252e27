using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;
using EphemeralDebug.Debugging.Preflight;

namespace EphemeralDebug.Core.Tests.Preflight;

public sealed class ClusterPreflightTests
{
    [Fact]
    public async Task Everything_passes_where_nothing_is_missing()
    {
        await using var cluster = new PlayedCluster();
        IReadOnlyList<EphemeralClusterCheck> checks = await cluster.TestAsync("web", "app");
        Assert.All(checks, check => Assert.True(check.Passed, check.Name));
        Assert.All(checks, check => Assert.Null(check.Remedy));
        Assert.All(checks, check => Assert.Equal(("apps", "web"), (check.Namespace, check.Pod)));
        Assert.Equal(checks.Count, checks.Select(check => check.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.True(ClusterPreflight.IsReady(checks));
    }

    [Fact]
    public async Task Nothing_is_sent_that_could_change_anything()
    {
        await using var cluster = new PlayedCluster();
        await cluster.TestAsync("web", "app");
        Assert.All(cluster.Requests, request => Assert.True(
            request.Method == "GET" || (request.Method == "POST" && request.Path.EndsWith("reviews", StringComparison.Ordinal)),
            $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task All_but_the_node_is_asked_at_once()
    {
        var all = new TaskCompletionSource();
        int requests = 0;
        await using var reference = new PlayedCluster();
        await reference.TestAsync("web");
        int expected = reference.Requests.Count(request => !request.Path.Contains("/nodes/", StringComparison.Ordinal));

        // Nothing is answered until all questions are there: one that waits for another's answer would wait for ever.
        await using var cluster = new PlayedCluster
        {
            BeforeAnswer = token =>
            {
                if (Interlocked.Increment(ref requests) == expected)
                {
                    all.SetResult();
                }

                return all.Task.WaitAsync(token);
            },
        };
        Assert.All(await cluster.TestAsync("web"), check => Assert.True(check.Passed, check.Name));
    }

    [Theory]
    [InlineData("v1.15.0", "came with 1.16", "Upgrade")]
    [InlineData("v1.20.2", "is off", "Set-EphemeralFeatureGate")]
    [InlineData("v1.22.17", "is off", "Set-EphemeralFeatureGate")]
    [InlineData("v1.24.1", "turned off", "EphemeralContainers=false")]
    [InlineData("v1.30.0", "though its version should", "Kubernetes API server")]
    public async Task A_server_without_the_subresource_is_told_how_to_get_it(string version, string reason, string remedy)
    {
        await using var cluster = new PlayedCluster { Version = version, Kind = null };
        EphemeralClusterCheck check = await cluster.FindAsync("EphemeralContainersApi", pod: null);
        Assert.False(check.Passed);
        Assert.Contains(reason, check.Reason, StringComparison.Ordinal);
        Assert.Contains(remedy, check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_form_needs_the_rights_to_read_and_replace_the_list()
    {
        await using var cluster = new PlayedCluster
        {
            Version = "v1.20.2", Kind = "EphemeralContainers", Denied = ["patch pods/ephemeralcontainers", "create pods/exec"], User = null,
        };
        IReadOnlyList<EphemeralClusterCheck> checks = await cluster.TestAsync();
        Assert.All(checks.Where(check => check.Name != "User"), check => Assert.True(check.Passed, check.Name));
        Assert.Null(checks.Single(check => check.Name == "User").Passed);
        Assert.Contains("1.16 to 1.21", checks.Single(check => check.Name == "EphemeralContainersApi").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.34.9", true)]
    [InlineData("v1.35.0", false)]
    [InlineData("nonsense", false)]
    public async Task Since_1_35_streams_need_the_right_to_create(string version, bool passes)
    {
        await using var cluster = new PlayedCluster { Version = version, Denied = ["create pods/exec"] };
        Assert.Equal(passes, (await cluster.FindAsync("Exec", pod: null)).Passed);
    }

    [Fact]
    public async Task A_missing_right_is_named_and_comes_with_the_role_that_gives_it()
    {
        await using var cluster = new PlayedCluster { Denied = ["patch pods/ephemeralcontainers"] };
        IReadOnlyList<EphemeralClusterCheck> checks = await cluster.TestAsync();
        EphemeralClusterCheck check = Assert.Single(checks, check => check.Passed is false);
        Assert.Equal("AddContainers", check.Name);
        Assert.Equal("Missing is the right to patch pods/ephemeralcontainers.", check.Reason);
        IReadOnlyList<JsonNode?> documents = YamlReader.ReadAll(check.Remedy!);
        Assert.Equal(["Role", "RoleBinding"], documents.Select(document => (string?)document!["kind"]));
        Assert.Equal("jane", (string?)documents[1]!["subjects"]![0]!["name"]);
        Assert.False(ClusterPreflight.IsReady(checks));
    }

    [Fact]
    public async Task Only_an_optional_right_that_is_missing_leaves_the_cluster_ready()
    {
        await using var cluster = new PlayedCluster { Denied = ["create pods", "get nodes"] };
        IReadOnlyList<EphemeralClusterCheck> checks = await cluster.TestAsync();
        Assert.Equal(["DebugPods", "NodeInformation"], checks.Where(check => check.Passed is false).Select(check => check.Name));
        Assert.True(ClusterPreflight.IsReady(checks));
    }

    [Fact]
    public async Task What_may_not_be_read_could_not_be_told()
    {
        await using var cluster = new PlayedCluster
        {
            User = null,
            Refused = { ["/api/v1"] = 403, ["/namespaces/apps"] = 403, ["/pods/web"] = 403, ["selfsubjectaccessreviews"] = 403, ["/version"] = 403 },
        };
        IReadOnlyList<EphemeralClusterCheck> checks = await cluster.TestAsync("web", "app");
        Assert.Equal(["Server", "User"], checks.Where(check => check.Passed is true).Select(check => check.Name));
        Assert.DoesNotContain(checks, check => check.Passed is false);
        Assert.Contains("jane", checks.Single(check => check.Name == "User").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_the_only_finding()
    {
        var cluster = new PlayedCluster();
        await cluster.DisposeAsync();
        EphemeralClusterCheck check = Assert.Single(await cluster.TestAsync());
        Assert.Equal("Server", check.Name);
        Assert.False(check.Passed);
        Assert.NotNull(check.Remedy);
    }

    [Fact]
    public async Task A_server_that_never_answers_ends_the_wait()
    {
        await using var cluster = new PlayedCluster { BeforeAnswer = static token => Task.Delay(Timeout.Infinite, token) };
        EphemeralClusterCheck check = Assert.Single(await cluster.TestAsync(limit: TimeSpan.FromMilliseconds(200)));
        Assert.Contains("did not answer within 0.2 s", check.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_are_not_accepted_are_the_finding()
    {
        await using var cluster = new PlayedCluster { Refused = { [""] = 401 } };
        IReadOnlyList<EphemeralClusterCheck> checks = await cluster.TestAsync();
        Assert.Equal([("Server", true), ("User", false)], checks.Select(check => (check.Name, check.Passed == true)));
    }

    [Fact]
    public async Task Nobody_is_advised_to_give_rights_to_everybody()
    {
        await using var cluster = new PlayedCluster { User = "system:anonymous", Denied = ["get pods"] };
        EphemeralClusterCheck last = (await cluster.TestAsync())[^1];
        Assert.Equal("User", last.Name);
        Assert.False(last.Passed);
    }

    [Theory]
    [InlineData("privileged", true, "Every profile")]
    [InlineData("baseline", false, "Baseline, Legacy and Restricted")]
    [InlineData("restricted", false, "Only the profile Restricted")]
    [InlineData("nonsense", false, "Only the profile Restricted")]
    [InlineData(null, true, "warn restricted (v1.30)")]
    public async Task The_namespaces_level_says_which_profiles_pass(string? level, bool passes, string reason)
    {
        var labels = new JsonObject
        {
            ["pod-security.kubernetes.io/warn"] = "restricted", ["pod-security.kubernetes.io/warn-version"] = "v1.30",
        };
        if (level is not null)
        {
            labels["pod-security.kubernetes.io/enforce"] = level;
        }

        await using var cluster = new PlayedCluster { Labels = labels };
        EphemeralClusterCheck check = await cluster.FindAsync("PodSecurity", pod: null);
        Assert.Equal(passes, check.Passed);
        Assert.Contains(reason, check.Reason, StringComparison.Ordinal);
        Assert.Equal(passes, check.Remedy is null);
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_is_named()
    {
        await using var cluster = new PlayedCluster { Refused = { ["/namespaces/apps"] = 404 } };
        Assert.Equal("There is no namespace 'apps'.", (await cluster.FindAsync("Namespace", pod: null)).Reason);
    }

    [Fact]
    public async Task What_is_about_one_pod_is_asked_for_that_pod()
    {
        await using var cluster = new PlayedCluster();
        await cluster.TestAsync("web");
        JsonNode[] asked = [.. cluster.Requests
            .Where(request => request.Path.EndsWith("selfsubjectaccessreviews", StringComparison.Ordinal))
            .Select(request => JsonNode.Parse(request.Body)!["spec"]!["resourceAttributes"]!)];
        Assert.All(asked, attributes => Assert.Equal(
            (string?)attributes["resource"] switch
            {
                "namespaces" => "apps",
                "pods" when attributes["subresource"] is not null || (string?)attributes["verb"] == "get" => "web",
                _ => null,
            },
            (string?)attributes["name"]));
        Assert.All(asked, attributes => Assert.Equal((string?)attributes["resource"] == "nodes" ? null : "apps", (string?)attributes["namespace"]));
    }
}
