using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Profiles;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class CustomProfileTests
{
    private const string Refused = "name, command, image, lifecycle and volume devices are not modifiable via custom profile";

    [Theory]
    [InlineData("""{"securityContext":{"runAsUser":0}}""", """{"securityContext":{"runAsUser":0}}""")]
    [InlineData("""{"securityContext":{}}""", """{"securityContext":{}}""")]
    [InlineData("""{"args":["a",""]}""", """{"args":["a",""]}""")]
    [InlineData("""{"newField":{"x":1}}""", """{"newField":{"x":1}}""")]
    [InlineData("""{"env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}""", """{"env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}""")]
    public void A_field_that_was_not_set_is_taken_over(string profile, string expected) =>
        AssertMerged("{}", profile, expected);

    [Theory]
    [InlineData("""{"workingDir":"","stdin":false,"args":[],"volumeMounts":[{"name":"d","mountPath":"/d","readOnly":false,"subPath":""}]}""", """{"volumeMounts":[{"name":"d","mountPath":"/d"}]}""")]
    [InlineData("""{"securityContext":{"privileged":false,"capabilities":{"add":[]}}}""", """{"securityContext":{"privileged":false,"capabilities":{}}}""")]
    [InlineData("""{"name":"","image":"","command":[],"lifecycle":null,"volumeDevices":null}""", "{}")]
    public void An_empty_value_says_nothing(string profile, string expected) => AssertMerged("{}", profile, expected);

    [Fact]
    public void Objects_are_merged_field_by_field() => AssertMerged(
        """{"securityContext":{"privileged":true,"runAsUser":5}}""",
        """{"securityContext":{"runAsUser":0,"seccompProfile":{"type":"Unconfined"}}}""",
        """{"securityContext":{"privileged":true,"runAsUser":0,"seccompProfile":{"type":"Unconfined"}}}""");

    [Fact]
    public void A_list_without_a_merge_key_is_replaced() => AssertMerged(
        """{"envFrom":[{"prefix":"A"}],"securityContext":{"capabilities":{"add":["SYS_PTRACE"]}}}""",
        """{"envFrom":[{"prefix":"B"}],"securityContext":{"capabilities":{"add":["NET_RAW"]}}}""",
        """{"envFrom":[{"prefix":"B"}],"securityContext":{"capabilities":{"add":["NET_RAW"]}}}""");

    [Theory]
    [InlineData("""[{"name":"N","value":"9"}]""", """[{"name":"N","value":"9"},{"name":"A","value":"1"},{"name":"B","value":"2"},{"name":"C","value":"3"}]""")]
    [InlineData("""[{"name":"B","value":"9"}]""", """[{"name":"A","value":"1"},{"name":"B","value":"9"},{"name":"C","value":"3"}]""")]
    [InlineData("""[{"name":"C","value":"9"},{"name":"A","value":"8"}]""", """[{"name":"B","value":"2"},{"name":"C","value":"9"},{"name":"A","value":"8"}]""")]
    [InlineData("""[{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}]""", """[{"name":"A","value":"1"},{"name":"B","value":"2","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}},{"name":"C","value":"3"}]""")]
    [InlineData("""[{"name":"B","value":null,"valueFrom":{}}]""", """[{"name":"A","value":"1"},{"name":"B","valueFrom":{}},{"name":"C","value":"3"}]""")]
    [InlineData("""[{"name":"N","value":"8"},{"name":"N","value":"9"}]""", """[{"name":"N","value":"9"},{"name":"A","value":"1"},{"name":"B","value":"2"},{"name":"C","value":"3"}]""")]
    [InlineData("""[{"$patch":"delete","name":"B"}]""", """[{"name":"A","value":"1"},{"name":"C","value":"3"}]""")]
    [InlineData("""[{"$patch":"replace"},{"name":"N","value":"9"}]""", """[{"name":"N","value":"9"}]""")]
    public void Variables_are_merged_by_name_and_new_ones_come_first(string patch, string expected) => AssertMerged(
        """{"env":[{"name":"A","value":"1"},{"name":"B","value":"2"},{"name":"C","value":"3"}]}""",
        $$"""{"env":{{patch}}}""",
        $$"""{"env":{{expected}}}""");

    [Fact]
    public void Mounts_are_merged_by_path_and_ports_by_number() => AssertMerged(
        """{"volumeMounts":[{"mountPath":"/a","name":"x"}],"ports":[{"containerPort":80,"name":"http"}]}""",
        """{"volumeMounts":[{"mountPath":"/a","readOnly":true}],"ports":[{"containerPort":80,"protocol":"UDP"}]}""",
        """{"volumeMounts":[{"mountPath":"/a","name":"x","readOnly":true}],"ports":[{"containerPort":80,"name":"http","protocol":"UDP"}]}""");

    [Theory]
    [InlineData("""{"securityContext":{"runAsUser":0},"env":[]}""")]
    [InlineData("securityContext:\n  runAsUser: 0\nenv: []\n")]
    [InlineData("securityContext: {runAsUser: 0}\nenv: []")]
    public void A_profile_is_read_from_JSON_and_YAML(string text) => Assert.Equal(
        """{"securityContext":{"runAsUser":0},"env":[]}""",
        CustomProfile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "The text").ToJsonString());

    [Theory]
    [InlineData("[1]")]
    [InlineData("just words")]
    [InlineData("")]
    [InlineData("a: [")]
    public void Text_that_is_no_part_of_a_container_is_refused_by_its_origin(string text)
    {
        var failure = Assert.Throws<PlanException>(() => CustomProfile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "The file 'x'"));

        Assert.Equal(PlanErrorCode.InvalidCustomProfile, failure.Problem.Code);
        Assert.StartsWith("The file 'x' does not contain a valid container: ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"securityContext":null}""", """{}""")]
    [InlineData("""{"securityContext":{"capabilities":null}}""", """{"securityContext":{"runAsUser":5}}""")]
    [InlineData("""{"securityContext":{"$patch":"replace","runAsUser":0}}""", """{"securityContext":{"runAsUser":0}}""")]
    [InlineData("""{"securityContext":{"capabilities":{"$patch":"delete"}}}""", """{"securityContext":{"runAsUser":5,"capabilities":{}}}""")]
    [InlineData("""{"securityContext":{"capabilities":{"$deleteFromPrimitiveList/add":["SYS_PTRACE"]}}}""", """{"securityContext":{"runAsUser":5,"capabilities":{"add":["SYS_TIME"]}}}""")]
    [InlineData("""{"resources":null}""", """{"securityContext":{"runAsUser":5,"capabilities":{"add":["SYS_PTRACE","SYS_TIME"]}}}""")]
    public void Null_and_directives_take_away(string profile, string expected) => AssertMerged(
        """{"securityContext":{"runAsUser":5,"capabilities":{"add":["SYS_PTRACE","SYS_TIME"]}}}""",
        profile,
        expected);

    [Theory]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"image":"x"}""")]
    [InlineData("""{"command":["x"]}""")]
    [InlineData("""{"lifecycle":{}}""")]
    [InlineData("""{"volumeDevices":[{"devicePath":"/dev/x"}]}""")]
    public void What_kubectl_refuses_is_refused_in_its_words(string profile)
    {
        PlanProblem problem = Fail(profile);

        Assert.Equal(PlanErrorCode.UnsupportedField, problem.Code);
        Assert.Equal(nameof(ContainerOptions.CustomProfile), problem.Option);
        Assert.Contains(Refused, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_is_refused_since_the_plan_would_not_know_of_it()
    {
        PlanProblem problem = Fail("""{"targetContainerName":"app"}""");

        Assert.Equal(PlanErrorCode.UnsupportedField, problem.Code);
        Assert.StartsWith("targetContainerName ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"env":{"A":"1"}}""", "env must be a list")]
    [InlineData("""{"env":["A=1"]}""", "lacks its name")]
    [InlineData("""{"volumeMounts":[{"name":"data"}]}""", "lacks its mountPath")]
    [InlineData("""{"securityContext":[]}""", "securityContext must be an object")]
    [InlineData("""{"stdin":"yes"}""", "stdin must be true or false")]
    [InlineData("""{"workingDir":5}""", "workingDir must be a string")]
    [InlineData("""{"command":"sh"}""", "command must be a list")]
    [InlineData("""{"$patch":"replace"}""", "$patch")]
    [InlineData("""{"$setElementOrder/env":[{"name":"A"}]}""", "$setElementOrder/env")]
    [InlineData("""{"securityContext":{"$patch":"merge"}}""", "$patch: merge")]
    [InlineData("""{"env":[{"$patch":5,"name":"A"}]}""", "$patch: 5")]
    public void What_is_no_partial_container_is_refused(string profile, string why)
    {
        PlanProblem problem = Fail(profile);

        Assert.Equal(PlanErrorCode.InvalidCustomProfile, problem.Code);
        Assert.Equal(nameof(ContainerOptions.CustomProfile), problem.Option);
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
    }

    private static void AssertMerged(string container, string profile, string expected)
    {
        JsonObject merged = Json(container);
        CustomProfile.Apply(Json(profile), merged);

        Assert.Equal(new JsonObject().ToJsonString(), merged["resources"]?.ToJsonString());
        merged.Remove("resources");
        Assert.Equal(ContainerJson.Sort(Json(expected))!.ToJsonString(), ContainerJson.Sort(merged)!.ToJsonString());
    }

    private static PlanProblem Fail(string profile) =>
        Assert.Throws<PlanException>(() => CustomProfile.Apply(Json(profile), [])).Problem;

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
