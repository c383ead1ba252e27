using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Profiles;
using static EphemeralDebug.Core.Tests.Debugging.TestPods;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class ProfileCandidatesTests
{
    private const string RootTarget = """{"containerStatuses":[{"name":"app","user":{"linux":{"uid":0,"gid":0}}}]}""";
    private const string OtherTarget = """{"containerStatuses":[{"name":"app","user":{"linux":{"uid":101,"gid":101}}}]}""";

    [Theory]
    [InlineData("{}", "{}", "General Baseline Restricted!")]
    [InlineData("{}", RootTarget, "General Baseline Restricted!")]
    [InlineData("{}", OtherTarget, "General Baseline Restricted+target")]
    [InlineData("""{"runAsNonRoot":true}""", OtherTarget, "Baseline+target Restricted+target")]
    [InlineData("""{"runAsNonRoot":true}""", "{}", "Baseline! Restricted!")]
    [InlineData("""{"runAsUser":9}""", "{}", "Baseline Restricted")]
    [InlineData("""{"runAsUser":0}""", "{}", "General Baseline")]
    public void The_most_useful_profile_comes_first_and_what_is_no_use_is_left_out(string podContext, string status, string expected) =>
        Assert.Equal(expected, Describe(ProfileCandidates.For(Spec(podContext, status), Auto, NodeSystem.Linux)));

    [Fact]
    public void Privileges_that_were_not_asked_for_are_never_a_candidate() => Assert.DoesNotContain(
        ProfileCandidates.For(Spec("{}", "{}"), Auto, NodeSystem.Linux).Candidates,
        static candidate => candidate.Profile is DebugProfile.SysAdmin or DebugProfile.NetAdmin);

    [Fact]
    public void A_named_user_counts_before_the_pods()
    {
        JsonObject pod = Spec("""{"runAsNonRoot":true,"runAsUser":9}""", "{}");

        Assert.Equal("General Baseline", Describe(ProfileCandidates.For(pod, Auto with { RunAsUser = 0 }, NodeSystem.Linux)));
        Assert.Equal(
            "Baseline Restricted",
            Describe(ProfileCandidates.For(Spec("{}", "{}"), Auto with { CustomProfile = Json("""{"securityContext":{"runAsUser":5}}""") }, NodeSystem.Linux)));
    }

    [Fact]
    public void On_Windows_only_what_adds_nothing_of_Linux_is_tried() =>
        Assert.Equal("Baseline Restricted", Describe(ProfileCandidates.For(Spec("{}", "{}"), Auto, NodeSystem.Windows)));

    [Theory]
    [InlineData("""{"pod-security.kubernetes.io/enforce":"restricted"}""", DebugProfile.Restricted)]
    [InlineData("""{"pod-security.kubernetes.io/enforce":"baseline"}""", DebugProfile.Baseline)]
    [InlineData("""{"pod-security.kubernetes.io/enforce":"privileged"}""", DebugProfile.General)]
    [InlineData("{}", DebugProfile.General)]
    [InlineData(null, DebugProfile.Baseline)]
    public void Where_the_server_cannot_be_asked_the_label_of_the_namespace_decides(string? labels, DebugProfile expected)
    {
        NamespaceLevel level = labels is null
            ? NamespaceLevel.Unknown
            : NamespaceLevel.Read(Json($$$"""{"metadata":{"labels":{{{labels}}}}}"""));

        Assert.Equal(expected, level.Guess(ProfileCandidates.For(Spec("{}", "{}"), Auto, NodeSystem.Linux).Candidates).Profile);
    }

    private static ContainerOptions Auto => Options with { Profile = DebugProfile.Auto };

    private static JsonObject Spec(string podContext, string status) =>
        Pod($$"""{"containers":[{"name":"app"}],"securityContext":{{podContext}}}""", status);

    private static string Describe(ProfileCandidates candidates) => string.Join(' ', candidates.Candidates.Select(
        static candidate => $"{candidate.Profile}{(candidate.AsTarget ? "+target" : "")}{(candidate.Caveat is null ? "" : "!")}"));
}
