using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Systems;
using static EphemeralDebug.Core.Tests.Debugging.TestPods;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class WindowsContainerTests
{
    private static readonly NodeSystem Server2022 = NodeSystem.Windows with { WindowsBuild = 20348 };

    private static readonly JsonObject Plain = Pod("""{"containers":[{"name":"app"}]}""");

    [Theory]
    [InlineData("""{"os":{"name":"windows"}}""", "{}", "windows")]
    [InlineData("""{"os":{"name":"linux"},"nodeSelector":{"kubernetes.io/os":"windows"}}""", "{}", "linux")]
    [InlineData("""{"nodeSelector":{"kubernetes.io/os":"windows"}}""", "{}", "windows")]
    [InlineData("""{"nodeSelector":{"kubernetes.io/os":"linux"}}""", "{}", "linux")]
    [InlineData("""{"nodeSelector":{"node.kubernetes.io/windows-build":"10.0.17763"}}""", "{}", "windows 17763")]
    [InlineData("{}", """{"containerStatuses":[{"name":"app","user":{"linux":{"uid":0}}}]}""", "linux")]
    [InlineData("{}", "{}", null)]
    public void A_pod_may_say_what_it_runs_on(string spec, string status, string? expected) =>
        Assert.Equal(expected, Describe(NodeSystems.OfPod(Pod(spec, status))));

    [Theory]
    [InlineData("""{"metadata":{"labels":{"kubernetes.io/os":"windows","node.kubernetes.io/windows-build":"10.0.26100"}}}""", "windows 26100")]
    [InlineData("""{"metadata":{},"status":{"nodeInfo":{"operatingSystem":"windows","kernelVersion":"10.0.20348.2031"}}}""", "windows 20348")]
    [InlineData("""{"metadata":{"labels":{"kubernetes.io/os":"linux"}},"status":{"nodeInfo":{"kernelVersion":"6.1.0"}}}""", "linux")]
    [InlineData("""{"metadata":{"labels":{"kubernetes.io/os":"windows"}},"status":{"nodeInfo":{"kernelVersion":"unknown"}}}""", "windows")]
    [InlineData("{}", null)]
    public void A_node_says_what_it_runs(string node, string? expected) => Assert.Equal(expected, Describe(NodeSystems.OfNode(Json(node))));

    [Theory]
    [InlineData(17763, "ltsc2019")]
    [InlineData(19042, "ltsc2019")]
    [InlineData(20348, "ltsc2022")]
    [InlineData(25398, "ltsc2022")]
    [InlineData(26100, "ltsc2025")]
    [InlineData(30000, "ltsc2025")]
    public void The_image_fits_the_nodes_build(int build, string tag) => Assert.Equal(
        $"mcr.microsoft.com/windows/nanoserver:{tag}", DefaultImage.For(NodeSystem.Windows with { WindowsBuild = build }));

    [Theory]
    [InlineData(null)]
    [InlineData(14393)]
    public void Without_a_build_that_is_known_no_image_is_guessed(int? build) => Assert.Equal(
        PlanErrorCode.WindowsVersionUnknown,
        Assert.Throws<PlanException>(() => DefaultImage.For(NodeSystem.Windows with { WindowsBuild = build })).Problem.Code);

    [Fact]
    public void What_is_left_to_the_system_is_what_suits_it()
    {
        ContainerPlan windows = Plan(Plain, new ContainerOptions { Image = null, WaitingId = "0a" }, Server2022);
        ContainerPlan linux = Plan(Plain, new ContainerOptions { Image = null, WaitingId = "0a" });

        Assert.Equal(("mcr.microsoft.com/windows/nanoserver:ltsc2022", DebugProfile.Legacy), (windows.Image, windows.Profile));
        Assert.Equal(("busybox:1.36", DebugProfile.General), (linux.Image, linux.Profile));
        Assert.Equal("cmd", (string?)windows.Container["command"]![0]);
        Assert.Equal("0a", (string?)windows.Container["env"]![0]!["value"]);
        Assert.Empty(ContainerPlanner.FindProblems(Plain, windows));
    }

    [Fact]
    public void The_waiting_command_and_the_one_that_ends_it_name_the_same_file()
    {
        string file = WaitingCommand.StopWindowsCommand[^1].Split('>')[^1];

        Assert.Contains($"exist {file} ", WaitingCommand.WindowsCommand[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('"', WaitingCommand.WindowsCommand[^1]);
        Assert.True(WaitingCommand.IsOnWindows(WaitingCommand.WindowsCommand));
        Assert.False(WaitingCommand.IsOnWindows(WaitingCommand.Command));
    }

    [Theory]
    [InlineData(DebugProfile.General, "capabilities")]
    [InlineData(DebugProfile.NetAdmin, "capabilities")]
    [InlineData(DebugProfile.SysAdmin, "privileged")]
    public void What_Linux_profiles_add_does_not_exist_on_Windows(DebugProfile profile, string field)
    {
        PlanProblem problem = Assert.Single(ContainerPlanner.FindProblems(Plain, Plan(Plain, Options with { Profile = profile }, Server2022)));

        Assert.Equal(PlanErrorCode.NotOnWindows, problem.Code);
        Assert.Contains(field, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Restricted_is_what_the_level_restricted_asks_of_Windows()
    {
        ContainerPlan plan = Plan(Plain, Options with { Profile = DebugProfile.Restricted }, Server2022);

        Assert.Equal("""{"runAsNonRoot":true}""", Field(plan, "securityContext"));
        Assert.Empty(ContainerPlanner.FindProblems(Plain, plan));
    }

    [Fact]
    public void Neither_a_target_nor_a_user_by_number_exists_on_Windows() => Assert.Equal(
        [(PlanErrorCode.NotOnWindows, "Target"), (PlanErrorCode.NotOnWindows, "Profile")],
        ContainerPlanner.FindProblems(Plain, Plan(Plain, Options with { Target = "app", RunAsUser = 5 }, Server2022))
            .Select(static problem => (problem.Code, problem.Option)));

    private static string? Describe(NodeSystem? system) => system is null
        ? null
        : $"{(system.IsWindows ? "windows" : "linux")} {system.WindowsBuild}".TrimEnd();
}
