using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class StartOutlookTests
{
    [Theory]
    [InlineData("ContainerCreating")]
    [InlineData("PodInitializing")]
    [InlineData(null)]
    public void A_container_that_is_being_made_is_on_its_way(string? reason) =>
        Assert.Equal(StartOutlook.Starting, StartOutlooks.Judge(Waiting(reason)));

    [Theory]
    [InlineData("ErrImagePull")]
    [InlineData("ImagePullBackOff")]
    [InlineData("ErrImagePullBackOff")]
    [InlineData("CreateContainerConfigError")]
    [InlineData("CreateContainerError")]
    [InlineData("RegistryUnavailable")]
    public void What_the_kubelet_tries_again_may_still_come_right(string reason) =>
        Assert.Equal(StartOutlook.Retrying, StartOutlooks.Judge(Waiting(reason)));

    [Theory]
    [InlineData("InvalidImageName")]
    [InlineData("ErrImageNeverPull")]
    [InlineData("RunContainerError")]
    public void What_cannot_end_differently_is_hopeless(string reason) =>
        Assert.Equal(StartOutlook.Hopeless, StartOutlooks.Judge(Waiting(reason)));

    [Fact]
    public void A_running_container_is_not_judged_by_an_old_reason() =>
        Assert.Equal(StartOutlook.Starting, StartOutlooks.Judge(new EphemeralContainer("default", "web", "debugger")
        {
            State = ContainerState.Running,
            Reason = "ErrImagePull",
        }));

    private static EphemeralContainer Waiting(string? reason) => new("default", "web", "debugger")
    {
        State = ContainerState.Waiting,
        Reason = reason,
    };
}
