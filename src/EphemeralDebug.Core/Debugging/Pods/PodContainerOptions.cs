using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Profiles;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>What a user asked of the container to debug in; null or empty means not said.</summary>
internal sealed record PodContainerOptions
{
    /// <summary>The image reference; empty to leave an existing container its own.</summary>
    public string Image { get; init; } = "";

    /// <summary>The container's name.</summary>
    public string? Name { get; init; }

    /// <summary>Replaces the image's entry point, and takes the arguments of an existing container away.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Replaces the arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// A new container waits to be entered, whatever <see cref="Command"/> says. One of the copied pod never does.
    /// </summary>
    public bool Waits { get; init; }

    /// <summary>Environment variables, in place of all that an existing container has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>When the image is pulled, or null for what there is, or the server's rule.</summary>
    public ImagePullPolicy? PullPolicy { get; init; }

    /// <summary>Keeps standard input open.</summary>
    public bool Stdin { get; init; }

    /// <summary>Gives the container a terminal; needs <see cref="Stdin"/>.</summary>
    public bool Tty { get; init; }

    /// <summary>The security settings, of the container and of the pod.</summary>
    public DebugProfile Profile { get; init; } = DebugProfile.General;

    /// <summary>A partial container that is strategically merged over the profile's result.</summary>
    public JsonObject? CustomProfile { get; init; }

    /// <summary>Something is to run in place of what the image, or the copied pod, says.</summary>
    public bool HasCommand => Command.Count > 0 || Arguments.Count > 0;

    /// <summary>The options with what a new container is to run.</summary>
    public PodContainerOptions ForNewContainer() => Waits ? this with { Command = WaitingCommand.Command, Arguments = [] } : this;

    /// <summary>Looks for what is wrong with the options themselves.</summary>
    /// <exception cref="PlanException">It makes no sense, whatever the pod.</exception>
    public void Check()
    {
        if (Image.Length > 0)
        {
            PlanChecks.CheckImage(Image);
        }

        PlanChecks.CheckTerminal(Stdin, Tty);
        if (CustomProfile is { } custom)
        {
            Profiles.CustomProfile.Check(custom);
        }
    }
}
