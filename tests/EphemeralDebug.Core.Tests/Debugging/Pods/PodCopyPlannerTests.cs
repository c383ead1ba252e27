using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Core.Tests.Debugging.Pods;

public sealed class PodCopyPlannerTests
{
    private const string Source =
        """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"web","namespace":"shop","uid":"1","resourceVersion":"2","generateName":"web-","finalizers":["x/y"],
                     "ownerReferences":[{"kind":"ReplicaSet","name":"web"}],"labels":{"app":"web"},"annotations":{"note":"n"}},
         "spec":{"nodeName":"n1","fieldOfTomorrow":{"deep":[{"a":1},null]},
                 "initContainers":[{"name":"init","image":"i:1"}],
                 "containers":[{"name":"app","image":"app:1","args":["--serve"],"stdin":true,"tty":true,"env":[{"name":"A","value":"1"}],
                                "livenessProbe":{"exec":{}},"newProbe":{"x":1}},
                               {"name":"side","image":"side:1"}],
                 "ephemeralContainers":[{"name":"old","image":"busybox"}]},
         "status":{"phase":"Running"}}
        """;

    private static readonly PodCopyOptions Options = new()
    {
        Name = "copy",
        Container = new PodContainerOptions { Image = "busybox", Name = "dbg" },
    };

    [Fact]
    public void Fields_that_nobody_here_knows_survive_a_copy()
    {
        JsonObject spec = Plan(Options).Pod["spec"]!.AsObject();
        Assert.Equal("""{"deep":[{"a":1},null]}""", spec["fieldOfTomorrow"]!.ToJsonString());
        Assert.Equal("""{"x":1}""", spec["containers"]![0]!["newProbe"]!.ToJsonString());
    }

    [Fact]
    public void The_pod_that_is_copied_stays_as_it_is()
    {
        JsonObject pod = Parse(Source);
        PodCopyPlanner.Plan(pod, Options with { SetImages = Images(("*", "x:1")) }, new FixedNames("aaaaa"));
        Assert.Equal(Parse(Source).ToJsonString(), pod.ToJsonString());
    }

    [Fact]
    public void Of_the_metadata_only_what_a_person_wrote_is_kept_and_that_only_when_asked()
    {
        PodPlan kept = Plan(Options with { Keep = KeptParts.Labels | KeptParts.Annotations });
        Assert.Equal(
            """{"name":"copy","namespace":"shop","labels":{"app":"web"},"annotations":{"note":"n"}}""",
            kept.Pod["metadata"]!.ToJsonString());
        Assert.Equal("""{"name":"copy","namespace":"shop"}""", Plan(Options).Pod["metadata"]!.ToJsonString());
        Assert.Null(kept.Pod["status"]);
        Assert.Null(kept.Pod["spec"]!["ephemeralContainers"]);
    }

    [Fact]
    public void A_probe_is_kept_when_it_is_asked_for()
    {
        Assert.NotNull(Containers(Plan(Options with { Keep = KeptParts.LivenessProbes }))[0]["livenessProbe"]);
        Assert.Null(Containers(Plan(Options with { Keep = KeptParts.ReadinessProbes | KeptParts.StartupProbes }))[0]["livenessProbe"]);
    }

    [Fact]
    public void The_copy_leaves_the_node_unless_it_is_to_stay_there()
    {
        Assert.Null(Plan(Options).Node);
        Assert.Equal("n1", Plan(Options with { SameNode = true }).Node);
        Assert.Equal("n1", (string?)Plan(Options with { SameNode = true }).Pod["spec"]!["nodeName"]);
    }

    [Fact]
    public void A_container_that_is_changed_keeps_what_was_not_said_but_for_its_terminal()
    {
        PodPlan plan = Plan(Options with { Container = new PodContainerOptions { Name = "app", Command = ["sleep", "1d"] } });
        JsonObject app = Containers(plan)[0];
        Assert.False(plan.AddsContainer);
        Assert.Equal("app:1", plan.Image);
        Assert.Equal("""["sleep","1d"]""", app["command"]!.ToJsonString());
        Assert.Equal("""[{"name":"A","value":"1"}]""", app["env"]!.ToJsonString());
        Assert.Null(app["args"]);
        Assert.Null(app["stdin"]);
        Assert.Null(app["tty"]);
    }

    [Fact]
    public void An_image_for_one_container_goes_before_that_for_all()
    {
        PodPlan plan = Plan(Options with { Container = new(), SetImages = Images(("*", "all:1"), ("side", "one:1")) });
        Assert.Equal(["all:1", "one:1"], Containers(plan).Select(c => (string)c["image"]!));
        Assert.Equal("i:1", (string?)plan.Pod["spec"]!["initContainers"]![0]!["image"]);
        Assert.Null(plan.Container);
    }

    [Fact]
    public void A_new_container_waits_to_be_entered_and_one_of_the_pods_own_never_does()
    {
        PodContainerOptions waiting = Options.Container with { Waits = true, Command = ["bash"] };
        Assert.Equal(
            WaitingCommand.Command,
            Containers(Plan(Options with { Container = waiting }))[2]["command"]!.AsArray().Select(static item => (string)item!));
        Assert.Null(Containers(Plan(Options with { Container = waiting with { Name = "side", Command = [] } }))[1]["command"]);
    }

    [Fact]
    public void A_copy_that_nobody_named_is_named_after_the_pod()
    {
        PodPlan plan = Plan(Options with { Name = null });
        Assert.Equal("web-debug-aaaaa", plan.Name);
        Assert.True(plan.HasRandomName);
        Assert.False(Plan(Options).HasRandomName);
    }

    [Fact]
    public void A_name_made_of_a_long_one_stays_within_what_a_host_name_may_have()
    {
        JsonObject pod = Parse(Source);
        pod["metadata"]!["name"] = new string('a', 49) + "-" + new string('b', 200);
        string name = PodCopyPlanner.Plan(pod, Options with { Name = null }, new FixedNames("aaaaa")).Name;
        Assert.Equal(new string('a', 49) + "-debug-aaaaa", name);
    }

    [Theory]
    [InlineData("Not A Name", PlanErrorCode.InvalidName)]
    [InlineData("-x", PlanErrorCode.InvalidName)]
    public void A_new_container_has_a_name_that_the_server_takes(string name, PlanErrorCode code) => Assert.Equal(
        code,
        Assert.Throws<PlanException>(() => Plan(Options with { Container = Options.Container with { Name = name } })).Problem.Code);

    [Fact]
    public void What_has_no_effect_is_told()
    {
        PodPlan plan = Plan(Options with
        {
            Container = new PodContainerOptions { Name = "nobody", Command = ["sh"] },
            SetImages = Images(("nope", "x:1"), ("app", "x:1")),
        });
        Assert.Collection(
            plan.Warnings,
            warning => Assert.Contains("'nope'", warning, StringComparison.Ordinal),
            warning => Assert.Contains("the command is not used", warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1000, DebugProfile.General, true)]
    [InlineData(1000, DebugProfile.SysAdmin, true)]
    [InlineData(1000, DebugProfile.Baseline, false)]
    [InlineData(0, DebugProfile.General, false)]
    public void Powers_that_the_pods_user_cannot_use_are_told(int user, DebugProfile profile, bool isTold)
    {
        JsonObject pod = Parse(Source);
        pod["spec"]!["securityContext"] = new JsonObject { ["runAsUser"] = user };
        PodCopyOptions options = Options with { Container = Options.Container with { Profile = profile } };
        Assert.Equal(isTold ? 1 : 0, PodCopyPlanner.Plan(pod, options, new FixedNames("aaaaa")).Warnings.Count);
    }

    private static PodPlan Plan(PodCopyOptions options) => PodCopyPlanner.Plan(Parse(Source), options, new FixedNames("aaaaa"));

    private static JsonObject[] Containers(PodPlan plan) =>
        [.. plan.Pod["spec"]!["containers"]!.AsArray().Select(static container => container!.AsObject())];

    private static Dictionary<string, string> Images(params (string Name, string Image)[] images) =>
        images.ToDictionary(static image => image.Name, static image => image.Image, StringComparer.Ordinal);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
