using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>What a user asked of a new ephemeral container; null or empty means not said.</summary>
public sealed record ContainerOptions
{
    /// <summary>The image reference, such as <c>busybox</c> or <c>registry.example/tools/net:1.2</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The container's name, or null for a random one.</summary>
    public string? Name { get; init; }

    /// <summary>The container of the pod whose process namespace is joined.</summary>
    public string? Target { get; init; }

    /// <summary>Replaces the image's entry point.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Replaces the image's default arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables in the order given; of a name given twice the last value counts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>When the image is pulled, or null for the server's rule.</summary>
    public ImagePullPolicy? PullPolicy { get; init; }

    /// <summary>Keeps standard input open.</summary>
    public bool Stdin { get; init; }

    /// <summary>Gives the container a terminal; needs <see cref="Stdin"/>.</summary>
    public bool Tty { get; init; }

    /// <summary>The security settings.</summary>
    public DebugProfile Profile { get; init; } = DebugProfile.General;

    /// <summary>
    /// The profile was chosen by the user. One that was not gives way on servers whose API allows no security context.
    /// </summary>
    public bool ProfileIsChosen { get; init; }

    /// <summary>A partial container that is strategically merged over the profile's result.</summary>
    public JsonObject? CustomProfile { get; init; }
}
