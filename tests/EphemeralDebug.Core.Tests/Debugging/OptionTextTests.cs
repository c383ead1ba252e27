using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class OptionTextTests
{
    [Fact]
    public void A_variable_ends_its_name_at_the_first_equals_sign() =>
        Assert.Equal(
            [new("A", "1"), new("URL", "http://x/?a=b,c"), new("EMPTY", "")],
            OptionText.ParseEnvironment(["A=1", "URL=http://x/?a=b,c", "EMPTY="]));

    [Fact]
    public void A_variable_without_equals_sign_is_refused_in_the_words_of_kubectl()
    {
        var failure = Assert.Throws<PlanException>(() => OptionText.ParseEnvironment(["A=1", "NOEQUALS"]));

        Assert.Equal(PlanErrorCode.InvalidEnvironment, failure.Problem.Code);
        Assert.Equal(nameof(ContainerOptions.Environment), failure.Problem.Option);
        Assert.Contains("NOEQUALS must be formatted as key=value", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Always", ImagePullPolicy.Always)]
    [InlineData("IfNotPresent", ImagePullPolicy.IfNotPresent)]
    [InlineData("Never", ImagePullPolicy.Never)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_pull_policy_is_read_as_Kubernetes_writes_it(string? text, ImagePullPolicy? expected) =>
        Assert.Equal(expected, OptionText.ParsePullPolicy(text));

    [Theory]
    [InlineData("Sometimes")]
    [InlineData("never")]
    [InlineData("0")]
    public void Another_pull_policy_is_refused(string text)
    {
        var failure = Assert.Throws<PlanException>(() => OptionText.ParsePullPolicy(text));

        Assert.Equal(PlanErrorCode.InvalidPullPolicy, failure.Problem.Code);
        Assert.Contains($"image pull policy: {text}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("general", DebugProfile.General)]
    [InlineData("legacy", DebugProfile.Legacy)]
    [InlineData("baseline", DebugProfile.Baseline)]
    [InlineData("restricted", DebugProfile.Restricted)]
    [InlineData("netadmin", DebugProfile.NetAdmin)]
    [InlineData("sysadmin", DebugProfile.SysAdmin)]
    public void A_profile_is_read_by_the_name_kubectl_gave_it(string text, DebugProfile expected) =>
        Assert.Equal(expected, OptionText.ParseProfile(text));

    [Theory]
    [InlineData("auto")]
    [InlineData("General")]
    [InlineData("")]
    public void Another_profile_is_refused(string text)
    {
        var failure = Assert.Throws<PlanException>(() => OptionText.ParseProfile(text));

        Assert.Equal(PlanErrorCode.UnknownProfile, failure.Problem.Code);
        Assert.Contains($"profile: {text}", failure.Message, StringComparison.Ordinal);
    }
}
