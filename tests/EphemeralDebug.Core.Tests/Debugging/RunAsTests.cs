using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using static EphemeralDebug.Core.Tests.Debugging.TestPods;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class RunAsTests
{
    private static readonly JsonObject Plain = Pod("""{"containers":[{"name":"app"}]}""");

    [Fact]
    public void A_named_user_and_group_are_stronger_than_both_profiles()
    {
        ContainerPlan plan = Plan(Plain, Options with
        {
            Profile = DebugProfile.Baseline,
            CustomProfile = Json("""{"securityContext":{"runAsUser":5,"runAsGroup":6,"privileged":false}}"""),
            RunAsUser = 1000,
            RunAsGroup = 0,
        });

        Assert.Equal("""{"privileged":false,"runAsGroup":0,"runAsUser":1000}""", Field(plan, "securityContext"));
    }

    [Theory]
    [InlineData("""{"containers":[{"name":"app","securityContext":{"runAsUser":7,"runAsGroup":8}}],"securityContext":{"runAsUser":1}}""", "{}", """{"runAsGroup":8,"runAsUser":7}""")]
    [InlineData("""{"containers":[{"name":"app"}],"securityContext":{"runAsUser":1,"runAsGroup":2}}""", "{}", """{"runAsGroup":2,"runAsUser":1}""")]
    [InlineData("""{"containers":[{"name":"app","securityContext":{"runAsUser":7}}]}""", "{}", """{"runAsUser":7}""")]
    [InlineData("""{"containers":[{"name":"app"}]}""", """{"containerStatuses":[{"name":"side","user":{"linux":{"uid":1,"gid":1}}},{"name":"app","user":{"linux":{"uid":101,"gid":102}}}]}""", """{"runAsGroup":102,"runAsUser":101}""")]
    public void The_targets_user_is_what_it_asks_for_or_what_its_process_has(string spec, string status, string expected) =>
        Assert.Equal(expected, Field(Plan(Pod(spec, status), Options with { RunAsTarget = true }), "securityContext"));

    [Fact]
    public void A_custom_profile_is_stronger_than_the_targets_user() => Assert.Equal(
        """{"runAsUser":5}""",
        Field(
            Plan(Pod("""{"containers":[{"name":"app","securityContext":{"runAsUser":7}}]}"""), Options with
            {
                RunAsTarget = true,
                CustomProfile = Json("""{"securityContext":{"runAsUser":5}}"""),
            }),
            "securityContext"));

    [Fact]
    public void A_target_whose_user_nobody_knows_is_refused()
    {
        PlanProblem problem = Assert.Throws<PlanException>(() => Plan(Plain, Options with { RunAsTarget = true })).Problem;

        Assert.Equal(PlanErrorCode.TargetUserUnknown, problem.Code);
        Assert.Contains("\"app\"", problem.Message, StringComparison.Ordinal);
        Assert.Contains("-RunAsUser", problem.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DebugProfile.Restricted, 0L, false, PlanErrorCode.RootNotAllowed)]
    [InlineData(DebugProfile.Restricted, 5L, false, null)]
    [InlineData(DebugProfile.General, 0L, true, null)]
    public void Root_where_the_container_must_not_be_root_would_never_start(DebugProfile profile, long user, bool podForbids, PlanErrorCode? expected)
    {
        JsonObject pod = Pod($$$"""{"containers":[{"name":"app"}],"securityContext":{"runAsNonRoot":{{{(podForbids ? "true" : "false")}}}}}""");

        IReadOnlyList<PlanProblem> problems = ContainerPlanner.FindProblems(pod, Plan(pod, Options with { Profile = profile, RunAsUser = user }));

        Assert.Equal(expected, problems.SingleOrDefault()?.Code);
    }

    [Fact]
    public void Whoever_names_root_where_the_pod_forbids_it_gets_root() => Assert.Equal(
        """{"runAsNonRoot":false,"runAsUser":0}""",
        Field(
            Plan(Pod("""{"containers":[],"securityContext":{"runAsNonRoot":true,"runAsUser":9}}"""), Options with { RunAsUser = 0 }),
            "securityContext"));

    [Theory]
    [InlineData(DebugProfile.General, null, 9, true)]
    [InlineData(DebugProfile.SysAdmin, null, 9, true)]
    [InlineData(DebugProfile.Baseline, null, 9, false)]
    [InlineData(DebugProfile.General, 0L, 9, false)]
    [InlineData(DebugProfile.General, null, 0, false)]
    [InlineData(DebugProfile.General, 9L, 0, true)]
    public void What_a_profile_adds_for_root_alone_is_warned_of_when_the_user_is_another(DebugProfile profile, long? user, int podUser, bool warns)
    {
        JsonObject pod = Pod($$$"""{"containers":[],"securityContext":{"runAsUser":{{{podUser}}}}}""");

        Assert.Equal(warns, Plan(pod, Options with { Profile = profile, RunAsUser = user }).Warnings.Count == 1);
    }
}
