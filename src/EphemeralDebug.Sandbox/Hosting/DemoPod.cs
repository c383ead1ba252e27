using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Hosting;

/// <summary>A pod that a sandbox has from the start, as somebody would have applied it.</summary>
internal sealed record DemoPod(string Name, params DemoContainer[] Containers)
{
    public string Namespace { get; init; } = "default";

    /// <summary>The pods that the demonstration shows: one with a sidecar, one without.</summary>
    public static IReadOnlyList<DemoPod> Demonstration { get; } =
    [
        new("web", new DemoContainer("app", "busybox:1.36", "sleep", "1000000"), new DemoContainer("sidecar", "busybox:1.36", "sleep", "1000000")),
        new("api", new DemoContainer("app", "busybox:1.36", "sleep", "1000000")),
    ];

    public JsonObject ToManifest() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = new JsonObject { ["app"] = Name } },
        ["spec"] = new JsonObject
        {
            ["terminationGracePeriodSeconds"] = 1,
            ["containers"] = new JsonArray([.. Containers.Select(container => new JsonObject
            {
                ["name"] = container.Name,
                ["image"] = container.Image,
                ["command"] = new JsonArray([.. container.Command.Select(word => JsonValue.Create(word))]),
            })]),
        },
    };
}

/// <summary>A container of a pod of the demonstration.</summary>
internal sealed record DemoContainer(string Name, string Image, params string[] Command);
