using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class ContainerPlannerTests
{
    private const string Ptrace = """{"capabilities":{"add":["SYS_PTRACE"]}}""";

    private static readonly JsonObject Pod = Json(
        """
        {"metadata":{"namespace":"shop","name":"web"},
         "spec":{"initContainers":[{"name":"init"}],"containers":[{"name":"app"},{"name":"side"}],
                 "ephemeralContainers":[{"name":"first"},{"name":"second"}]}}
        """);

    private static readonly ContainerOptions Options = new() { Image = "busybox", Name = "dbg" };

    [Fact]
    public void A_container_has_its_fields_in_ordinal_order()
    {
        ContainerPlan plan = Plan(Options with
        {
            Target = "app",
            Command = ["sh", "-c", ""],
            Arguments = ["x"],
            Environment = [new("B", "1"), new("A", "2")],
            PullPolicy = ImagePullPolicy.IfNotPresent,
            Stdin = true,
            Tty = true,
        });

        Assert.Equal(
            """{"args":["x"],"command":["sh","-c",""],"env":[{"name":"B","value":"1"},{"name":"A","value":"2"}],"image":"busybox","imagePullPolicy":"IfNotPresent","name":"dbg","resources":{},"securityContext":"""
            + Ptrace
            + ""","stdin":true,"targetContainerName":"app","terminationMessagePolicy":"File","tty":true}""",
            plan.Container.ToJsonString());
    }

    [Fact]
    public void What_was_not_asked_is_not_sent()
    {
        ContainerPlan plan = Plan(Options with { Target = "", Profile = DebugProfile.Legacy });

        Assert.Null(plan.Target);
        Assert.Equal(
            """{"image":"busybox","name":"dbg","resources":{},"terminationMessagePolicy":"File"}""",
            plan.Container.ToJsonString());
    }

    [Theory]
    [InlineData(DebugProfile.Legacy, null)]
    [InlineData(DebugProfile.General, Ptrace)]
    [InlineData(DebugProfile.Baseline, null)]
    [InlineData(DebugProfile.Restricted, """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""")]
    [InlineData(DebugProfile.NetAdmin, """{"capabilities":{"add":["NET_ADMIN","NET_RAW"]}}""")]
    [InlineData(DebugProfile.SysAdmin, """{"privileged":true}""")]
    public void A_profile_sets_the_security_context(DebugProfile profile, string? expected) =>
        Assert.Equal(expected, Plan(Options with { Profile = profile }).Container["securityContext"]?.ToJsonString());

    [Fact]
    public void An_unknown_profile_is_refused() =>
        AssertRefused(PlanErrorCode.UnknownProfile, nameof(ContainerOptions.Profile), Options with { Profile = (DebugProfile)99 });

    [Fact]
    public void A_patch_keeps_older_ephemeral_containers_in_front() =>
        Assert.Equal(
            """[{"name":"first"},{"name":"second"},{"name":"dbg"}]""",
            Plan(Options).ToStrategicMergePatch()["spec"]!["$setElementOrder/ephemeralContainers"]!.ToJsonString());

    [Fact]
    public void A_patch_is_a_copy_that_leaves_the_plan_alone()
    {
        ContainerPlan plan = Plan(Options);
        JsonNode sent = plan.ToStrategicMergePatch()["spec"]!["ephemeralContainers"]![0]!;

        sent["image"] = "other";

        Assert.Equal("busybox", (string?)plan.ToStrategicMergePatch()["spec"]!["ephemeralContainers"]![0]!["image"]);
    }

    [Fact]
    public void The_path_names_the_subresource() =>
        Assert.Equal("/api/v1/namespaces/shop/pods/web/ephemeralcontainers", Plan(Options).Path);

    [Fact]
    public void Of_a_variable_given_twice_the_last_value_counts_at_the_first_place() =>
        Assert.Equal(
            """[{"name":"A","value":"3"},{"name":"B"}]""",
            Plan(Options with { Environment = [new("A", "1"), new("B", ""), new("A", "3")] }).Container["env"]!.ToJsonString());

    [Theory]
    [InlineData("")]
    [InlineData("A=B")]
    public void A_variable_without_a_proper_name_is_refused(string name) =>
        AssertRefused(PlanErrorCode.InvalidEnvironment, nameof(ContainerOptions.Environment), Options with { Environment = [new(name, "1")] });

    [Theory]
    [InlineData("Bad Image")]
    [InlineData("")]
    public void An_image_that_is_no_reference_is_refused(string image) =>
        AssertRefused(PlanErrorCode.InvalidImage, nameof(ContainerOptions.Image), Options with { Image = image });

    [Fact]
    public void A_bad_image_is_reported_in_the_words_of_kubectl() =>
        Assert.Contains(
            "invalid image name \"Bad Image\": invalid reference format",
            Assert.Throws<PlanException>(() => Plan(Options with { Image = "Bad Image" })).Message,
            StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void A_terminal_without_standard_input_is_refused() =>
        AssertRefused(PlanErrorCode.TtyWithoutStdin, nameof(ContainerOptions.Tty), Options with { Tty = true });

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("a-b--c-9")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123")]
    public void A_label_is_a_name(string name) => Assert.Equal(name, Plan(Options with { Name = name }).Name);

    [Theory]
    [InlineData("Dbg")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a.b")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData(" ")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void Anything_but_a_label_is_refused_as_a_name(string name) =>
        AssertRefused(PlanErrorCode.InvalidName, nameof(ContainerOptions.Name), Options with { Name = name });

    [Theory]
    [InlineData("app")]
    [InlineData("init")]
    [InlineData("second")]
    public void A_name_of_any_other_container_is_taken(string name)
    {
        PlanProblem problem = AssertRefused(PlanErrorCode.NameTaken, nameof(ContainerOptions.Name), Options with { Name = name });

        Assert.Contains($"\"{name}\"", problem.Message, StringComparison.Ordinal);
        Assert.Contains("shop/web", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_name_that_is_taken_is_drawn_again()
    {
        JsonObject pod = Pod.DeepClone().AsObject();
        pod["spec"]!["containers"]!.AsArray().Add(Json("""{"name":"debugger-aaaaa"}"""));
        pod["spec"]!["ephemeralContainers"]!.AsArray().Add(Json("""{"name":"debugger-bbbbb"}"""));

        ContainerPlan plan = ContainerPlanner.Plan(pod, Options with { Name = null }, new FixedNames("aaaaa", "bbbbb", "ccccc"));

        Assert.Equal("debugger-ccccc", plan.Name);
        Assert.Equal("debugger-ccccc", (string?)plan.Container["name"]);
    }

    [Fact]
    public void A_source_that_only_gives_taken_names_is_given_up()
    {
        JsonObject pod = Pod.DeepClone().AsObject();
        pod["spec"]!["containers"]!.AsArray().Add(Json("""{"name":"debugger-aaaaa"}"""));

        var failure = Assert.Throws<PlanException>(() => ContainerPlanner.Plan(pod, Options with { Name = null }, new FixedNames("aaaaa")));

        Assert.Equal(PlanErrorCode.NameTaken, failure.Problem.Code);
    }

    [Fact]
    public void Random_suffixes_have_five_characters_that_make_no_words()
    {
        List<string> suffixes = [.. Enumerable.Range(0, 200).Select(static _ => RandomNameSource.Instance.NextSuffix())];

        Assert.All(suffixes, static suffix => Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]{5}$", suffix));
        Assert.True(suffixes.Distinct(StringComparer.Ordinal).Count() > 190);
    }

    [Fact]
    public void A_pod_without_a_name_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => ContainerPlanner.Plan([], Options, RandomNameSource.Instance));

    [Fact]
    public void Neither_the_pod_nor_the_custom_profile_is_changed()
    {
        JsonObject pod = Pod.DeepClone().AsObject();
        JsonObject custom = Json("""{"env":[{"name":"A","value":""}],"securityContext":null,"command":[]}""");
        string before = pod.ToJsonString() + custom.ToJsonString();

        ContainerPlanner.Plan(pod, Options with { CustomProfile = custom }, RandomNameSource.Instance);

        Assert.Equal(before, pod.ToJsonString() + custom.ToJsonString());
    }

    [Theory]
    [InlineData("app")]
    [InlineData("init")]
    [InlineData(null)]
    public void A_plan_that_the_server_takes_has_no_problems(string? target) =>
        Assert.Empty(ContainerPlanner.FindProblems(Pod, Plan(Options with { Target = target, Environment = [new("A", "1")] })));

    [Theory]
    [InlineData("nope")]
    [InlineData("first")]
    public void A_target_that_is_no_container_is_a_problem_that_lists_the_containers(string target)
    {
        PlanProblem problem = Assert.Single(ContainerPlanner.FindProblems(Pod, Plan(Options with { Target = target })));

        Assert.Equal(PlanErrorCode.TargetNotFound, problem.Code);
        Assert.Equal(nameof(ContainerOptions.Target), problem.Option);
        Assert.Contains($"\"{target}\"", problem.Message, StringComparison.Ordinal);
        Assert.Contains("app, side, init", problem.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resources":{"limits":{"cpu":"1"}}}""", "resources")]
    [InlineData("""{"ports":[{"containerPort":80}]}""", "ports")]
    [InlineData("""{"livenessProbe":{"exec":{"command":["true"]}}}""", "livenessProbe")]
    [InlineData("""{"restartPolicy":"Always"}""", "restartPolicy")]
    [InlineData("""{"imagepullpolicy":"Always"}""", "imagepullpolicy")]
    [InlineData("""{"volumeMounts":[{"name":"a","mountPath":"/a"},{"name":"b","mountPath":"/b","subPath":"c"}]}""", "volumeMounts[1].subPath")]
    public void A_field_that_the_server_refuses_is_a_problem(string custom, string field)
    {
        PlanProblem problem = Assert.Single(ContainerPlanner.FindProblems(Pod, Plan(Options with { CustomProfile = Json(custom) })));

        Assert.Equal(PlanErrorCode.UnsupportedField, problem.Code);
        Assert.StartsWith(field + " ", problem.Message, StringComparison.Ordinal);
    }

    private static ContainerPlan Plan(ContainerOptions options) => ContainerPlanner.Plan(Pod, options, RandomNameSource.Instance);

    private static PlanProblem AssertRefused(PlanErrorCode code, string option, ContainerOptions options)
    {
        PlanProblem problem = Assert.Throws<PlanException>(() => Plan(options)).Problem;
        Assert.Equal(code, problem.Code);
        Assert.Equal(option, problem.Option);
        return problem;
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
