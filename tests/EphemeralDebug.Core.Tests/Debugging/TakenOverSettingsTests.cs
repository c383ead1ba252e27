using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using static EphemeralDebug.Core.Tests.Debugging.TestPods;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class TakenOverSettingsTests
{
    private static readonly JsonObject TwoContainers = Pod(
        """
        {"containers":[
          {"name":"app","env":[{"name":"A","value":"app"}]},
          {"name":"side","env":[{"name":"A","value":"side"}]}],
         "initContainers":[{"name":"init","env":[{"name":"A","value":"init"}]}]}
        """);

    [Theory]
    [InlineData("side", "{}", "side")]
    [InlineData("init", "{}", "init")]
    [InlineData(null, "{}", "app")]
    [InlineData(null, """{"kubectl.kubernetes.io/default-container":"side"}""", "side")]
    [InlineData(null, """{"kubectl.kubernetes.io/default-container":"gone"}""", "app")]
    [InlineData("app", """{"kubectl.kubernetes.io/default-container":"side"}""", "app")]
    public void The_target_is_taken_then_the_default_container_then_the_first(string? target, string annotations, string expected)
    {
        JsonObject pod = TwoContainers.DeepClone().AsObject();
        pod["metadata"]!["annotations"] = Json(annotations);

        ContainerPlan plan = Plan(pod, Options with { Target = target, CopyEnvironment = true });

        Assert.Equal($$"""[{"name":"A","value":"{{expected}}"}]""", Field(plan, "env"));
    }

    [Fact]
    public void Without_being_asked_nothing_is_taken_over()
    {
        ContainerPlan plan = Plan(TwoContainers, Options with { Target = "app" });

        Assert.Null(Field(plan, "env"));
        Assert.Null(Field(plan, "volumeMounts"));
    }

    [Fact]
    public void A_target_that_is_not_there_is_reported_as_such()
    {
        ContainerPlan plan = Plan(TwoContainers, Options with { Target = "nope", CopyEnvironment = true, CopyVolumeMounts = true, RunAsTarget = true });

        Assert.Equal(PlanErrorCode.TargetNotFound, Assert.Single(ContainerPlanner.FindProblems(TwoContainers, plan)).Code);
    }

    [Fact]
    public void The_environment_keeps_its_order_and_sources_and_what_is_asked_for_is_stronger()
    {
        JsonObject pod = Pod(
            """
            {"containers":[{"name":"app",
              "envFrom":[{"configMapRef":{"name":"settings"}}],
              "env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}},{"name":"A","value":"2"},
                     {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}]}]}
            """);

        ContainerPlan plan = Plan(pod, Options with { CopyEnvironment = true, Environment = [new("B", "mine"), new("C", "new")] });

        Assert.Equal("""[{"configMapRef":{"name":"settings"}}]""", Field(plan, "envFrom"));
        Assert.Equal(
            """[{"name":"A","value":"2"},{"name":"B","value":"mine"},{"name":"CPU","valueFrom":{"resourceFieldRef":{"containerName":"app","resource":"limits.cpu"}}},{"name":"C","value":"new"}]""",
            Field(plan, "env"));
        Assert.False(pod["spec"]!["containers"]![0]!["env"]![3]!["valueFrom"]!["resourceFieldRef"]!.AsObject().ContainsKey("containerName"));
    }

    [Fact]
    public void A_container_that_waits_has_its_marker_beside_the_environment_taken_over()
    {
        ContainerPlan plan = Plan(TwoContainers, Options with { CopyEnvironment = true, WaitingId = "0123" });

        Assert.Equal("""[{"name":"A","value":"app"},{"name":"EPHEMERALDEBUG_ID","value":"0123"}]""", Field(plan, "env"));
        Assert.Equal(WaitingCommand.Command, plan.Container["command"]!.AsArray().Select(static word => (string)word!));
    }

    [Fact]
    public void Mounts_of_a_sub_path_stay_behind_with_a_warning_that_names_them()
    {
        JsonObject pod = Pod(
            """
            {"containers":[{"name":"app","volumeMounts":[
              {"name":"data","mountPath":"/data"},
              {"name":"cfg","mountPath":"/etc/app.conf","subPath":"app.conf"},
              {"name":"logs","mountPath":"/logs","subPathExpr":"$(POD)"},
              {"name":"empty","mountPath":"/empty","subPath":"","readOnly":true},
              {"name":"host","mountPath":"/host","mountPropagation":"Bidirectional"}],
              "volumeDevices":[{"name":"raw","devicePath":"/dev/xvda"}]}]}
            """);

        ContainerPlan plan = Plan(pod, Options with { CopyVolumeMounts = true });

        Assert.Equal(
            """[{"mountPath":"/data","name":"data"},{"mountPath":"/empty","name":"empty","readOnly":true},{"mountPath":"/host","mountPropagation":"HostToContainer","name":"host"}]""",
            Field(plan, "volumeMounts"));
        Assert.Null(Field(plan, "volumeDevices"));
        Assert.Contains("/etc/app.conf (volume cfg), /logs (volume logs)", plan.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("/dev/xvda", plan.Warnings[1], StringComparison.Ordinal);
        Assert.Empty(ContainerPlanner.FindProblems(pod, plan));
    }

    [Fact]
    public void A_custom_profile_is_merged_over_what_is_taken_over()
    {
        JsonObject pod = Pod("""{"containers":[{"name":"app","volumeMounts":[{"name":"data","mountPath":"/data"}]}]}""");

        ContainerPlan plan = Plan(pod, Options with
        {
            CopyVolumeMounts = true,
            CustomProfile = Json("""{"volumeMounts":[{"mountPath":"/data","readOnly":true}]}"""),
        });

        Assert.Equal("""[{"mountPath":"/data","name":"data","readOnly":true}]""", Field(plan, "volumeMounts"));
    }
}
