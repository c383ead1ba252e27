using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Kubelet;

internal enum ContainerKind
{
    Init,
    Regular,
    Ephemeral,
}

/// <summary>A container as the pod describes it.</summary>
internal sealed class ContainerSpec(JsonObject json, ContainerKind kind)
{
    public ContainerKind Kind { get; } = kind;

    public string Name { get; } = (string?)json["name"] ?? "";

    /// <summary>Where the pod describes it, as events name the place.</summary>
    public string FieldPath => Kind switch
    {
        ContainerKind.Init => $"spec.initContainers{{{Name}}}",
        ContainerKind.Ephemeral => $"spec.ephemeralContainers{{{Name}}}",
        _ => $"spec.containers{{{Name}}}",
    };

    public string Image { get; } = (string?)json["image"] ?? "";

    public string PullPolicy { get; } = (string?)json["imagePullPolicy"] ?? "IfNotPresent";

    public string? TargetContainer { get; } = (string?)json["targetContainerName"] is { Length: > 0 } target ? target : null;

    public bool Stdin { get; } = IsTrue(json["stdin"]);

    public bool StdinOnce { get; } = IsTrue(json["stdinOnce"]);

    public bool Tty { get; } = IsTrue(json["tty"]);

    public string? WorkingDirectory { get; } = (string?)json["workingDir"] is { Length: > 0 } directory ? directory : null;

    public string TerminationMessagePath { get; } = (string?)json["terminationMessagePath"] is { Length: > 0 } path ? path : "/dev/termination-log";

    public bool MessageFallsBackToLog { get; } = (string?)json["terminationMessagePolicy"] == "FallbackToLogsOnError";

    public IReadOnlyList<string> Command { get; } = Strings(json["command"]);

    public IReadOnlyList<string> Arguments { get; } = Strings(json["args"]);

    public JsonObject? SecurityContext { get; } = json["securityContext"] as JsonObject;

    /// <summary>The entries of <c>env</c>.</summary>
    public IReadOnlyList<JsonObject> Environment { get; } = Objects(json["env"]);

    /// <summary>The entries of <c>envFrom</c>.</summary>
    public IReadOnlyList<JsonObject> EnvironmentSources { get; } = Objects(json["envFrom"]);

    /// <summary>The entries of <c>volumeMounts</c>.</summary>
    public IReadOnlyList<JsonObject> VolumeMounts { get; } = Objects(json["volumeMounts"]);

    /// <summary>Every container of a pod: init, regular, ephemeral, each in the pod's order.</summary>
    public static IReadOnlyList<ContainerSpec> AllOf(JsonObject pod)
    {
        JsonNode? spec = pod["spec"];
        return
        [
            .. Objects(spec?["initContainers"]).Select(json => new ContainerSpec(json, ContainerKind.Init)),
            .. Objects(spec?["containers"]).Select(json => new ContainerSpec(json, ContainerKind.Regular)),
            .. Objects(spec?["ephemeralContainers"]).Select(json => new ContainerSpec(json, ContainerKind.Ephemeral)),
        ];
    }

    /// <summary>The objects of an array; none when it is missing.</summary>
    public static IReadOnlyList<JsonObject> Objects(JsonNode? array) => [.. (array as JsonArray ?? []).OfType<JsonObject>()];

    private static List<string> Strings(JsonNode? array) => [.. (array as JsonArray ?? []).Select(item => (string?)item ?? "")];

    private static bool IsTrue(JsonNode? node) => (bool?)node == true;
}
