using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class WaitingCommandTests
{
    [Fact]
    public void An_id_has_128_random_bits_in_hexadecimal()
    {
        string id = WaitingCommand.NewId();

        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.NotEqual(id, WaitingCommand.NewId());
    }

    [Fact]
    public void A_container_that_waits_is_found_again_by_its_marker()
    {
        string id = WaitingCommand.NewId();
        ContainerOptions asked = new()
        {
            Image = "busybox",
            Command = ["top"],
            Arguments = ["-b"],
            Environment = [new("A", "1"), new(WaitingCommand.MarkerVariable, "mine")],
        };

        JsonObject container = Plan(WaitingCommand.Apply(asked, id));

        Assert.Equal(WaitingCommand.Command, container["command"]!.AsArray().Select(static word => (string)word!));
        Assert.Null(container["args"]);
        Assert.Equal("1", (string?)container["env"]![0]!["value"]);
        Assert.Equal(id, ReadMarker(container));
    }

    [Fact]
    public void Any_other_container_has_no_marker()
    {
        Assert.Null(ReadMarker(Plan(new ContainerOptions { Image = "busybox" })));
        Assert.Null(ReadMarker(Plan(new ContainerOptions { Image = "busybox", Environment = [new("A", "1")] })));
    }

    /// <summary>The kubelet turns <c>$$</c> into <c>$</c> and expands <c>$(NAME)</c> in a container's command.</summary>
    [Fact]
    public void Nothing_in_the_waiting_command_is_expanded_by_the_kubelet() =>
        Assert.All(WaitingCommand.Command, static word =>
        {
            Assert.DoesNotContain("$$", word, StringComparison.Ordinal);
            Assert.DoesNotContain("$(", word, StringComparison.Ordinal);
        });

    [Fact]
    public void The_grace_time_is_rounded_up_to_whole_seconds() =>
        Assert.Equal(["abc", "3"], WaitingCommand.StopCommand("abc", TimeSpan.FromSeconds(2.1)).TakeLast(2));

    private static string? ReadMarker(JsonObject container)
    {
        var pod = new JsonObject { ["spec"] = new JsonObject { ["ephemeralContainers"] = new JsonArray(container.DeepClone()) } };
        return ContainerReader.Read(pod.Deserialize(WireJson.Default.PodResource)!, session: null).Single().Marker;
    }

    private static JsonObject Plan(ContainerOptions options) => ContainerPlanner.Plan(
        JsonNode.Parse("""{"metadata":{"namespace":"default","name":"web"}}""")!.AsObject(),
        options,
        RandomNameSource.Instance).Container;
}
