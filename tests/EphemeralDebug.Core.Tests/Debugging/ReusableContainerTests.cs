using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using static EphemeralDebug.Core.Tests.Debugging.TestPods;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class ReusableContainerTests
{
    private const string Running = """{"running":{"startedAt":"2026-01-01T00:00:00Z"}}""";

    private static readonly ContainerOptions Waiting = Options with { Name = null, Target = "app", Profile = DebugProfile.General, WaitingId = "0a0a" };

    [Fact]
    public void A_running_container_that_differs_in_name_and_marker_alone_fits() =>
        Assert.Equal("old", Find(With("old", Waiting with { WaitingId = "ffff" }, Running), Waiting));

    [Theory]
    [InlineData("""{"terminated":{"exitCode":0}}""")]
    [InlineData("""{"waiting":{"reason":"ErrImagePull"}}""")]
    [InlineData("{}")]
    public void One_that_does_not_run_never_fits(string state) => Assert.Null(Find(With("old", Waiting, state), Waiting));

    public static TheoryData<string> OtherRequests => ["image", "target", "profile", "command", "environment", "pull policy", "user", "stdin"];

    [Theory]
    [MemberData(nameof(OtherRequests))]
    public void One_that_is_otherwise_does_not_fit(string difference)
    {
        ContainerOptions other = difference switch
        {
            "image" => Waiting with { Image = "alpine" },
            "target" => Waiting with { Target = null },
            "profile" => Waiting with { Profile = DebugProfile.SysAdmin },
            "command" => Waiting with { WaitingId = null, Command = ["sleep", "1"] },
            "environment" => Waiting with { Environment = [new("A", "1")] },
            "pull policy" => Waiting with { PullPolicy = ImagePullPolicy.Always },
            "user" => Waiting with { RunAsUser = 0 },
            _ => Waiting with { Stdin = true },
        };

        Assert.Null(Find(With("old", Waiting, Running), other));
    }

    [Fact]
    public void What_the_server_fills_in_makes_no_difference()
    {
        ContainerOptions options = Waiting with
        {
            CustomProfile = Json("""{"env":[{"name":"N","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}},{"name":"C","valueFrom":{"resourceFieldRef":{"containerName":"app","resource":"limits.cpu"}}}]}"""),
        };
        JsonObject pod = With("old", options, Running);
        JsonObject stored = pod["spec"]!["ephemeralContainers"]![0]!.AsObject();
        stored["imagePullPolicy"] = "Always";
        stored["terminationMessagePath"] = "/dev/termination-log";
        stored["env"]![0]!["valueFrom"]!["fieldRef"]!["apiVersion"] = "v1";
        stored["env"]![1]!["valueFrom"]!["resourceFieldRef"]!["divisor"] = "0";

        Assert.Equal("old", Find(pod, options));
    }

    [Theory]
    [InlineData(null, "new")]
    [InlineData("old", "old")]
    [InlineData("another", "new")]
    public void Of_several_the_one_of_the_asked_name_is_taken_or_else_the_newest(string? name, string expected)
    {
        JsonObject pod = With("old", Waiting, Running);
        Add(pod, "new", Waiting, """{"running":{"startedAt":"2026-01-01T00:00:09Z"}}""");
        Add(pod, "middle", Waiting, """{"running":{"startedAt":"2026-01-01T00:00:05Z"}}""");

        Assert.Equal(expected, Find(pod, Waiting, name));
    }

    private static string? Find(JsonObject pod, ContainerOptions options, string? name = null) =>
        ReusableContainer.Find(pod, Plan(pod, options), name);

    private static JsonObject With(string name, ContainerOptions options, string state)
    {
        JsonObject pod = Pod("""{"containers":[{"name":"app"}],"ephemeralContainers":[]}""", """{"ephemeralContainerStatuses":[]}""");
        Add(pod, name, options, state);
        return pod;
    }

    private static void Add(JsonObject pod, string name, ContainerOptions options, string state)
    {
        JsonNode container = Plan(pod, options with { Name = name }).Container.DeepClone();
        pod["spec"]!["ephemeralContainers"]!.AsArray().Add(container);
        pod["status"]!["ephemeralContainerStatuses"]!.AsArray().Add(new JsonObject { ["name"] = name, ["state"] = JsonNode.Parse(state) });
    }
}
