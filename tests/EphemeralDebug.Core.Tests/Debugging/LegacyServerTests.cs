using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>Adding containers on a server of Kubernetes 1.16 to 1.21; all its answers were recorded from a real 1.20.</summary>
public sealed class LegacyServerTests
{
    private const string Subresource = "ephemeralcontainers";

    private static readonly ContainerOptions s_options = new() { Image = "busybox:1.36", Name = "first" };

    private static string Pod => Recorded("get", 1);

    private static string PodWithFirst => Recorded("put", 6);

    private static string ModernPatchIgnored => Recorded("patch/strategic-modern", 1);

    private static string Document => Recorded("put", 0);

    private static string Replaced => Recorded("put", 1);

    private static string Conflict => Recorded("put", 4);

    private static string Forbidden => Recorded("errors/access", 2);

    [Fact]
    public async Task A_modern_patch_that_changes_nothing_is_followed_by_the_documents_replacement()
    {
        await using var server = new Playback(Pod, ModernPatchIgnored, Document, Replaced, PodWithFirst);
        PodResource pod = await AddAsync(server, s_options with { Profile = DebugProfile.Baseline });
        Assert.Equal(["GET get", $"PATCH {Subresource}", $"GET {Subresource}", $"PUT {Subresource}", "GET get"], server.Requests);
        JsonNode sent = server.Body(3);
        Assert.Equal("EphemeralContainers", (string?)sent["kind"]);
        Assert.Equal("<rv1>", (string?)sent["metadata"]!["resourceVersion"]);
        Assert.Equal(["first"], sent["ephemeralContainers"]!.AsArray().Select(c => (string?)c!["name"]));
        Assert.Contains(pod.Spec!.EphemeralContainers!, c => c.Name == "first");
        Assert.Equal(EphemeralContainersForm.Legacy, server.Session.EphemeralContainers.Form);
    }

    [Fact]
    public async Task A_conflict_is_answered_by_reading_again_and_keeping_what_came_in_between()
    {
        await using var server = new Playback(Pod, ModernPatchIgnored, Document, Conflict, Replaced, Recorded("put", 2), PodWithFirst);
        await AddAsync(server, s_options with { Name = "second", Profile = DebugProfile.Baseline });
        Assert.Equal(
            ["GET get", $"PATCH {Subresource}", $"GET {Subresource}", $"PUT {Subresource}", $"GET {Subresource}", $"PUT {Subresource}", "GET get"],
            server.Requests);
        JsonNode sent = server.Body(5);
        Assert.Equal("<rv2>", (string?)sent["metadata"]!["resourceVersion"]);
        Assert.Equal(["first", "second"], sent["ephemeralContainers"]!.AsArray().Select(c => (string?)c!["name"]));
    }

    [Fact]
    public async Task A_conflict_that_does_not_end_is_told()
    {
        string[] tries = [.. Enumerable.Repeat(new[] { Document, Conflict }, 10).SelectMany(static t => t)];
        await using var server = new Playback([Pod, ModernPatchIgnored, .. tries]);
        var failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => AddAsync(server, s_options with { Profile = DebugProfile.Baseline }));
        Assert.Equal("Conflict", failure.ErrorId);
    }

    [Fact]
    public async Task A_role_that_allows_patch_alone_is_served_by_a_json_patch()
    {
        await using var server = new Playback(Pod, ModernPatchIgnored, Forbidden, Recorded("patch/json", 0), PodWithFirst);
        await AddAsync(server, s_options with { Profile = DebugProfile.Baseline });
        Assert.Equal("application/json-patch+json", server.Header(3, "Content-Type"));
        JsonNode operation = server.Body(3).AsArray().Single()!;
        Assert.Equal("add", (string?)operation["op"]);
        Assert.Equal("/ephemeralContainers/-", (string?)operation["path"]);
        Assert.Equal("first", (string?)operation["value"]!["name"]);
    }

    [Fact]
    public async Task A_role_that_allows_update_alone_is_served_once_discovery_tells_the_form()
    {
        await using var server = new Playback(Pod, Recorded("errors/access", 3), Recorded("discovery", 1), Document, Replaced, PodWithFirst);
        await AddAsync(server, s_options with { Profile = DebugProfile.Baseline });
        Assert.Equal(["GET get", $"PATCH {Subresource}", "GET v1", $"GET {Subresource}", $"PUT {Subresource}", "GET get"], server.Requests);
    }

    [Fact]
    public async Task On_a_modern_server_a_missing_right_stays_the_error_that_it_was()
    {
        await using var server = new Playback(Pod, Recorded("errors/access", 3), ServerRecording.Modern.Step("discovery", 2).Answer());
        var failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => AddAsync(server, s_options));
        Assert.Equal("Forbidden", failure.ErrorId);
        Assert.Contains("cannot patch resource", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_profile_gives_way_with_a_warning_since_no_security_context_is_allowed()
    {
        List<string> warnings = [];
        await using var server = new Playback(Pod, ModernPatchIgnored, Document, Replaced, PodWithFirst);
        await AddAsync(server, s_options, warnings.Add);
        Assert.Null(server.Body(3)["ephemeralContainers"]![0]!["securityContext"]);
        Assert.Contains("Baseline", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chosen_profile_that_needs_a_security_context_is_refused_and_nothing_is_added()
    {
        await using var server = new Playback(Pod, ModernPatchIgnored, Pod);
        ContainerOptions options = s_options with { Profile = DebugProfile.SysAdmin };
        var failure = await Assert.ThrowsAsync<EphemeralDebugException>(() => AddAsync(server, options));
        Assert.Equal("SecurityContextNotSupported", failure.ErrorId);
        Assert.Contains("Baseline", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(["GET get", $"PATCH {Subresource}"], server.Requests);

        // The form is known now, so the next one is refused by its plan.
        await Assert.ThrowsAsync<EphemeralDebugException>(() => AddAsync(server, options));
        Assert.Equal("GET get", server.Requests.Last());
    }

    [Fact]
    public async Task A_server_whose_version_is_known_to_be_old_is_asked_for_its_form_before_anything_is_sent()
    {
        await using var server = new Playback(Recorded("discovery", 0), Pod, Recorded("discovery", 1));
        await server.Session.ReadServerVersionAsync(Playback.Limit);
        var failure = await Assert.ThrowsAsync<EphemeralDebugException>(
            () => AddAsync(server, s_options with { Profile = DebugProfile.Restricted }));
        Assert.Equal("SecurityContextNotSupported", failure.ErrorId);
        Assert.Equal(["GET version", "GET get", "GET v1"], server.Requests);
    }

    [Fact]
    public async Task A_feature_that_is_off_is_told_with_what_to_set_where()
    {
        await using var server = new Playback(Pod, Recorded("gate-off/requests", 3));
        var failure = await Assert.ThrowsAsync<EphemeralDebugException>(() => AddAsync(server, s_options));
        Assert.Equal("EphemeralContainersDisabled", failure.ErrorId);
        foreach (string hint in (string[])["kube-apiserver", "kube-scheduler", "KubeletConfiguration", "Set-EphemeralFeatureGate", "Test-EphemeralCluster"])
        {
            Assert.Contains(hint, failure.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_pod_is_not_taken_for_a_missing_feature()
    {
        await using var server = new Playback(Recorded("errors/not-found", 0));
        var failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => AddAsync(server, s_options));
        Assert.Equal("PodNotFound", failure.ErrorId);
    }

    [Fact]
    public async Task A_container_that_a_lost_request_has_added_is_not_added_twice()
    {
        await using var server = new Playback(ModernPatchIgnored, Replaced, Recorded("put", 3), PodWithFirst);
        JsonObject asked = ServerRecording.Legacy.Step("put", 1).RequestBody["ephemeralContainers"]![0]!.AsObject();
        var addition = new ContainerAddition { Namespace = "default", Pod = "put", Containers = [asked], Existing = [] };
        await new ContainerAdder(server.Session).AddAsync(addition, Playback.Limit);
        Assert.Single(server.Body(2)["ephemeralContainers"]!.AsArray());
    }

    [Fact]
    public async Task The_second_index_in_the_paths_of_errors_is_left_out()
    {
        await using var server = new Playback(Pod, ModernPatchIgnored, Document, Recorded("validation/required", 0));
        var failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => AddAsync(server, s_options));
        Assert.Contains("spec.ephemeralContainers[0].image: Required value", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["spec.ephemeralContainers[0].image"], failure.Causes.Select(static c => c.Field));
    }

    [Theory]
    [InlineData("spec.ephemeralContainers[12][0].volumeMounts[0][0].name", "spec.ephemeralContainers[12].volumeMounts[0][0].name")]
    [InlineData("[spec.ephemeralContainers[0][0].a, spec.ephemeralContainers[1].b]", "[spec.ephemeralContainers[0].a, spec.ephemeralContainers[1].b]")]
    [InlineData("spec.containers[0][0].image", "spec.containers[0][0].image")]
    [InlineData("spec.ephemeralContainers[", "spec.ephemeralContainers[")]
    public void Only_the_index_that_means_nothing_is_left_out(string said, string shown) => Assert.Equal(shown, FieldPath.Mend(said));

    private static string Recorded(string scenario, int step) => ServerRecording.Legacy.Step(scenario, step).Answer();

    private static async Task<PodResource> AddAsync(Playback server, ContainerOptions options, Action<string>? warn = null)
    {
        var creator = new ContainerCreator(server.Session, warn);
        ContainerPlan plan = await creator.PlanAsync("conf-legacy", "get", options, Playback.Limit);
        return await creator.ApplyAsync(plan, Playback.Limit);
    }
}
